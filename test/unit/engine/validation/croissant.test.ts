import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type DescribedVersion, toCroissant } from '../../../../engine/validation/formats/croissant.ts';
import { readSchema } from '../../../../engine/validation/formats/index.ts';
import { nameRules } from '../../../../engine/validation/name-rules.ts';
import { CroissantAbout, DataSchema } from '../../../../local-api/contract/index.ts';

const contextFile = new URL('../../../fixtures/croissant/context.json', import.meta.url);
const described: DescribedVersion = {
  dataset: 'flights',
  description: '',
  tags: ['source: made up'],
  version: 4,
  rows: 12_000,
  columns: [
    { name: 'day', type: 'date', nullable: false },
    { name: 'carrier code', type: 'string', nullable: true },
    { name: 'delay', type: 'float', nullable: true },
  ],
  createdAtMs: Date.UTC(2026, 4, 6, 12),
  schema: nameRules(
    DataSchema.parse({
      columns: [
        { name: 'carrier code', description: 'IATA', rules: [{ kind: 'set', values: ['AA', 'DL'] }] },
      ],
      rows: [
        { kind: 'key', columns: ['day', 'carrier code'] },
        { kind: 'row-count', min: 1 },
      ],
    }),
  ),
};
const digest = `sha256:${'ab'.repeat(32)}`;
const about = CroissantAbout.parse({
  files: [{ name: 'flights-v4.csv.gz', sizeBytes: 99, digest }],
  license: 'CC-BY-4.0',
  creator: 'Ada',
});

it('writes the context of Croissant 1.0, what it requires, the files with their digests, and a field a column', () => {
  const { document, notCarried } = toCroissant(described, about);
  expect(document['@context']).toEqual(JSON.parse(readFileSync(contextFile, 'utf8')));
  expect(document).toMatchObject({
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    name: 'flights',
    description: 'Version 4 of flights: 12,000 rows, 3 columns.',
    license: 'CC-BY-4.0',
    creator: { '@type': 'sc:Person', name: 'Ada' },
    version: '4.0.0',
    datePublished: '2026-05-06',
    distribution: [
      {
        '@type': 'cr:FileObject',
        '@id': 'flights-v4.csv.gz',
        contentUrl: 'flights-v4.csv.gz',
        contentSize: '99 B',
        encodingFormat: 'text/csv',
        sha256: 'ab'.repeat(32),
      },
    ],
    recordSet: [
      {
        '@type': 'cr:RecordSet',
        '@id': 'rows',
        key: [{ '@id': 'rows/day' }, { '@id': 'rows/carrier%20code' }],
        field: [
          {
            dataType: 'sc:Date',
            source: { fileObject: { '@id': 'flights-v4.csv.gz' }, extract: { column: 'day' } },
          },
          { '@id': 'rows/carrier%20code', dataType: 'sc:Text', description: 'IATA – one of AA, DL' },
          { dataType: 'sc:Float' },
        ],
      },
    ],
  });
  expect(notCarried.map(({ path }) => path)).toEqual(['/rows', '/columns/0/rules']);
});

it('reads what it has written', () => {
  const { document } = toCroissant(described, about);
  const { format, schema, notCarried } = readSchema(document);
  expect([format, notCarried]).toEqual(['croissant', []]);
  expect(schema.columns.map(({ name, type }) => [name, type])).toEqual([
    ['day', 'date'],
    ['carrier code', 'string'],
    ['delay', 'float'],
  ]);
  expect(schema.rows).toMatchObject([{ kind: 'key', columns: ['day', 'carrier code'] }]);
});

it('reads the table among several record sets, types of both versions, and lists of values', () => {
  const { schema, notCarried } = readSchema({
    conformsTo: ['http://mlcommons.org/croissant/1.1'],
    recordSet: [
      {
        '@id': 'genders',
        dataType: 'sc:Enumeration',
        field: { '@id': 'genders/label', dataType: 'sc:Text' },
        data: [{ 'genders/label': 'female' }, { 'genders/label': 'male' }],
      },
      { '@id': 'notes', field: [{ '@id': 'notes/text', dataType: 'sc:Text' }] },
      {
        '@id': 'people',
        key: { '@id': 'people/id' },
        field: [
          {
            '@id': 'people/id',
            name: 'id',
            dataType: 'cr:Int64',
            source: { extract: { column: 'PassengerId' } },
          },
          {
            '@id': 'people/sex',
            dataType: ['sc:Text', 'wd:Q48277'],
            references: { field: { '@id': 'genders/label' } },
          },
          { '@id': 'people/fare', dataType: 'https://schema.org/Number' },
          { '@id': 'people/photo', dataType: 'sc:ImageObject', repeated: true },
        ],
      },
    ],
  });
  expect(schema.columns.map(({ name, type, rules }) => [name, type, rules.length])).toEqual([
    ['PassengerId', 'integer', 0],
    ['sex', 'string', 1],
    ['fare', 'float', 0],
    ['photo', null, 0],
  ]);
  expect(schema.columns[1]?.rules).toMatchObject([{ kind: 'set', values: ['female', 'male'] }]);
  expect(schema.rows).toMatchObject([{ kind: 'key', columns: ['PassengerId'] }]);
  expect(notCarried.map(({ path }) => path)).toEqual([
    '/recordSet/1',
    '/recordSet/2/field/3',
    '/recordSet/2/field/3',
  ]);
});

it('refuses a document without a table', () => {
  const document = { conformsTo: 'http://mlcommons.org/croissant/1.0', recordSet: [] };
  expect(() => readSchema(document)).toThrow('no record set');
});
