/** One setting as the form needs it, read from the JSON Schema that the engine sends. */
export type SettingField = {
  /** Dotted, as PATCH /settings takes it: `jobs.concurrency`. */
  key: string;
  label: string;
  description: string;
  group: string;
  default: unknown;
} & (
  | { kind: 'switch' }
  | { kind: 'choice'; options: readonly string[] }
  | { kind: 'number'; isInteger: boolean; min: number | undefined; max: number | undefined }
  | { kind: 'text' }
);

type Schema = Record<string, unknown>;

/** Every setting of the schema, in its order. A kind that the form does not know becomes a text. */
export function fieldsOf(schema: Schema): SettingField[] {
  const resolve = (one: Schema) => resolved(one, schema);
  return entriesOf(resolve(schema)).flatMap(([group, groupSchema]) =>
    entriesOf(resolve(groupSchema)).map(([name, leaf]) => fieldOf(group, name, resolve(leaf))),
  );
}

/** `memoryMb` as people read it: "Memory (MB)". */
export function labelOf(name: string): string {
  const units: [RegExp, string][] = [
    [/Mb$/, ' (MB)'],
    [/Seconds$/, ' (seconds)'],
    [/Ms$/, ' (ms)'],
  ];
  const unit = units.find(([ending]) => ending.test(name));
  const stem = unit ? name.replace(unit[0], '') : name;
  const words = stem.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${unit?.[1] ?? ''}`;
}

/** The environment variable that sets a key: `jobs.memoryMb` is ASSAY_JOBS_MEMORY_MB. */
export function variableOf(key: string): string {
  return `ASSAY_${key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`;
}

/** The value of a dotted key within the settings. */
export function valueAt(settings: object, key: string): unknown {
  let value: unknown = settings;
  for (const part of key.split('.')) value = isSchema(value) ? value[part] : undefined;
  return value;
}

function fieldOf(group: string, name: string, schema: Schema): SettingField {
  const base = {
    key: `${group}.${name}`,
    label: labelOf(name),
    description: typeof schema.description === 'string' ? schema.description : '',
    group,
    default: schema.default,
  };
  const number = (value: unknown) => (typeof value === 'number' ? value : undefined);
  if (schema.type === 'boolean') return { ...base, kind: 'switch' };
  if (Array.isArray(schema.enum)) return { ...base, kind: 'choice', options: schema.enum.map(String) };
  if (schema.type === 'integer' || schema.type === 'number') {
    const max = number(schema.maximum);
    return {
      ...base,
      kind: 'number',
      isInteger: schema.type === 'integer',
      min: number(schema.minimum),
      // zod writes the largest safe integer where there is no limit.
      max: max === Number.MAX_SAFE_INTEGER ? undefined : max,
    };
  }
  return { ...base, kind: 'text' };
}

/** Follows a reference into the definitions of the document: `#/$defs/Settings`. */
function resolved(schema: Schema, root: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== 'string' || !$ref.startsWith('#/')) return schema;
  const found = $ref
    .slice(2)
    .split('/')
    .reduce<unknown>((at, part) => (isSchema(at) ? at[part] : undefined), root);
  return isSchema(found) ? found : schema;
}

function entriesOf(schema: Schema): [string, Schema][] {
  const { properties } = schema;
  if (!isSchema(properties)) return [];
  return Object.entries(properties).flatMap(([name, value]) => (isSchema(value) ? [[name, value]] : []));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
