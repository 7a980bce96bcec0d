import { describe, expect, it } from 'vitest';
import { readSchema, writeSchema } from '../../../../engine/validation/formats/index.ts';
import { nameRules } from '../../../../engine/validation/name-rules.ts';
import { DataSchema } from '../../../../local-api/contract/index.ts';

const schema = nameRules(
  DataSchema.parse({
    columns: [
      {
        name: 'id',
        type: 'integer',
        description: 'A number',
        rules: [{ kind: 'missing' }, { kind: 'range', min: 0, max: 9 }],
      },
      {
        name: 'code',
        type: 'string',
        rules: [
          { kind: 'pattern', pattern: '^[A-Z]{3}$' },
          { kind: 'length', min: 3, max: 3 },
        ],
      },
      {
        name: 'kind',
        type: 'string',
        required: true,
        rules: [{ kind: 'missing' }, { kind: 'set', values: ['a', 'b'] }],
      },
      { name: 'at', type: 'datetime', rules: [] },
    ],
    extraColumns: 'error',
  }),
);
const withoutIds = (given: DataSchema) =>
  given.columns.map(({ rules, ...column }) => ({ ...column, rules: rules.map(({ id, ...rule }) => rule) }));

describe('JSON Schema', () => {
  it('carries types, presence and constraints there and back', () => {
    const { document, notCarried } = writeSchema('json-schema', schema, 'things');
    expect(notCarried).toEqual([]);
    expect(document).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      required: ['id', 'code', 'kind', 'at'],
      additionalProperties: false,
      properties: {
        id: { type: 'integer', minimum: 0, maximum: 9 },
        code: { type: ['string', 'null'], pattern: '^[A-Z]{3}$', minLength: 3 },
        kind: { enum: ['a', 'b'] },
        at: { type: ['string', 'null'], format: 'date-time' },
      },
    });
    const back = readSchema(document);
    expect(back).toMatchObject({ format: 'json-schema', notCarried: [], schema: { extraColumns: 'error' } });
    const kinds = (given: DataSchema) =>
      given.columns.map(({ name, type, rules }) => [name, type, rules.map(({ kind }) => kind).sort()]);
    expect(kinds(back.schema)).toEqual(kinds(schema));
  });

  it('lists what it cannot take over, and resolves references', () => {
    const read = readSchema({
      type: 'array',
      items: { properties: { a: { $ref: '#/$defs/positive' }, b: { anyOf: [] } }, required: ['a'] },
      $defs: { positive: { type: 'number', minimum: 0, multipleOf: 2 } },
    });
    expect(read.schema.columns[0]).toMatchObject({
      type: 'float',
      required: true,
      rules: [{ kind: 'missing' }, { kind: 'range', min: 0 }],
    });
    expect(read.notCarried.map(({ path }) => path)).toEqual([
      '/properties/a/multipleOf',
      '/properties/b/anyOf',
    ]);
  });
});

describe('a Table Schema', () => {
  it('carries constraints there and back; patterns are of the whole text', () => {
    const { document } = writeSchema('frictionless', schema, 'things');
    expect(document).toMatchObject({
      fieldsMatch: ['equal'],
      fields: [
        { name: 'id', type: 'integer', constraints: { required: true, minimum: 0, maximum: 9 } },
        { name: 'code', constraints: { pattern: '[A-Z]{3}' } },
        {},
        { type: 'datetime' },
      ],
    });
    const back = readSchema(document);
    expect(back.format).toBe('frictionless');
    expect(withoutIds(back.schema)[1]?.rules).toContainEqual(
      expect.objectContaining({ kind: 'pattern', pattern: '^(?:[A-Z]{3})$' }),
    );
  });

  it('says which rules are lost', () => {
    const lossy = nameRules(
      DataSchema.parse({
        columns: [{ name: 'x', rules: [{ kind: 'range', min: 1, mostly: 0.9 }, { kind: 'monotone' }] }],
        rows: [{ kind: 'condition', sql: 'x > 0' }],
      }),
    );
    const lost = writeSchema('frictionless', lossy, 'x').notCarried.map(({ path }) => path);
    expect(lost.sort()).toEqual(['/columns/0/rules/0', '/columns/0/rules/1', '/extraColumns', '/rows/0']);
  });
});

it('a document of no known format is refused', () => {
  expect(() => readSchema({ hello: 1 })).toThrow(/neither/);
  expect(() => readSchema({ columns: [{ name: 'a', rules: [{ kind: 'none' }] }] })).toThrow(
    /no schema of the format assay/,
  );
});
