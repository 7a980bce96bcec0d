import type {
  ColumnRuleInput,
  ColumnType,
  DataSchema,
  NotCarried,
  SchemaColumn,
  SchemaColumnInput,
} from '../../../local-api/contract/index.ts';
import {
  constraintsOf,
  isObject,
  type JsonObject,
  loseTableRules,
  type Read,
  readConstraints,
  textOf,
  unreadable,
  type Written,
} from './converted.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

const typeWords: Readonly<Record<ColumnType, JsonObject>> = {
  integer: { type: 'integer' },
  float: { type: 'number' },
  boolean: { type: 'boolean' },
  string: { type: 'string' },
  datetime: { type: 'string', format: 'date-time' },
  date: { type: 'string', format: 'date' },
};

/** A schema as JSON Schema (2020-12) of one row. */
export function toJsonSchema(schema: DataSchema, title: string): Written {
  const notCarried: NotCarried[] = [];
  const properties = schema.columns.map(
    (column, index) => [column.name, propertyOf(column, `/columns/${index}`, notCarried)] as const,
  );
  loseTableRules(schema, notCarried);
  if (schema.columnOrder !== 'allow')
    notCarried.push({ path: '/columnOrder', message: 'Properties have no order' });
  if (schema.extraColumns === 'warn')
    notCarried.push({ path: '/extraColumns', message: 'Other columns are allowed there; here they warn' });
  return {
    document: {
      $schema: DRAFT,
      title,
      type: 'object',
      properties: Object.fromEntries(properties),
      required: schema.columns.filter(({ required }) => required).map(({ name }) => name),
      additionalProperties: schema.extraColumns !== 'error',
    },
    notCarried,
  };
}

function propertyOf(column: SchemaColumn, path: string, lost: NotCarried[]): JsonObject {
  const rules = constraintsOf(column.rules, path, lost);
  if (column.severity === 'warn')
    lost.push({ path: `${path}/severity`, message: 'The type only warns here, and is a must there' });
  const isNullable = !rules.has('missing');
  const words = column.type === null ? {} : typeWords[column.type];
  const property: JsonObject = { ...words };
  if (isNullable && words.type !== undefined) property.type = [words.type, 'null'];
  if (column.description !== '') property.description = column.description;
  for (const rule of rules.values()) {
    switch (rule.kind) {
      case 'range':
        if ([rule.min, rule.max].some((bound) => typeof bound === 'string'))
          lost.push({ path, message: `The rule "${rule.id}": times have no limits there` });
        else Object.assign(property, named({ minimum: rule.min, maximum: rule.max }));
        break;
      case 'length':
        Object.assign(property, named({ minLength: rule.min, maxLength: rule.max }));
        break;
      case 'set':
        property.enum = isNullable ? [...rule.values, null] : rule.values;
        break;
      case 'pattern':
        property.pattern = rule.pattern;
        break;
      case 'unique':
        lost.push({ path, message: `The rule "${rule.id}" (unique) is about the column as a whole` });
        break;
      case 'missing':
        break;
    }
  }
  return property;
}

function named(words: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
}

/** Words that say nothing about values. */
const notes = new Set([
  '$schema',
  '$id',
  '$defs',
  '$comment',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Reads the JSON Schema of a row, or of a list of rows. */
export function fromJsonSchema(document: JsonObject): Read {
  const root = isObject(document.items) ? { ...document.items, $defs: document.$defs } : document;
  const { properties } = root;
  if (!isObject(properties)) throw unreadable('The JSON Schema has no "properties", so it tells no columns');
  const notCarried: NotCarried[] = [];
  const required = new Set(Array.isArray(root.required) ? root.required.map(String) : []);
  const columns = Object.entries(properties).map(([name, property]) =>
    readProperty(name, resolve(property, document), required.has(name), notCarried),
  );
  const known = new Set([...notes, 'type', 'properties', 'required', 'additionalProperties', 'items']);
  for (const word of Object.keys(root)) {
    if (!known.has(word)) notCarried.push({ path: `/${word}`, message: `"${word}" is not known here` });
  }
  return {
    schema: { columns, extraColumns: root.additionalProperties === false ? 'error' : 'allow' },
    notCarried,
  };
}

/** What a local "$ref" points to. */
function resolve(property: unknown, document: JsonObject): JsonObject {
  let found: unknown = property;
  for (let steps = 0; steps < 10; steps++) {
    if (!isObject(found)) return {};
    const { $ref: ref, ...own } = found;
    if (typeof ref !== 'string' || !ref.startsWith('#/')) return found;
    const target = ref
      .slice(2)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), document);
    found = isObject(target) ? { ...target, ...own } : own;
  }
  return {};
}

function readProperty(
  name: string,
  property: JsonObject,
  required: boolean,
  lost: NotCarried[],
): SchemaColumnInput {
  const left = Object.fromEntries(Object.entries(property).filter(([word]) => !notes.has(word)));
  const kinds = Array.isArray(left.type)
    ? left.type.map(String)
    : left.type === undefined
      ? []
      : [String(left.type)];
  const isNullable = kinds.length === 0 || kinds.includes('null');
  const type = readType(kinds, left.format);
  if (type !== null && left.format !== undefined && isTimeFormat(left.format)) delete left.format;
  if (type !== null || kinds.length === 0) delete left.type;
  if ('const' in left) {
    left.enum = [left.const];
    delete left.const;
  }
  const rules: ColumnRuleInput[] = [
    ...(isNullable || !required ? [] : [{ kind: 'missing' as const, maxShare: 0 }]),
    ...readConstraints(left),
  ];
  if (typeof left.pattern === 'string') {
    rules.push({ kind: 'pattern', pattern: left.pattern });
    delete left.pattern;
  }
  for (const word of Object.keys(left))
    lost.push({ path: `/properties/${name}/${word}`, message: `"${word}" is not known here` });
  return { name, type, required, description: textOf(property.description), rules };
}

const isTimeFormat = (format: unknown): boolean => format === 'date' || format === 'date-time';

function readType(kinds: readonly string[], format: unknown): ColumnType | null {
  const [kind, ...others] = kinds.filter((one) => one !== 'null');
  if (others.length === 1 && kinds.includes('integer') && kinds.includes('number')) return 'float';
  if (others.length > 0) return null;
  switch (kind) {
    case 'integer':
    case 'boolean':
      return kind;
    case 'number':
      return 'float';
    case 'string':
      return format === 'date' ? 'date' : format === 'date-time' ? 'datetime' : 'string';
    default:
      return null;
  }
}
