import { DataSchema, type NotCarried, type SchemaFormat } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { nameRules } from '../name-rules.ts';
import { isObject, type JsonObject, type Read, unreadable, type Written } from './converted.ts';
import { fromCroissant, isCroissant } from './croissant.ts';
import { fromFrictionless, toFrictionless } from './frictionless.ts';
import { fromJsonSchema, toJsonSchema } from './json-schema.ts';

/** Writes a schema in another format; `toCroissant` writes a version of a dataset. */
export function writeSchema(
  format: Exclude<SchemaFormat, 'croissant'>,
  schema: DataSchema,
  dataset: string,
): Written {
  switch (format) {
    case 'assay':
      return { document: { ...schema }, notCarried: [] };
    case 'json-schema':
      return toJsonSchema(schema, dataset);
    case 'frictionless':
      return toFrictionless(schema);
  }
}

/**
 * Reads a schema of any known format, seen from the document when none is named. Errors: `data-schemas/unreadable` with every
 * fault.
 */
export function readSchema(
  document: JsonObject,
  format: SchemaFormat = formatOf(document),
): { format: SchemaFormat; schema: DataSchema; notCarried: NotCarried[] } {
  const { schema, notCarried } = readAs(format, document);
  const parsed = DataSchema.safeParse(schema);
  if (parsed.success) return { format, schema: nameRules(parsed.data), notCarried };
  throw new AssayError('data-schemas/unreadable', `The document is no schema of the format ${format}`, {
    problems: parsed.error.issues.map(({ path, message }) => ({ path: `/${path.join('/')}`, message })),
  });
}

function readAs(
  format: SchemaFormat,
  document: JsonObject,
): { schema: unknown; notCarried: Read['notCarried'] } {
  switch (format) {
    case 'assay':
      return { schema: document, notCarried: [] };
    case 'json-schema':
      return fromJsonSchema(document);
    case 'frictionless':
      return fromFrictionless(document);
    case 'croissant':
      return fromCroissant(document);
  }
}

function formatOf(document: JsonObject): SchemaFormat {
  if (isCroissant(document)) return 'croissant';
  if (Array.isArray(document.fields) || Array.isArray(document.resources)) return 'frictionless';
  if (isObject(document.schema) && Array.isArray(document.schema.fields)) return 'frictionless';
  if (isObject(document.properties) || isObject(document.items)) return 'json-schema';
  if (Array.isArray(document.columns) || Array.isArray(document.rows)) return 'assay';
  throw unreadable(
    'The document is neither a schema of Assay ("columns"), JSON Schema ("properties"), a Table Schema ("fields") nor Croissant ("conformsTo")',
  );
}
