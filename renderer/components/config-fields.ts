import type { TargetConfig } from '../../local-api/contract/index.ts';

type ConfigValue = TargetConfig[string];

/** One field of the form of a kind of target or connection. */
export type ConfigField = {
  name: string;
  label: string;
  description: string;
  type: 'text' | 'number' | 'boolean' | 'list' | 'choice';
  choices: string[];
  isSecret: boolean;
  isRequired: boolean;
  initial: ConfigValue | undefined;
};

type Schema = Readonly<Record<string, unknown>>;

/** The fields of a JSON Schema whose properties are no objects, in its order. */
export function configFields(schema: Schema): ConfigField[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(objectOf(schema.properties)).map(([name, raw]) => {
    const property = objectOf(raw);
    const choices = Array.isArray(property.enum)
      ? property.enum.filter((value) => typeof value === 'string')
      : [];
    return {
      name,
      label: typeof property.title === 'string' ? property.title : labelOf(name),
      description: typeof property.description === 'string' ? property.description : '',
      type: choices.length > 0 ? 'choice' : typeOf(property.type),
      choices,
      isSecret: property.secret === true,
      isRequired: required.includes(name) && property.default === undefined,
      initial: initialOf(property.default),
    };
  });
}

function typeOf(type: unknown): ConfigField['type'] {
  if (type === 'boolean') return 'boolean';
  if (type === 'array') return 'list';
  return type === 'number' || type === 'integer' ? 'number' : 'text';
}

/** `pathStyle` → "Path style". */
function labelOf(name: string): string {
  const words = name.replace(
    /([a-z])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function initialOf(value: unknown): ConfigValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

function objectOf(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

/** What is sent of a form: empty fields are left out, so that defaults hold. */
export function configOf(fields: readonly ConfigField[], values: TargetConfig): TargetConfig {
  const given = fields.flatMap(({ name, isSecret }): [string, ConfigValue][] => {
    const value = values[name];
    const isEmpty =
      value === undefined || value === '' || value === null || (Array.isArray(value) && value.length === 0);
    return isSecret || isEmpty ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

/** The values a form begins with: those that are kept, else the defaults. */
export function initialValues(fields: readonly ConfigField[], config: TargetConfig | null): TargetConfig {
  const given = fields.flatMap(({ name, initial }): [string, ConfigValue][] => {
    const value = config?.[name] ?? initial;
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}
