import type { TrainerInfo } from '../../../local-api/contract/index.ts';

/** One setting of a trainer as a form field, made from its JSON Schema. */
export type SettingField = {
  key: string;
  label: string;
  description: string;
  kind: 'integer' | 'number' | 'boolean' | 'choice' | 'choices' | 'integers' | 'text' | 'byColumn';
  /** Inclusive bounds; for a setting that must be above zero the form steps from it but the contract decides. */
  min: number | undefined;
  max: number | undefined;
  choices: string[];
  defaultValue: unknown;
};

type Schema = Record<string, unknown>;

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The settings of a trainer in the order of its schema; the discriminator `kind` and shapes without a field are left out. */
export function settingFields(info: Pick<TrainerInfo, 'schema' | 'defaults'>): SettingField[] {
  const properties = isRecord(info.schema.properties) ? info.schema.properties : {};
  return Object.entries(properties).flatMap(([key, schema]) => {
    if (key === 'kind' || !isRecord(schema)) return [];
    const kind = kindOf(schema);
    if (kind === null) return [];
    return {
      key,
      label: labelOf(key),
      description: typeof schema.description === 'string' ? schema.description : '',
      kind,
      min: numberAt(schema, 'minimum') ?? numberAt(schema, 'exclusiveMinimum'),
      max: numberAt(schema, 'maximum') ?? numberAt(schema, 'exclusiveMaximum'),
      choices: choicesOf(partOf(schema)),
      defaultValue: info.defaults[key] ?? schema.default,
    };
  });
}

function kindOf(schema: Schema): SettingField['kind'] | null {
  if (Array.isArray(schema.enum)) return 'choice';
  if (schema.type === 'integer') return 'integer';
  if (schema.type === 'number') return 'number';
  if (schema.type === 'boolean') return 'boolean';
  const { items, additionalProperties: entries } = schema;
  if (schema.type === 'array' && isRecord(items) && items.type === 'integer') return 'integers';
  if (schema.type === 'array' && isRecord(items) && Array.isArray(items.enum)) return 'choices';
  if (schema.type === 'object' && isRecord(entries) && Array.isArray(entries.enum)) return 'byColumn';
  const shapes = Array.isArray(schema.anyOf) ? schema.anyOf : [schema];
  return shapes.every((shape) => isRecord(shape) && shape.type === 'string') ? 'text' : null;
}

/** The schema that holds the choices: that of items or entries, or the schema itself. */
function partOf(schema: Schema): Schema {
  const part = schema.items ?? schema.additionalProperties;
  return isRecord(part) ? part : schema;
}

const choicesOf = (schema: Schema) => (Array.isArray(schema.enum) ? schema.enum.map(String) : []);

function numberAt(schema: Schema, key: string): number | undefined {
  const value = schema[key];
  return typeof value === 'number' ? value : undefined;
}

/** `minLeafRows` reads "Min leaf rows"; `l2` reads "L2". */
export function labelOf(key: string): string {
  const words = key
    .replace(/Mb$/, ' in MB')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/ in mb$/, ' in MB');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Reads "64, 32" as [64, 32]; null where a part is not a whole number. */
export function readIntegers(text: string): number[] | null {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  if (parts.length === 0 || parts.some((part) => !/^\d+$/.test(part))) return null;
  return parts.map(Number);
}

/** The settings with one of them changed; a value equal to its default is dropped, so recipes stay short. */
export function changeSetting(
  settings: Record<string, unknown>,
  field: SettingField,
  value: unknown,
): Record<string, unknown> {
  const { [field.key]: _, ...others } = settings;
  if (value === undefined || JSON.stringify(value) === JSON.stringify(field.defaultValue)) return others;
  return { ...others, [field.key]: value };
}

/** The settings that differ from their defaults. */
export function withoutDefaults(
  settings: Readonly<Record<string, unknown>>,
  defaults: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([key, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(defaults[key]),
    ),
  );
}
