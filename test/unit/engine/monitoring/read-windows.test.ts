import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import { readCategories, readNumbers, windowOf } from '../../../../engine/monitoring/read-windows.ts';
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
