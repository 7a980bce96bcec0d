import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DuckDb, openDuckDb } from '../../../../engine/duckdb/index.ts';
import type { ColumnRuleInput, TableRuleInput } from '../../../../local-api/contract/index.ts';
import { checkTable, type Table, writeTable } from '../../../kit/data/check-table.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
let db: DuckDb;
let table: Table;

beforeAll(async () => {
  db = await openDuckDb({ readable: [], folders: [folder.path], memoryMb: 256 });
  table = await writeTable(
    db,
    folder.path,
    `SELECT i::BIGINT AS id, (i * 1.5)::DOUBLE AS x, CASE WHEN i % 10 = 3 THEN NULL ELSE 'v' || (i % 4) END AS word,
      CASE WHEN i < 40 THEN 'n' || i ELSE 'same' END AS name, i % 2 = 0 AS flag, TIMESTAMP '2020-01-01' + INTERVAL (i) HOUR AS at,
      CASE WHEN i = 42 THEN 'oops' ELSE i::VARCHAR END AS number, (i % 7)::BIGINT AS week
     FROM range(50) r(i)`,
    20,
  );
});
afterAll(() => {
  db.close();
  folder.remove();
});

async function ofColumn(name: string, rule: ColumnRuleInput) {
  const { results } = await checkTable(db, table, { columns: [{ name, rules: [rule] }] });
  return results[1];
}
async function ofTable(rule: TableRuleInput, more = {}) {
  const { results } = await checkTable(db, table, { rows: [rule] }, more);
  return results[0];
}

describe('a rule of a column', () => {
  it('counts what is missing and gives the rows, counted over all files', async () => {
    expect(await ofColumn('word', { kind: 'missing' })).toMatchObject({
      status: 'failed',
      checked: 50,
      broken: 5,
      brokenShare: 0.1,
      columns: ['word'],
      rows: [4, 14, 24, 34, 44].map((row) => ({ row, values: [null] })),
    });
    expect(await ofColumn('word', { kind: 'missing', maxShare: 0.1 })).toMatchObject({ status: 'passed' });
  });

  it('finds values outside a range, both ends allowed', async () => {
    expect(await ofColumn('x', { kind: 'range', min: 1.5, max: 72 })).toMatchObject({
      status: 'failed',
      checked: 50,
      broken: 2,
      rows: [
        { row: 1, values: [0] },
        { row: 50, values: [73.5] },
      ],
    });
    expect(await ofColumn('x', { kind: 'range', min: 0, max: 73.5 })).toMatchObject({ status: 'passed' });
    expect(await ofColumn('id', { kind: 'range', max: 48.5 })).toMatchObject({ broken: 1 });
    expect(await ofColumn('at', { kind: 'range', min: '2020-01-01T02:00:00Z' })).toMatchObject({ broken: 2 });
  });

  it('leaves missing values out of what must keep it, and a share may break it', async () => {
    const rule = { kind: 'set' as const, values: ['v0', 'v1', 'v2'] };
    expect(await ofColumn('word', rule)).toMatchObject({ status: 'failed', checked: 45, broken: 9 });
    expect(await ofColumn('word', { ...rule, mostly: 0.8 })).toMatchObject({ status: 'passed', broken: 9 });
    expect(await ofColumn('word', { ...rule, mostly: 0.81 })).toMatchObject({ status: 'failed' });
  });

  it('holds for the rows of its condition only', async () => {
    expect(await ofColumn('x', { kind: 'range', max: 30, where: 'id < 25' })).toMatchObject({
      checked: 25,
      broken: 4,
      rows: [22, 23, 24, 25].map((row) => ({ row })),
    });
  });

  it('may have a condition that ends in a comment', async () => {
    const where = 'id < 25 -- the old rows';
    const rules: ColumnRuleInput[] = [
      { kind: 'range', max: 30, where },
      { kind: 'unique', where },
      { kind: 'distinct', max: 25, where },
      { kind: 'statistic', statistic: 'max', max: 36, where },
    ];
    const { results } = await checkTable(db, table, {
      columns: [{ name: 'x', rules }],
      rows: [{ kind: 'condition', sql: 'x < 30 -- a bound', where }],
    });
    expect(results.map(({ kind, status }) => `${kind} ${status}`)).toEqual([
      'column passed',
      'range failed',
      'unique passed',
      'distinct passed',
      'statistic passed',
      'condition failed',
    ]);
  });

  it('knows patterns and lengths', async () => {
    expect(await ofColumn('name', { kind: 'pattern', pattern: '^n[0-9]+$' })).toMatchObject({ broken: 10 });
    expect(await ofColumn('name', { kind: 'length', min: 3, max: 3 })).toMatchObject({ broken: 20 });
  });

  it('finds rows that repeat an earlier value', async () => {
    expect(await ofColumn('name', { kind: 'unique' })).toMatchObject({
      status: 'failed',
      checked: 50,
      broken: 9,
      rows: Array.from({ length: 9 }, (_, index) => ({ row: 42 + index, values: ['same'] })),
    });
    expect(await ofColumn('id', { kind: 'unique' })).toMatchObject({ status: 'passed' });
  });

  it('compares neighbours over the ends of files', async () => {
    expect(await ofColumn('at', { kind: 'monotone', strict: true })).toMatchObject({
      status: 'passed',
      checked: 49,
    });
    expect(await ofColumn('week', { kind: 'monotone' })).toMatchObject({
      status: 'failed',
      broken: 7,
      rows: [8, 15, 22, 29, 36, 43, 50].map((row) => ({ row, values: [0] })),
    });
    expect(await ofColumn('id', { kind: 'monotone', direction: 'decreasing' })).toMatchObject({ broken: 49 });
  });

  it('knows how many values differ, and figures', async () => {
    expect(await ofColumn('word', { kind: 'distinct', max: 3 })).toMatchObject({
      status: 'failed',
      found: '4 different values',
    });
    expect(await ofColumn('x', { kind: 'statistic', statistic: 'mean', min: 36, max: 37 })).toMatchObject({
      status: 'passed',
      found: 'mean 36.75',
    });
    expect(await ofColumn('x', { kind: 'statistic', statistic: 'median', max: 36 })).toMatchObject({
      status: 'failed',
    });
  });

  it('is unknown where the column cannot have it, and then the data are not called fine', async () => {
    const outcome = await checkTable(db, table, {
      columns: [{ name: 'word', rules: [{ kind: 'range', min: 1 }] }],
    });
    expect(outcome).toMatchObject({ verdict: 'warned', unknown: 1 });
    expect(outcome.results[1]?.found).toBe('a range asks for numbers or times, and the column is string');
  });
});

describe('the columns', () => {
  it('must be there unless they are optional, whose rules then ask for nothing', async () => {
    const rules = [{ kind: 'missing' as const }];
    const outcome = await checkTable(db, table, {
      columns: [
        { name: 'gone', rules },
        { name: 'rare', required: false, rules },
      ],
    });
    expect(outcome.verdict).toBe('failed');
    expect(outcome.results.map(({ status }) => status)).toEqual(['failed', 'unknown', 'skipped', 'skipped']);
  });

  it('have their type; text that was to be numbers tells which values are none', async () => {
    const outcome = await checkTable(db, table, {
      columns: [
        { name: 'number', type: 'integer' },
        { name: 'id', type: 'float' },
        { name: 'flag', type: 'integer', severity: 'warn' },
      ],
    });
    expect(outcome.results).toMatchObject([
      { status: 'failed', broken: 1, rows: [{ row: 43, values: ['oops'] }] },
      { status: 'passed' },
      { status: 'failed', severity: 'warn', found: 'boolean' },
    ]);
  });

  it('may be others or in another order, as far as the schema says', async () => {
    const columns = [{ name: 'x' }, { name: 'id' }];
    const { results, verdict } = await checkTable(db, table, {
      columns,
      extraColumns: 'warn',
      columnOrder: 'error',
    });
    expect(verdict).toBe('failed');
    expect(results.slice(2)).toMatchObject([
      { kind: 'extra-columns', status: 'failed', broken: 6 },
      { kind: 'column-order', status: 'failed', found: 'id where x should be' },
    ]);
  });
});

describe('a rule of the table', () => {
  it('bounds the rows and their change', async () => {
    expect(await ofTable({ kind: 'row-count', min: 51 })).toMatchObject({
      status: 'failed',
      found: '50 rows',
    });
    const change = { kind: 'row-count-change' as const, minRatio: 0.9 };
    expect(await ofTable(change)).toMatchObject({ status: 'skipped' });
    expect(await ofTable(change, { previous: { rows: 100, name: 'a v1' } })).toMatchObject({
      status: 'failed',
      found: '50 rows, 0.5 times the 100 of a v1',
    });
  });

  it('finds rows that agree in a key of several columns', async () => {
    expect(await ofTable({ kind: 'key', columns: ['week', 'flag'] })).toMatchObject({
      checked: 50,
      broken: 36,
    });
    expect(await ofTable({ kind: 'key', columns: ['word', 'name'] })).toMatchObject({
      broken: 5,
      rows: { length: 5 },
    });
    expect(await ofTable({ kind: 'key', columns: [] })).toMatchObject({ status: 'passed' });
  });

  it('knows how old the newest time is', async () => {
    const rule = { kind: 'freshness' as const, column: 'at', maxAgeHours: 24 };
    const last = Date.UTC(2020, 0, 3, 1);
    expect(await ofTable(rule, { atMs: last + 24 * 3_600_000 })).toMatchObject({ status: 'passed' });
    expect(await ofTable(rule, { atMs: last + 25 * 3_600_000 })).toMatchObject({ status: 'failed' });
    expect(await ofTable({ ...rule, column: 'x' })).toMatchObject({ status: 'unknown' });
  });

  it('looks values up in other data', async () => {
    const weeks = await writeTable(db, folder.path, `SELECT i::BIGINT AS number FROM range(5) r(i)`);
    const rule = {
      kind: 'foreign-key' as const,
      columns: ['week'],
      dataset: 'weeks',
      references: ['number'],
      mostly: 0.8,
    };
    const others = { 'foreign-key': { name: 'weeks v1', ...weeks } };
    expect(await ofTable(rule, { others })).toMatchObject({
      status: 'failed',
      checked: 50,
      broken: 14,
      columns: ['week'],
      rows: expect.arrayContaining([{ row: 6, values: [5] }]),
    });
    expect(await ofTable(rule)).toMatchObject({ status: 'unknown' });
  });

  it('asks a condition of each row; one that is unknown is kept', async () => {
    expect(await ofTable({ kind: 'condition', sql: "word <> 'v1' or id < 10" })).toMatchObject({
      status: 'failed',
      broken: 8,
    });
  });

  it('runs a query that must give nothing and shows its rows', async () => {
    const sql = 'SELECT week, count(*) AS n FROM data GROUP BY week HAVING n > 7 ORDER BY week';
    expect(await ofTable({ kind: 'query', sql })).toMatchObject({
      status: 'failed',
      broken: 1,
      columns: ['week', 'n'],
      rows: [{ row: null, values: [0, 8] }],
    });
  });

  it('that fails while it runs is unknown and spoils no other', async () => {
    const outcome = await checkTable(db, table, {
      columns: [{ name: 'x', rules: [{ kind: 'range', max: 10 }] }],
      rows: [
        { kind: 'condition', sql: 'CAST(number AS INTEGER) >= 0' },
        { kind: 'condition', sql: 'id >= 10' },
      ],
    });
    expect(outcome.results.slice(1)).toMatchObject([
      { status: 'failed', broken: 43 },
      { status: 'unknown', found: expect.stringContaining("'oops'") },
      { status: 'failed', broken: 10 },
    ]);
  });
});

it('names with quotes and texts with quotes are only names and texts', async () => {
  const odd = await writeTable(db, folder.path, `SELECT 'it''s' AS "a ""quoted"" name"`);
  const outcome = await checkTable(db, odd, {
    columns: [{ name: 'a "quoted" name', rules: [{ kind: 'set', values: ["it's"] }, { kind: 'unique' }] }],
  });
  expect(outcome.verdict).toBe('passed');
});

it('holds columns against another version as a drift report does', async () => {
  const before = await writeTable(
    db,
    folder.path,
    `SELECT (i % 100)::DOUBLE AS a, (i % 100)::DOUBLE AS b FROM range(2000) r(i)`,
  );
  const after = await writeTable(
    db,
    folder.path,
    `SELECT (i % 100)::DOUBLE AS a, (40 + i % 100)::DOUBLE AS b FROM range(2000) r(i)`,
  );
  const rules = [{ kind: 'distribution' as const }];
  const schema = {
    columns: [
      { name: 'a', rules },
      { name: 'b', rules },
    ],
  };
  const reference = { name: 'x v1', ...before };
  const held = await checkTable(db, after, schema, {
    others: { 'a.distribution': reference, 'b.distribution': reference },
  });
  expect(held.results.map(({ status }) => status)).toEqual(['passed', 'passed', 'passed', 'failed']);
  expect(held.results[3]?.found).toContain('against x v1');
  const first = await checkTable(db, before, schema, {
    others: { 'a.distribution': { missing: 'there is no version before', isFine: true } },
  });
  expect(first.results.map(({ status }) => status)).toEqual(['passed', 'skipped', 'passed', 'unknown']);
});
