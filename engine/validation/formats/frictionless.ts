import type {
  ColumnRuleInput,
  ColumnType,
  DataSchema,
  NotCarried,
  SchemaColumn,
  SchemaColumnInput,
  TableRuleInput,
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

const PROFILE = 'https://datapackage.org/profiles/2.0/tableschema.json';

/** A schema as a Table Schema of the Data Package standard (Frictionless), version 2. */
export function toFrictionless(schema: DataSchema): Written {
  const notCarried: NotCarried[] = [];
  const document: JsonObject = {
    $schema: PROFILE,
    fields: schema.columns.map((column, index) => fieldOf(column, `/columns/${index}`, notCarried)),
    fieldsMatch: [fieldsMatch(schema, notCarried)],
  };
  const keys = schema.rows.filter((rule) => rule.kind === 'key');
  const [first, ...others] = keys;
  if (first !== undefined && first.columns.length > 0) document.primaryKey = first.columns;
  if (others.length > 0) document.uniqueKeys = others.map(({ columns }) => columns);
  const foreign = schema.rows.filter((rule) => rule.kind === 'foreign-key');
  if (foreign.length > 0) {
    document.foreignKeys = foreign.map(({ columns, dataset, references }) => ({
      fields: columns,
      reference: { resource: dataset, fields: references.length > 0 ? references : columns },
    }));
  }
  loseTableRules(schema, notCarried, ['key', 'foreign-key']);
  return { document, notCarried };
}

function fieldsMatch({ columns, extraColumns, columnOrder }: DataSchema, lost: NotCarried[]): string {
  if (extraColumns === 'warn' || columnOrder === 'warn')
    lost.push({ path: '/extraColumns', message: 'A warning of other columns, or of their order' });
  const mayLack = columns.some(({ required }) => !required);
  if (extraColumns === 'error') return mayLack ? 'superset' : columnOrder === 'error' ? 'exact' : 'equal';
  return mayLack ? 'partial' : 'subset';
}

const fieldTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'integer',
  float: 'number',
  boolean: 'boolean',
  string: 'string',
  datetime: 'datetime',
  date: 'date',
};

function fieldOf(column: SchemaColumn, path: string, lost: NotCarried[]): JsonObject {
  const constraints: JsonObject = {};
  for (const rule of constraintsOf(column.rules, path, lost).values()) {
    switch (rule.kind) {
      case 'missing':
        constraints.required = true;
        break;
      case 'unique':
        constraints.unique = true;
        break;
      case 'range':
        if (rule.min !== undefined) constraints.minimum = rule.min;
        if (rule.max !== undefined) constraints.maximum = rule.max;
        break;
      case 'length':
        if (rule.min !== undefined) constraints.minLength = rule.min;
        if (rule.max !== undefined) constraints.maxLength = rule.max;
        break;
      case 'set':
        constraints.enum = rule.values;
        break;
      case 'pattern':
        constraints.pattern = anchoredPattern(rule.pattern);
        break;
    }
  }
  return {
    name: column.name,
    type: column.type === null ? 'any' : fieldTypes[column.type],
    ...(column.description === '' ? {} : { description: column.description }),
    ...(Object.keys(constraints).length === 0 ? {} : { constraints }),
  };
}

/** Their patterns are for the whole text, ours are looked for in it. */
function anchoredPattern(pattern: string): string {
  const whole = /^\^(.*)\$$/s.exec(pattern)?.[1];
  if (whole !== undefined && !/\\$/.test(whole)) return whole;
  return `.*(${pattern}).*`;
}

const readTypes: Readonly<Record<string, ColumnType>> = {
  integer: 'integer',
  number: 'float',
  boolean: 'boolean',
  string: 'string',
  datetime: 'datetime',
  date: 'date',
  year: 'integer',
};
const knownWords = new Set([
  '$schema',
  'fields',
  'fieldsMatch',
  'primaryKey',
  'uniqueKeys',
  'foreignKeys',
  'name',
  'title',
  'description',
]);

/** Reads a Table Schema, alone or in a resource or a package of one. */
export function fromFrictionless(document: JsonObject): Read {
  const table = tableOf(document);
  const fields = table.fields;
  if (!Array.isArray(fields)) throw unreadable('The Table Schema has no list of "fields"');
  const notCarried: NotCarried[] = [];
  const match = Array.isArray(table.fieldsMatch) ? table.fieldsMatch[0] : table.fieldsMatch;
  const mayLack = match === 'superset' || match === 'partial';
  const columns = fields
    .filter(isObject)
    .map((field, index) => readField(field, `/fields/${index}`, !mayLack, notCarried));
  for (const word of Object.keys(table)) {
    if (!knownWords.has(word)) notCarried.push({ path: `/${word}`, message: `"${word}" is not known here` });
  }
  const isOpen = match === 'subset' || match === 'partial';
  return {
    schema: {
      columns,
      rows: [...readKeys(table), ...readForeignKeys(table)],
      extraColumns: isOpen ? 'allow' : 'error',
      columnOrder: match === undefined || match === 'exact' ? 'error' : 'allow',
    },
    notCarried,
  };
}

function tableOf(document: JsonObject): JsonObject {
  const resources = Array.isArray(document.resources) ? document.resources.filter(isObject) : [];
  if (resources.length > 1)
    throw unreadable('The data package has several resources; send the schema of one');
  const resource = resources[0] ?? document;
  return isObject(resource.schema) ? resource.schema : resource;
}

function readField(
  field: JsonObject,
  path: string,
  required: boolean,
  lost: NotCarried[],
): SchemaColumnInput {
  const left = isObject(field.constraints) ? { ...field.constraints } : {};
  const kind = textOf(field.type) || 'string';
  const type = readTypes[kind] ?? null;
  if (type === null && kind !== 'any')
    lost.push({ path: `${path}/type`, message: `The type "${kind}" is not known here` });
  const rules: ColumnRuleInput[] = left.required === true ? [{ kind: 'missing', maxShare: 0 }] : [];
  if (left.unique === true) rules.push({ kind: 'unique' });
  delete left.required;
  delete left.unique;
  rules.push(...readConstraints(left));
  if (typeof left.pattern === 'string') {
    rules.push({ kind: 'pattern', pattern: `^(?:${left.pattern})$` });
    delete left.pattern;
  }
  for (const word of Object.keys(left))
    lost.push({ path: `${path}/constraints/${word}`, message: `"${word}" is not known here` });
  const format = textOf(field.format);
  if (format !== '' && format !== 'default')
    lost.push({ path: `${path}/format`, message: `The format "${format}" is not checked here` });
  return { name: textOf(field.name), type, required, description: textOf(field.description), rules };
}

function readKeys({ primaryKey, uniqueKeys }: JsonObject): TableRuleInput[] {
  const keys = [primaryKey, ...(Array.isArray(uniqueKeys) ? uniqueKeys : [])];
  return keys
    .map(namesOf)
    .filter((columns) => columns.length > 0)
    .map((columns) => ({ kind: 'key' as const, columns }));
}

function namesOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((name) => typeof name === 'string');
}

function readForeignKeys({ foreignKeys }: JsonObject): TableRuleInput[] {
  if (!Array.isArray(foreignKeys)) return [];
  return foreignKeys.filter(isObject).flatMap(({ fields, reference }) => {
    if (!isObject(reference) || textOf(reference.resource) === '') return [];
    return [
      {
        kind: 'foreign-key' as const,
        columns: namesOf(fields),
        dataset: textOf(reference.resource),
        references: namesOf(reference.fields),
      },
    ];
  });
}
