import { z } from 'zod';
import { Recipe } from '../../../../local-api/contract/index.ts';
import type { Path } from './recipe-text.ts';

/** A part of a JSON Schema. */
export type Schema = Record<string, unknown>;

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema of a recipe as the contract publishes it. */
const root: Schema = z.toJSONSchema(Recipe, { io: 'input' });

/**
 * The schemas that hold at a path of a document, the forms of a union told apart by what the document says there: with
 * `kind: gbdt` beside it, a field of the trainer is one of the trainer gbdt. Several where the document does not tell; none where
 * the schema knows no such place.
 */
export function schemasAt(value: unknown, path: Path, schema: Schema = root): Schema[] {
  const forms = formsOf(schema, value);
  const [step, ...rest] = path;
  if (step === undefined) return forms;
  return forms.flatMap((form) => {
    const inner = isRecord(value) || Array.isArray(value) ? Object.entries(value) : [];
    const next = inner.find(([name]) => name === String(step))?.[1];
    const below = childOf(form, step);
    return below === null ? [] : schemasAt(next, rest, below);
  });
}

/** The schema of an item or a field; null where there is none. */
function childOf(schema: Schema, step: string | number): Schema | null {
  if (isRecord(schema.properties)) {
    const property = schema.properties[String(step)];
    if (isRecord(property)) return property;
  }
  if (isRecord(schema.additionalProperties)) return schema.additionalProperties;
  if (!isRecord(schema.items)) return null;
  return schema.type === 'array' ? schema.items : null;
}

/** A schema with its references followed, and one schema for each form of a union that the value may have. */
function formsOf(schema: Schema, value: unknown): Schema[] {
  if (typeof schema.$ref === 'string') return formsOf(referenced(schema.$ref), value);
  const forms = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isRecord);
  if (forms === undefined) return [schema];
  const fitting = forms.filter((form) => fits(form, value));
  return (fitting.length > 0 ? fitting : forms).flatMap((form) => formsOf(form, value));
}

/** Whether what the value names as its kind is the kind of the form. */
function fits(form: Schema, value: unknown): boolean {
  if (!isRecord(value) || !isRecord(form.properties)) return !isRecord(value) || form.type === 'object';
  const told = Object.entries(form.properties).filter(
    ([name, property]) => isRecord(property) && property.const !== undefined && value[name] !== undefined,
  );
  return told.every(([name, property]) => isRecord(property) && property.const === value[name]);
}

function referenced(pointer: string): Schema {
  let at: unknown = root;
  for (const name of pointer.split('/').slice(1)) at = isRecord(at) ? at[name] : undefined;
  return isRecord(at) ? at : {};
}

export type Field = { name: string; schema: Schema; isRequired: boolean };

/** The named fields that objects of these schemas have, each once. */
export function fieldsOf(schemas: readonly Schema[]): Field[] {
  const fields = new Map<string, Field>();
  for (const { properties, required } of schemas) {
    if (!isRecord(properties)) continue;
    for (const [name, schema] of Object.entries(properties)) {
      if (!isRecord(schema) || fields.has(name)) continue;
      fields.set(name, { name, schema, isRequired: Array.isArray(required) && required.includes(name) });
    }
  }
  return [...fields.values()];
}

/** What may be written where these schemas hold: the values of an enumeration, true and false; with what each says. */
export function valuesOf(schemas: readonly Schema[]): { value: unknown; description: string }[] {
  const values = schemas.flatMap((schema) => {
    const description = describe(schema);
    if (schema.const !== undefined) return [{ value: schema.const, description }];
    if (Array.isArray(schema.enum)) {
      return schema.enum.map((value: unknown) => ({
        value,
        description: meaningOf(String(value), description),
      }));
    }
    return schema.type === 'boolean' ? [true, false].map((value) => ({ value, description: '' })) : [];
  });
  return values.filter(({ value }, index) => values.findIndex((other) => other.value === value) === index);
}

/** Of "even: every n-th row; newest: the last" what is said about one of the values. */
function meaningOf(value: string, description: string): string {
  return (
    description
      .split('; ')
      .find((part) => part.startsWith(`${value}: `))
      ?.slice(value.length + 2) ?? ''
  );
}

export const describe = (schema: Schema): string =>
  typeof schema.description === 'string' ? schema.description : '';

/** What a value must be, in a few words: "integer from 1 to 50", "leaf or depth". */
export function typeWords(schema: Schema): string {
  const forms = formsOf(schema, undefined);
  if (forms.length > 1) {
    const kinds = forms.flatMap((form) => fieldsOf([form]).flatMap(({ schema: field }) => field.const ?? []));
    if (kinds.length > 0) return kinds.join(' | ');
    return [...new Set(forms.map(typeWords))].filter((words) => words !== '').join(' or ');
  }
  const [form = {}] = forms;
  if (form.const !== undefined) return String(form.const);
  if (Array.isArray(form.enum)) return form.enum.join(' | ');
  if (form.type === 'array') return 'list';
  if (form.type === 'object') return '';
  const [low, high] = [boundOf(form.minimum), boundOf(form.maximum)];
  const range =
    low === null
      ? high === null
        ? ''
        : ` up to ${high}`
      : high === null
        ? ` from ${low}`
        : ` ${low} to ${high}`;
  return typeof form.type === 'string' ? `${form.type}${range}` : '';
}

function boundOf(bound: unknown): number | null {
  return typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : null;
}

/** Whether values of the schema have parts of their own. */
export const isNested = (schema: Schema): boolean =>
  formsOf(schema, undefined).every(({ type }) => type === 'object');
