import type {
  Column,
  ColumnType,
  CroissantAbout,
  DataSchema,
  NotCarried,
  RuleValue,
  SchemaColumnInput,
} from '../../../local-api/contract/index.ts';
import { wordsOfRule } from '../../../local-api/contract/rule-words.ts';
import { isObject, type JsonObject, type Read, textOf, unreadable, type Written } from './converted.ts';

/** What is described, besides its schema. */
export type DescribedVersion = {
  dataset: string;
  description: string;
  tags: readonly string[];
  version: number;
  rows: number;
  columns: readonly Column[];
  createdAtMs: number;
  /** The schema, or null: then the columns are described as they are. */
  schema: DataSchema | null;
};

/** https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html, "Appendix: JSON-LD context". */
const context = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  equivalentProperty: 'cr:equivalentProperty',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileObject: 'cr:fileObject',
  fileProperty: 'cr:fileProperty',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  rai: 'http://mlcommons.org/croissant/RAI/',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  samplingRate: 'cr:samplingRate',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
};

const dataTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'sc:Integer',
  float: 'sc:Float',
  boolean: 'sc:Boolean',
  string: 'sc:Text',
  datetime: 'sc:DateTime',
  date: 'sc:Date',
};

const encodings: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  jsonl: 'application/jsonlines',
  json: 'application/json',
  parquet: 'application/x-parquet',
};

/**
 * A dataset version as Croissant 1.0 (MLCommons): its files with their digests, and a record set with a field a column. Rules have
 * no words of their own there and stand in the descriptions of the fields; a key is a key.
 */
export function toCroissant(described: DescribedVersion, about: CroissantAbout): Written {
  const { dataset, version, rows, columns, description, tags, createdAtMs, schema } = described;
  const { license, url, creator, files } = about;
  const notCarried: NotCarried[] = [];
  const key = schema?.rows.find((rule) => rule.kind === 'key' && rule.columns.length > 0);
  const keyColumns = key?.kind === 'key' ? key.columns : [];
  const [first] = files;
  const document: JsonObject = {
    '@context': context,
    '@type': 'sc:Dataset',
    name: dataset,
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    description:
      description ||
      `Version ${version} of ${dataset}: ${rows.toLocaleString('en')} rows, ${columns.length} columns.`,
    ...(license === undefined ? {} : { license }),
    ...(url === undefined ? {} : { url }),
    ...(creator === undefined ? {} : { creator: { '@type': 'sc:Person', name: creator } }),
    ...(tags.length === 0 ? {} : { keywords: tags }),
    version: `${version}.0.0`,
    datePublished: new Date(createdAtMs).toISOString().slice(0, 10),
    distribution: files.map(fileObject),
    recordSet: [
      {
        '@type': 'cr:RecordSet',
        '@id': 'rows',
        name: 'rows',
        ...(keyColumns.length === 0 ? {} : { key: keyColumns.map((name) => ({ '@id': fieldId(name) })) }),
        field: columns.map((column) => fieldOf(column, schema, first?.name)),
      },
    ],
  };
  for (const rule of schema?.rows ?? [])
    if (rule !== key)
      notCarried.push({ path: '/rows', message: `The rule "${rule.id}" (${rule.kind}) is about the table` });
  for (const [index, { name, rules }] of (schema?.columns ?? []).entries())
    if (rules.length > 0)
      notCarried.push({
        path: `/columns/${index}/rules`,
        message: `The rules of ${name} stand in the description of its field, for people`,
      });
  return { document, notCarried };
}

function fileObject({ name, sizeBytes, digest, contentUrl }: CroissantAbout['files'][number]): JsonObject {
  const [, ending = ''] = /\.([a-z]+)(?:\.gz|\.zst)?$/.exec(name) ?? [];
  return {
    '@type': 'cr:FileObject',
    '@id': name,
    name,
    contentUrl: contentUrl ?? name,
    contentSize: `${sizeBytes} B`,
    encodingFormat: encodings[ending] ?? 'application/octet-stream',
    sha256: digest.replace(/^sha256:/, ''),
  };
}

/** Ids are parts of addresses: other characters than these are written by their number. */
function fieldId(column: string): string {
  return `rows/${encodeURIComponent(column)}`;
}

function fieldOf(column: Column, schema: DataSchema | null, file: string | undefined): JsonObject {
  const wanted = schema?.columns.find(({ name }) => name === column.name);
  const words = (wanted?.rules ?? []).map((rule) => wordsOfRule(rule));
  const description = [wanted?.description ?? '', words.join('; ')].filter((text) => text !== '').join(' – ');
  return {
    '@type': 'cr:Field',
    '@id': fieldId(column.name),
    name: column.name,
    ...(description === '' ? {} : { description }),
    dataType: dataTypes[column.type],
    ...(file === undefined
      ? {}
      : { source: { fileObject: { '@id': file }, extract: { column: column.name } } }),
  };
}

/** The fields of the first record set with a source in files, or of the first there is, as a schema. */
export function fromCroissant(document: JsonObject): Read {
  const sets = listOf(document.recordSet).filter(isObject);
  const tables = sets.filter((set) => !typesOf(set.dataType).includes('Enumeration'));
  const set = tables.find(({ field }) => listOf(field).some((one) => isObject(one) && isObject(one.source)));
  const chosen = set ?? tables[0];
  if (chosen === undefined) throw unreadable('The Croissant file has no record set');
  const notCarried: NotCarried[] = tables
    .filter((table) => table !== chosen)
    .map((table) => ({
      path: `/recordSet/${sets.indexOf(table)}`,
      message: `The record set "${nameOf(table)}" is another table`,
    }));
  const path = `/recordSet/${sets.indexOf(chosen)}/field`;
  const columns = listOf(chosen.field)
    .filter(isObject)
    .map((field, index) =>
      readField(field, sets, (message) => notCarried.push({ path: `${path}/${index}`, message })),
    );
  const keyIds = listOf(chosen.key).map(idOf);
  const byId = new Map(
    listOf(chosen.field)
      .filter(isObject)
      .map((field, index) => [idOf(field), columns[index]?.name]),
  );
  const key = keyIds.flatMap((id) => byId.get(id) ?? []);
  return {
    schema: { columns, rows: key.length === 0 ? [] : [{ kind: 'key', columns: key }] },
    notCarried,
  };
}

function readField(
  field: JsonObject,
  sets: readonly JsonObject[],
  lose: (message: string) => void,
): SchemaColumnInput {
  const { source } = field;
  const extract = isObject(source) ? source.extract : undefined;
  const column = isObject(extract) ? textOf(extract.column) : '';
  const types = typesOf(field.dataType);
  const type = types.map((name) => readTypes[name]).find((found) => found !== undefined);
  if (type === undefined) lose(`The type ${types.join(', ') || 'that is left out'} is none of ours`);
  if (field.repeated === true || field.subField !== undefined) lose('A list, or parts of a value');
  if (isObject(source) && source.transform !== undefined) lose('The value is made of a part of the column');
  const values = enumerated(field, sets);
  return {
    // Without a name its id says it: rows/delay.
    name: column || nameOf(field).replace(/^.*\//, ''),
    type: field.repeated === true ? null : (type ?? null),
    ...(textOf(field.description) === '' ? {} : { description: textOf(field.description).slice(0, 4000) }),
    rules: values.length === 0 ? [] : [{ kind: 'set', values }],
  };
}

const readTypes: Readonly<Record<string, ColumnType>> = {
  ...{
    Integer: 'integer',
    Float: 'float',
    Number: 'float',
    Boolean: 'boolean',
    Text: 'string',
    URL: 'string',
  },
  ...{ Date: 'date', DateTime: 'datetime', Enumeration: 'string' },
  ...{
    Int8: 'integer',
    Int16: 'integer',
    Int32: 'integer',
    Int64: 'integer',
    UInt8: 'integer',
    UInt16: 'integer',
  },
  ...{ UInt32: 'integer', UInt64: 'integer', Float16: 'float', Float32: 'float', Float64: 'float' },
};

/** Names of types without their prefix: sc:Integer and https://schema.org/Integer are Integer. */
function typesOf(value: unknown): string[] {
  return listOf(value).map((type) => textOf(type).replace(/^.*[:/#]/, ''));
}

/** The values of the enumeration that a field refers to, where they stand in the document. */
function enumerated({ references }: JsonObject, sets: readonly JsonObject[]): RuleValue[] {
  const referred = isObject(references) ? references.field : undefined;
  const id = idOf(referred);
  const set = sets.find((one) => listOf(one.field).some((field) => idOf(field) === id && id !== ''));
  return listOf(set?.data).flatMap((row) => {
    const value = isObject(row) ? (row[id] ?? row[id.replace(/^.*\//, '')]) : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [value]
      : [];
  });
}

function idOf(value: unknown): string {
  return isObject(value) ? textOf(value['@id']) : textOf(value);
}

function nameOf(value: JsonObject): string {
  return textOf(value.name) || idOf(value);
}

function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether a document says that it is Croissant. */
export function isCroissant(document: JsonObject): boolean {
  return listOf(document.conformsTo).some((value) => /mlcommons\.org\/croissant\//.test(idOf(value)));
}
