import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cellOf } from '../../../../engine/data/index.ts';
import { writeChunks } from '../../../../engine/data/versions/write-chunks.ts';
import { type DiffJobInput, run } from '../../../../engine/dataset-diff/diff-job.ts';
import { differingRows } from '../../../../engine/dataset-diff/differing-rows.ts';
import { keyCandidates } from '../../../../engine/dataset-diff/find-key.ts';
import {
  rowNumbers,
  type VersionFiles,
  withoutShared,
} from '../../../../engine/dataset-diff/version-files.ts';
import { withDuckDb } from '../../../../engine/duckdb/index.ts';
import { type Column, DriftSettings } from '../../../../local-api/contract/index.ts';
import { testFolder } from '../../../kit/data/snapshots.ts';

const folder = testFolder();
afterAll(() => folder.remove());
const signal = new AbortController().signal;
const limits = { readable: [], folders: [folder.path], memoryMb: 512 };
const types: Record<string, Column['type']> = {
  BIGINT: 'integer',
  DOUBLE: 'float',
  VARCHAR: 'string',
};
let made = 0;

/** A version with the rows of a query. */
async function version(select: string): Promise<VersionFiles> {
  const name = `v${++made}`;
  const out = join(folder.path, name);
  mkdirSync(out);
  const draft = join(out, 'draft.parquet');
  const found = await withDuckDb(limits, async (db) => {
    const [rows] = await db.rows(`COPY (${select}) TO '${draft}' (FORMAT parquet)`);
    const described = await db.describe(`SELECT * FROM '${draft}'`);
    return {
      rows: Number(rows?.[0]),
      columns: described.map((column) => ({ name: column.name, type: types[column.type] ?? 'string' })),
    };
  });
  const written = await writeChunks(draft, found, { folder: out, memoryMb: 256, signal });
  let start = 0;
  const files = written.chunks.map((chunk) => {
    start += chunk.rows;
    return { ...chunk, start: start - chunk.rows };
  });
  return { id: name, name, ...found, files, manifest: written.manifest };
}

async function diff(base: VersionFiles, other: VersionFiles, more: Partial<DiffJobInput> = {}) {
  return run({
    input: { base, other, key: null, candidates: [], drift: DriftSettings.parse({}), memoryMb: 512, ...more },
    tmpDir: folder.path,
    signal,
    progress() {},
    log() {},
    send() {},
    room: async () => {},
  });
}

const plain = `SELECT * FROM (VALUES (1, 'a', 0.5), (2, 'b', NULL), (3, 'c', 1.5), (4, 'd', 2.5)) t(id, name, x)`;
const typed = (rows: string) => `SELECT id::BIGINT AS id, name, x::DOUBLE AS x FROM (${rows})`;

describe('comparing two versions', () => {
  it('finds added, removed and changed rows by key, with the cells that changed and what they were', async () => {
    const base = await version(typed(plain));
    const other = await version(
      typed(`SELECT * FROM (VALUES (4, 'd', 2.5), (2, 'b', 7), (3, 'C', NULL), (9, 'n', 0)) t(id, name, x)`),
    );
    const found = await diff(base, other, { candidates: ['id'] });
    expect(found.diff.key).toEqual({ columns: ['id'], how: 'guessed', repeats: 0 });
    expect(found.diff.rows).toEqual({ base: 4, other: 4, added: 1, removed: 1, changed: 2, same: 1 });
    expect(found.diff.columns.map(({ name, changedCells }) => [name, changedCells])).toEqual([
      ['id', 0],
      ['name', 1],
      ['x', 2],
    ]);
    expect(found.rows.added).toEqual([{ baseRow: null, otherRow: 3, cells: [9, 'n', 0], before: [] }]);
    expect(found.rows.removed).toEqual([{ baseRow: 0, otherRow: null, cells: [1, 'a', 0.5], before: [] }]);
    expect(found.rows.changed).toEqual([
      { baseRow: 1, otherRow: 1, cells: [2, 'b', 7], before: [{ column: 2, value: null }] },
      {
        baseRow: 2,
        otherRow: 2,
        cells: [3, 'C', null],
        before: [
          { column: 1, value: 'c' },
          { column: 2, value: 1.5 },
        ],
      },
    ]);
  });

  it('compares whole rows without a key, equal rows as often as they occur', async () => {
    const base = await version(typed(`${plain} UNION ALL SELECT 1, 'a', 0.5 UNION ALL SELECT 1, 'a', 0.5`));
    const other = await version(typed(`${plain} UNION ALL SELECT 5, 'e', 0.5`));
    const { diff: found } = await diff(base, other);
    expect(found.key).toEqual({ columns: [], how: 'none', repeats: 0 });
    expect(found.rows).toEqual({ base: 6, other: 5, added: 1, removed: 2, changed: null, same: 4 });
  });

  it('holds the n-th row of a key that repeats against the n-th, and says how many do', async () => {
    const base = await version(typed(`${plain} UNION ALL SELECT 1, 'again', 3`));
    const other = await version(typed(`${plain} UNION ALL SELECT 1, 'other', 3`));
    const { diff: found, rows } = await diff(base, other, { key: ['id'] });
    expect(found.key).toEqual({ columns: ['id'], how: 'given', repeats: 4 });
    expect(found.rows).toMatchObject({ added: 0, removed: 0, changed: 1 });
    expect(rows.changed).toMatchObject([{ baseRow: 4, cells: [1, 'other', 3] }]);
  });

  it('tells of new, gone, renamed, moved and retyped columns', async () => {
    const base = await version(`${typed(plain)} ORDER BY id`);
    const other = await version(
      `SELECT name AS label, id, CAST(x AS VARCHAR) AS x, 'y' AS extra FROM (${typed(plain)}) ORDER BY id`,
    );
    const { diff: found } = await diff(base, other, { candidates: ['id'] });
    expect(found.columnsMoved).toBe(true);
    expect(
      found.columns.map(({ name, before, after, renamedFrom, isSame }) => [
        name,
        before,
        after,
        renamedFrom,
        isSame,
      ]),
    ).toEqual([
      ['label', 'string', 'string', 'name', true],
      ['id', 'integer', 'integer', null, true],
      ['x', 'float', 'string', null, true],
      ['extra', null, 'string', null, false],
    ]);
    expect(found.rows).toMatchObject({ added: 0, removed: 0, changed: 0, same: 4 });
  });

  it('reads only the files that differ, and finds what changed in them with row numbers of the whole version', async () => {
    const large = (rows: number) =>
      `SELECT i AS id, hash(i) % 1000 / 7 AS x, 'c' || hash(i * 3) % 50 AS name FROM range(${rows}) t(i)`;
    const base = await version(large(300_000));
    const other = await version(
      `SELECT * REPLACE (CASE WHEN id = 299990 THEN 'new' ELSE name END AS name) FROM (${large(300_010)})`,
    );
    const found = await diff(base, other, { candidates: ['id'] });
    expect(found.diff.files.shared).toBeGreaterThan(0);
    expect(found.diff.rows).toEqual({
      base: 300_000,
      other: 300_010,
      added: 10,
      removed: 0,
      changed: 1,
      same: 299_999,
    });
    expect(found.rows.changed).toMatchObject([{ baseRow: 299_990, otherRow: 299_990 }]);
    expect(found.rows.added[0]).toMatchObject({ otherRow: 300_000, baseRow: null });
    const given = await diff(base, other, { key: ['id', 'name'] });
    expect(given.diff.rows).toMatchObject({ added: 11, removed: 1, changed: 0 });
  });

  it('says how distributions changed, with the verdict of drift', async () => {
    const rows = (shift: number) =>
      `SELECT i AS id, (hash(i + ${shift * 7}) % 1000) / 100.0 + ${shift} AS x, 'same' AS name FROM range(2000) t(i)`;
    const { diff: found } = await diff(await version(rows(0)), await version(rows(3)), {
      candidates: ['id'],
    });
    const [id, x, name] = found.columns;
    expect(x?.drift).toMatchObject({ drifted: true, kind: 'number' });
    expect(id).toMatchObject({ isSame: true, drift: null });
    expect(name).toMatchObject({ isSame: true, drift: null, changedCells: 0 });
  });

  it('finds nothing between a version and itself', async () => {
    const base = await version(typed(plain));
    const { diff: found } = await diff(base, base, { key: ['id'] });
    expect(found.rows).toEqual({ base: 4, other: 4, added: 0, removed: 0, changed: 0, same: 4 });
    expect(found.columns.every(({ isSame, changedCells }) => isSame && changedCells === 0)).toBe(true);
  });
});

describe('all rows that differ', () => {
  const base = `SELECT i AS id, i * 2 AS x, 'n' || i AS name FROM range(140000) t(i)`;
  const other = `SELECT id, CASE WHEN id % 100000 = 7 THEN NULL ELSE x END AS x, name AS title
    FROM (${base}) WHERE id <> 130000 UNION ALL SELECT 140000, 1, 'new'`;

  let made: { base: VersionFiles; other: VersionFiles } | undefined;
  async function found(rows: 'all' | 'added' | 'removed' | 'changed', key: string[] | null) {
    made ??= { base: await version(base), other: await version(other) };
    const versions = made;
    const { diff: told } = await diff(versions.base, versions.other, { key });
    const readable = [...versions.base.files, ...versions.other.files].map(({ path }) => path);
    return withDuckDb({ ...limits, readable, threads: 1 }, async (db) => {
      const select = await differingRows(db, { ...versions, key: told.key, columns: told.columns }, rows);
      const names = (await db.describe(select)).map(({ name }) => name);
      return { names, rows: (await db.rows(select)).map((row) => row.map(cellOf)) };
    });
  }

  it('come with what happened to them, their numbers, their cells and what changed cells were', async () => {
    const { names, rows } = await found('all', ['id']);
    expect(names).toEqual(['change', 'row before', 'row after', 'id', 'x', 'x before', 'title', 'name']);
    expect(rows).toEqual([
      ['changed', 8, 8, 7, null, 14, 'n7', 'n7'],
      ['changed', 100_008, 100_008, 100_007, null, 200_014, 'n100007', 'n100007'],
      ['added', null, 140_000, 140_000, 1, null, 'new', null],
      ['removed', 130_001, null, 130_000, 260_000, null, null, 'n130000'],
    ]);
  });

  it('can be those of one kind, and whole rows where nothing names them', async () => {
    expect((await found('removed', ['id'])).rows.map((row) => row[3])).toEqual([130_000]);
    const { rows } = await found('added', null);
    expect(rows.map((row) => row[2])).toEqual([8, 100_008, 140_000]);
  });
});

describe('files of two versions', () => {
  const file = (digest: string, rows: number, start: number) => ({
    path: digest,
    digest,
    rows,
    sizeBytes: 1,
    start,
  });

  it('are taken away as often as both have them', () => {
    const a = [file('x', 10, 0), file('y', 10, 10), file('x', 10, 20)];
    const b = [file('x', 10, 0), file('z', 5, 10)];
    const left = withoutShared(a, b);
    expect(left.shared.map(({ digest }) => digest)).toEqual(['x']);
    expect(left.base.map(({ digest }) => digest).sort()).toEqual(['x', 'y']);
    expect(left.other.map(({ digest }) => digest)).toEqual(['z']);
  });

  it('give back row numbers of the version', () => {
    const number = rowNumbers([file('y', 10, 10), file('w', 3, 50)]);
    expect([0, 9, 10, 12].map(number)).toEqual([10, 19, 50, 52]);
  });
});

describe('guessing a key', () => {
  const column = (name: string, type: Column['type'], distinct: number, missing = 0) => ({
    name,
    type,
    distinct,
    missing,
  });

  it('takes columns without missing or equal values in both, those named like keys first', () => {
    const columns = [
      column('x', 'float', 100),
      column('text', 'string', 100),
      column('order_id', 'string', 100),
      column('city', 'string', 7),
      column('code', 'integer', 99, 1),
    ];
    expect(keyCandidates({ rows: 100, columns }, { rows: 100, columns })).toEqual(['order_id', 'text']);
  });
});
