import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ReadTableOptions,
  readTable,
  type TableColumnRequest,
  type TrainingTable,
} from '../../../../engine/training/table.ts';

let folder: string;
let path: string;

const odd = 'odd "name"; drop';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-table-'));
  path = join(folder, "it's.parquet");
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  await connection.run(`
    COPY (
      SELECT i::BIGINT AS id,
        CASE WHEN i % 10 = 3 THEN NULL WHEN i % 10 = 4 THEN 'inf'::DOUBLE ELSE i / 2.0 END AS x,
        CASE WHEN i % 4 = 0 THEN 'north' WHEN i % 4 = 1 THEN '' ELSE 'south' END AS "${odd.replaceAll('"', '""')}",
        TIMESTAMP '2001-01-31 23:59:59.5' - to_days(i::INTEGER) AS at,
        DATE '1969-12-31' + i::INTEGER AS day,
        i % 3 = 0 AS flag,
        CASE WHEN i % 20 = 7 THEN NULL ELSE i % 3 END AS target,
        i * 100 AS file_row_number
      FROM range(100) t(i)
    ) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
  connection.closeSync();
  database.closeSync();
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const id: TableColumnRequest = { name: 'id', type: 'integer', nullable: false, role: 'number' };

function read(options: Partial<ReadTableOptions> = {}): Promise<TrainingTable> {
  return readTable({
    files: [path],
    columns: [id],
    targetSql: '"target"',
    task: 'classification',
    rows: { sample: 'even' },
    ...options,
  });
}

function ids(table: TrainingTable): number[] {
  const column = table.columns.find(({ name }) => name === 'id');
  return column === undefined || column.role === 'category' ? [] : [...column.values];
}

describe('readTable', () => {
  test('gives each role its form, with infinite numbers and empty texts as missing', async () => {
    const table = await read({
      columns: [
        { name: 'x', type: 'float', nullable: false, role: 'number' },
        { name: odd, type: 'string', nullable: false, role: 'category' },
        { name: 'at', type: 'datetime', nullable: false, role: 'datetime' },
        { name: 'day', type: 'date', nullable: false, role: 'datetime' },
        { name: 'flag', type: 'boolean', nullable: false, role: 'boolean' },
        { ...id, role: 'category' },
      ],
    });
    const [x, text, at, day, flag, code] = table.columns;
    expect(x).toMatchObject({ nullable: true });
    expect(x?.role === 'number' && [...x.values.slice(0, 6)]).toEqual([
      0,
      0.5,
      1,
      Number.NaN,
      Number.NaN,
      2.5,
    ]);
    expect(text).toMatchObject({ nullable: true, categories: ['north', 'south'] });
    expect(text?.role === 'category' && [...text.codes.slice(0, 4)]).toEqual([0, -1, 1, 1]);
    expect(at?.role === 'datetime' && at.values[0]).toBe(Date.parse('2001-01-31T23:59:59.500Z'));
    expect(day?.role === 'datetime' && [...day.values.slice(0, 2)]).toEqual([-864e5, 0]);
    expect(flag).toMatchObject({ nullable: false });
    expect(flag?.role === 'boolean' && [...flag.values.slice(0, 4)]).toEqual([1, 0, 0, 1]);
    expect(code?.role === 'category' && code.categories.slice(0, 2)).toEqual(['0', '1']);
  });

  test('leaves out rows without a target and says how many', async () => {
    const table = await read();
    expect(table).toMatchObject({ rows: 95, matchedRows: 100, withoutTarget: 5 });
    expect(table.target).toMatchObject({ classes: ['0', '1', '2'] });
    expect([...table.sourceRows.slice(6, 9)]).toEqual([6, 8, 9]);
  });

  test('sorts classes as numbers where they are numbers, else as texts', async () => {
    const numbers = await read({ targetSql: 'id % 11' });
    expect(numbers.target).toMatchObject({
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
    });
    const flags = await read({ targetSql: 'x > 15' });
    expect(flags.target).toMatchObject({ classes: ['false', 'true'] });
  });

  test('reads a number target', async () => {
    const table = await read({
      targetSql: 'id * 2',
      task: 'regression',
      rows: { sample: 'first', limit: 3 },
    });
    expect(table.target.task === 'regression' && [...table.target.values]).toEqual([0, 2, 4]);
  });

  test('takes exactly the limit: at equal distances, from the start, or from the end', async () => {
    const sampled = async (sample: 'even' | 'first' | 'newest') =>
      ids(await read({ targetSql: 'flag', rows: { sample, limit: 4 } }));
    expect(await sampled('even')).toEqual([24, 49, 74, 99]);
    expect(await sampled('first')).toEqual([0, 1, 2, 3]);
    expect(await sampled('newest')).toEqual([96, 97, 98, 99]);
  });

  test('puts the oldest row first by the time column, and takes the newest by it', async () => {
    const byTime = { targetSql: 'flag', timeColumn: 'at' };
    expect(ids(await read(byTime)).slice(0, 3)).toEqual([99, 98, 97]);
    expect(ids(await read({ ...byTime, rows: { sample: 'newest', limit: 2 } }))).toEqual([1, 0]);
  });

  test('keeps only what the filter leaves and still names rows by their place in the file', async () => {
    const table = await read({ rows: { sample: 'even', where: 'id >= 90 -- newest' } });
    expect(table.rows).toBe(10);
    expect([...table.sourceRows]).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
  });

  test('gives an empty table when nothing matches', async () => {
    expect(await read({ rows: { sample: 'even', where: 'id < 0' } })).toMatchObject({
      rows: 0,
      matchedRows: 0,
    });
  });

  test('datasets/bad-expression says what is wrong with the SQL', async () => {
    await expect(read({ targetSql: 'no_such > 1' })).rejects.toMatchObject({
      code: 'datasets/bad-expression',
      message: expect.stringContaining('no_such'),
    });
    await expect(read({ rows: { sample: 'even', where: 'id >' } })).rejects.toMatchObject({
      code: 'datasets/bad-expression',
    });
  });

  test('SQL of a recipe cannot read another file', async () => {
    await expect(
      read({ targetSql: "(SELECT count(*) FROM read_text('/etc/hostname'))" }),
    ).rejects.toMatchObject({
      code: 'datasets/bad-expression',
      message: expect.stringContaining('disabled'),
    });
  });

  test('jobs/cancelled when the signal is aborted', async () => {
    await expect(read({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'jobs/cancelled' });
  });
});
