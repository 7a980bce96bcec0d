import { z } from 'zod';

/** A JSON Schema (draft 2020-12, which OpenAPI 3.1 uses as it is). */
export type JsonSchema = { [key: string]: unknown };

/**
 * Turns zod schemas into JSON Schemas that share their named parts: a schema with `.meta({ id })` becomes one entry
 * of `components` and a reference wherever it is used.
 *
 * What is sent and what is answered can differ by the same name (a field with a default may be left out when sending,
 * and is always there in an answer): then the sent form is called `<Id>Input`.
 */
export class SchemaCollector {
  readonly #components = new Map<string, JsonSchema>();

  /** The schema of an answer (`output`) or of what is sent (`input`). */
  schema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $schema: _,
      $defs,
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonSchema;
    const definitions = ($defs ?? {}) as Record<string, JsonSchema>;
    const names = new Map(
      Object.keys(definitions).map((id) => [id, io === 'input' ? inputName(id, schema) : id]),
    );
    for (const [id, definition] of Object.entries(definitions)) {
      const { id: _id, ...body } = definition;
      this.#components.set(names.get(id) ?? id, pointToComponents(body, names));
    }
    return pointToComponents(root, names);
  }

  /** All named schemas, sorted by name, so that the document does not change with the order of use. */
  components(): Record<string, JsonSchema> {
    return Object.fromEntries([...this.#components].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** The name for the sent form: the plain one when both forms are the same. */
function inputName(id: string, schema: z.ZodType): string {
  const definition = (io: 'input' | 'output') => {
    const { $defs } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as {
      $defs?: Record<string, JsonSchema>;
    };
    return withoutClosing($defs?.[id]);
  };
  return definition('input') === definition('output') ? id : `${id}Input`;
}

/** zod marks only answers as closed (`additionalProperties: false`); that alone is no difference. */
function withoutClosing(schema: JsonSchema | undefined): string {
  return JSON.stringify(schema, (key, value: unknown) =>
    key === 'additionalProperties' && value === false ? undefined : value,
  );
}

function pointToComponents(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const rewritten = JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== '$ref' || typeof value !== 'string') return value;
    const id = value.replace('#/$defs/', '');
    return `#/components/schemas/${names.get(id) ?? id}`;
  });
  return relaxed(rewritten) as JsonSchema;
}

const safeInteger = Number.MAX_SAFE_INTEGER;

/**
 * Drops what is true of every integer in JSON and would only clutter the page, and the closing of objects: an answer
 * may get further fields, and clients have to bear that.
 */
function relaxed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(relaxed);
  if (typeof node !== 'object' || node === null) return node;
  const kept: JsonSchema = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'maximum' && value === safeInteger) continue;
    if (key === 'minimum' && value === -safeInteger) continue;
    if (key === 'additionalProperties' && value === false) continue;
    kept[key] = relaxed(value);
  }
  return kept;
}
