import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import {
  differentShare,
  readCategories,
  readNumbers,
  windowOf,
} from '../../../../engine/monitoring/read-windows.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
const path = join(folder.path, 'window.parquet');
const other = join(folder.path, 'other.parquet');
const database = { readable: [], folders: [folder.path], memoryMb: 256 };

beforeAll(async () => {
  await withDuckDb(database, async (db) => {
    await db.rows(`COPY (SELECT i AS n, CASE WHEN i % 10 = 0 THEN NULL WHEN i % 10 = 1 THEN 'nan'::DOUBLE WHEN i % 10 = 2 THEN 'inf'::DOUBLE
      ELSE i / 2 END AS x, 'k' || (i % 3) AS c, TIMESTAMP '2020-01-01' + INTERVAL (i) SECOND AS t FROM range(1000) r(i)) TO '${path}' (FORMAT parquet)`);
    await db.rows(
      `COPY (SELECT CASE WHEN i < 50 THEN NULL ELSE 'u' || i END AS c FROM range(5000) r(i)) TO '${other}' (FORMAT parquet)`,
    );
  });
});
afterAll(() => folder.remove());

const column = (name: string, type: 'integer' | 'float' | 'datetime') => ({
  name,
  type,
  kind: 'number' as const,
  isNamed: true,
});

describe('readNumbers', () => {
  it('takes NULL, NaN and infinities for missing and times for milliseconds', async () => {
    const [n, x, t] = await withDuckDb(database, (db) =>
      readNumbers(db, windowOf({ files: [path], rows: 1000 }), [
        column('n', 'integer'),
        column('x', 'float'),
        column('t', 'datetime'),
      ]),
    );
    expect(n).toMatchObject({ missing: 0, sample: { size: 1000 } });
    expect(x).toMatchObject({ missing: 300, sample: { size: 700 } });
    expect(t?.sample.values[1]).toBe(Date.UTC(2020, 0, 1) + 1000);
  });

  it('takes every n-th row of a window', async () => {
    const [n] = await withDuckDb(database, (db) =>
      readNumbers(db, { files: [path], rows: 250, every: 4 }, [column('n', 'integer')]),
    );
    expect(n?.sample.size).toBe(250);
    expect([...(n?.sample.values.subarray(0, 3) ?? [])]).toEqual([0, 4, 8]);
  });
});

describe('windowOf', () => {
  it('keeps at most five million rows', () => {
    expect(windowOf({ files: [path], rows: 5_000_000 })).toEqual({
      files: [path],
      rows: 5_000_000,
      every: 1,
    });
    expect(windowOf({ files: [path], rows: 12_000_001 })).toEqual({
      files: [path],
      rows: 4_000_001,
      every: 3,
    });
  });
});

describe('a part of the rows', () => {
  it('is every n-th of each file, whatever the columns are called', async () => {
    const files = [join(folder.path, 'many-1.parquet'), join(folder.path, 'many-2.parquet')];
    const hidden = join(folder.path, 'hidden.parquet');
    const list = `i AS n, CASE WHEN i % 5 = 0 THEN NULL ELSE 'k' || (i % 2) END AS c`;
    const [numbers, categories, others] = await withDuckDb(database, async (db) => {
      await db.run(`COPY (SELECT ${list} FROM range(100) r(i)) TO '${files[0]}' (FORMAT parquet)`);
      await db.run(`COPY (SELECT ${list} FROM range(100, 151) r(i)) TO '${files[1]}' (FORMAT parquet)`);
      await db.run(
        `COPY (SELECT 7 AS file_row_number, ${list} FROM range(100) r(i)) TO '${hidden}' (FORMAT parquet)`,
      );
      const window = { files, rows: 51, every: 3 };
      return [
        (await readNumbers(db, window, [column('n', 'integer')]))[0],
        await readCategories(db, window, window, 'c'),
        (await readNumbers(db, { files: [hidden], rows: 34, every: 3 }, [column('n', 'integer')]))[0],
      ] as const;
    });
    const expected = (from: number, rows: number) =>
      Array.from({ length: Math.ceil(rows / 3) }, (_, i) => from + 3 * i);
    expect([...(numbers?.sample.values ?? [])]).toEqual([...expected(0, 100), ...expected(100, 51)]);
    expect(numbers?.missing).toBe(0);
    expect(categories.windows.reference.missing).toBe(
      [...expected(0, 100), ...expected(100, 51)].filter((i) => i % 5 === 0).length,
    );
    expect([...(others?.sample.values ?? [])]).toEqual(expected(0, 100));
  });
});

describe('differentShare', () => {
  it('tells texts that differ from texts that repeat, of large windows', async () => {
    const many = join(folder.path, 'texts.parquet');
    const [unique, repeated, small] = await withDuckDb(database, async (db) => {
      await db.run(
        `COPY (SELECT 'u' || i AS u, 'r' || (i // 10) AS r FROM range(250000) r(i)) TO '${many}' (FORMAT parquet)`,
      );
      const window = windowOf({ files: [many], rows: 250_000 });
      return [
        await differentShare(db, window, 'u'),
        await differentShare(db, window, 'r'),
        await differentShare(db, { ...window, rows: 1000 }, 'u'),
      ];
    });
    expect(unique).toBe(1);
    expect(repeated).toBeCloseTo(0.1, 12);
    expect(small).toBeNull();
  });
});

describe('readCategories', () => {
  it('counts labels of both windows, the thousand largest apart and the rest as one', async () => {
    const { windows, distinct } = await withDuckDb(database, (db) =>
      readCategories(
        db,
        windowOf({ files: [path], rows: 1000 }),
        windowOf({ files: [other], rows: 5000 }),
        'c',
      ),
    );
    expect(distinct).toEqual({ reference: 3, current: 4950 });
    expect(windows.labels).toHaveLength(1001);
    expect(windows.labels.slice(0, 3)).toEqual(['k0', 'k1', 'k2']);
    expect(windows.labels.at(-1)).toBe('other');
    expect(windows.reference).toMatchObject({ missing: 0 });
    expect(windows.current.missing).toBe(50);
    expect(windows.reference.counts.reduce((sum, count) => sum + count, 0)).toBe(1000);
    expect(windows.current.counts.reduce((sum, count) => sum + count, 0)).toBe(4950);
  });
});
