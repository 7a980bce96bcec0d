import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckDb, openDuckDb, quoteText } from '../../../../engine/duckdb/index.ts';
import { duckDbTypes } from '../../../../engine/validation/check/sql-values.ts';
import { inferSchema } from '../../../../engine/validation/infer/infer-schema.ts';
import { schemaFaults } from '../../../../engine/validation/schema-faults.ts';
import type { ColumnType, DataSchema } from '../../../../local-api/contract/index.ts';
import { checkTable, type Table, writeTable } from '../../../kit/data/check-table.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
let db: DuckDb;
beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 });
});
afterAll(() => {
  db.close();
  folder.remove();
});

const infer = (table: Table) => inferSchema(db, { ...table, previousRows: null });
const rulesOf = (schema: DataSchema, name: string) =>
  schema.columns.find((column) => column.name === name)?.rules ?? [];

describe('a schema inferred from data', () => {
  it('lists the values of a text that repeats, and gives ids, codes and free text no list', async () => {
    const table = await writeTable(
      db,
      folder.path,
      `SELECT i::BIGINT AS id, 'k' || (i % 3) AS kind, 'AB-' || (1000 + i) AS code, repeat('x', (i % 90)::INT) || i || ' y' AS text,
        CASE WHEN i % 2 = 0 THEN NULL ELSE i / 7.0 END AS x, NULL::VARCHAR AS nothing, i % 2 = 0 AS late FROM range(2000) r(i)`,
    );
    const schema = await infer(table);
    expect(rulesOf(schema, 'kind')).toMatchObject([
      { id: 'kind.missing', kind: 'missing', maxShare: 0, severity: 'error' },
      { kind: 'set', values: ['k0', 'k1', 'k2'], severity: 'error' },
    ]);
    expect(rulesOf(schema, 'id').map(({ kind }) => kind)).toEqual(['missing', 'range', 'unique']);
    expect(rulesOf(schema, 'code')[1]).toMatchObject({ kind: 'pattern', pattern: '^[A-Z]{2}\\-[0-9]{4}$' });
    expect(rulesOf(schema, 'text').map(({ kind }) => kind)).toEqual(['missing', 'length', 'unique']);
    expect(rulesOf(schema, 'x')).toMatchObject([
      { kind: 'missing', maxShare: 0.79, severity: 'warn' },
      { kind: 'range', min: 0, max: 315, severity: 'warn' },
    ]);
    expect(schema.columns.find(({ name }) => name === 'nothing')).toMatchObject({ type: null, rules: [] });
    for (const { rules } of schema.columns) for (const rule of rules) expect(rule.reason).toBeTruthy();
  });

  it('only warns of unknown values where a new one is to be expected', async () => {
    const table = await writeTable(
      db,
      folder.path,
      `SELECT CASE WHEN i < 20 THEN 'rare' || i ELSE 'common' END AS word FROM range(1000) r(i)`,
    );
    expect(rulesOf(await infer(table), 'word')[1]).toMatchObject({ kind: 'set', severity: 'warn' });
  });
});

/** Columns of every type with odd values, short and long, with and without gaps. */
const value: Record<ColumnType, fc.Arbitrary<string>> = {
  integer: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.maxSafeInteger()).map(String),
  float: fc
    .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer({ min: 0, max: 3 }))
    .map((x) => `${x}::DOUBLE`),
  boolean: fc.boolean().map(String),
  string: fc
    .oneof(fc.constantFrom('a', 'b', '', "it's", 'AB-1'), fc.string({ maxLength: 6 }))
    // DuckDB's text ends at no NUL, but its parser does.
    .map((text) => quoteText(text.replaceAll('\0', ''))),
  datetime: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => quoteText(date.toISOString().replace('Z', ''))),
  date: fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((date) => quoteText(date.toISOString().slice(0, 10))),
};
const anyTable = fc
  .array(
    fc.record({
      type: fc.constantFrom<ColumnType[]>('integer', 'float', 'boolean', 'string', 'datetime', 'date'),
      gaps: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      rows: fc.array(
        fc.tuple(
          ...columns.map(({ type, gaps }) =>
            gaps ? fc.oneof(value[type], fc.constant('NULL')) : value[type],
          ),
        ),
        { minLength: 1, maxLength: 80, size: 'max' },
      ),
    }),
  );

function selectOf({ columns, rows }: { columns: { type: ColumnType }[]; rows: string[][] }): string {
  const fields = columns.map(({ type }, index) => `c${index}::${duckDbTypes[type]} AS c${index}`);
  const values = rows.map((row) => `(${row.join(', ')})`).join(', ');
  return `SELECT ${fields.join(', ')} FROM (VALUES ${values}) AS t (${columns.map((_, index) => `c${index}`).join(', ')})`;
}

describe('whatever the data', () => {
  it('the schema inferred from them passes on them and has no fault', async () => {
    await fc.assert(
      fc.asyncProperty(anyTable, async (made) => {
        const table = await writeTable(db, folder.path, selectOf(made));
        const schema = await infer(table);
        const outcome = await checkTable(db, table, schema);
        const notPassed = outcome.results.filter(({ status }) => status !== 'passed' && status !== 'skipped');
        expect(notPassed).toEqual([]);
        expect(await schemaFaults(db, schema, table.columns)).toEqual([]);
      }),
      { numRuns: 40, seed: 7, endOnFailure: true },
    );
  }, 60_000);

  it('a value that breaks a rule is found, with its row', async () => {
    const words = fc.constantFrom('red', 'green', 'blue');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(words, fc.integer({ min: -15, max: 15 })), { minLength: 60, maxLength: 90 }),
        fc.nat(),
        fc.constantFrom('null', 'word', 'large', 'small', 'repeat'),
        async (rows, at, how) => {
          const row = at % rows.length;
          const id = (index: number) => (how === 'repeat' && index === row ? (row === 0 ? 1 : 0) : index);
          const select = (isBroken: boolean) =>
            `SELECT * FROM (VALUES ${rows
              .map(([word, number], index) => {
                const breaks = isBroken && index === row;
                const text =
                  breaks && how === 'null' ? 'NULL' : quoteText(breaks && how === 'word' ? 'violet' : word);
                const size = breaks && how === 'large' ? 1e6 : breaks && how === 'small' ? -1e6 : number;
                return `(${isBroken ? id(index) : index}::BIGINT, ${text}, ${size}::BIGINT)`;
              })
              .join(', ')}) AS t (id, word, size)`;
          const schema = await infer(await writeTable(db, folder.path, select(false)));
          const outcome = await checkTable(db, await writeTable(db, folder.path, select(true)), schema);
          const broken = outcome.results.filter(({ status }) => status === 'failed');
          const wanted = {
            null: 'word.missing',
            word: 'word.set',
            large: 'size.range',
            small: 'size.range',
            repeat: 'id.unique',
          };
          expect(broken.map(({ ruleId }) => ruleId)).toEqual([wanted[how]]);
          // Of two equal values the later one repeats.
          const later = how === 'repeat' && row === 0 ? 1 : row;
          expect(broken[0]?.rows.map((one) => one.row)).toEqual([later + 1]);
        },
      ),
      { numRuns: 25, seed: 11, endOnFailure: true },
    );
  }, 60_000);
});
