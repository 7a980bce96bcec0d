import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSnapshot } from '../../../../../engine/data/snapshot.ts';
import { sourceFile } from '../../../../../engine/data/source.ts';
import { Manifest } from '../../../../../engine/data/versions/manifest.ts';
import { ONE_CHUNK_ROWS, writeChunks } from '../../../../../engine/data/versions/write-chunks.ts';
import { parquetTable, withDuckDb } from '../../../../../engine/duckdb/index.ts';
import { testFolder } from '../../../../kit/data/snapshots.ts';

const folder = testFolder();
const columns = [
  { name: 'id', type: 'integer' as const },
  { name: 'value', type: 'float' as const },
  { name: 'city', type: 'string' as const },
];
const signal = new AbortController().signal;
let made = 0;

const limits = { readable: [], folders: [folder.path], memoryMb: 512 };
const base = `SELECT i AS id, hash(i) % 100000 / 7 AS value, 'city ' || hash(i * 3) % 300 AS city FROM range(400000) t(i)`;

/** Writes the rows of a query as a snapshot. */
async function chunksOf(select: string, order: 'one thread' | 'small groups' = 'one thread') {
  const draft = join(folder.path, `draft-${made++}.parquet`);
  const out = join(folder.path, `out-${made}`);
  mkdirSync(out);
  const rows = await withDuckDb(limits, async (db) => {
    const groups = order === 'small groups' ? ', ROW_GROUP_SIZE 10000, COMPRESSION snappy' : '';
    const [copied] = await db.rows(`COPY (${select}) TO '${draft}' (FORMAT parquet${groups})`);
    return Number(copied?.[0]);
  });
  const written = await writeChunks(draft, { rows, columns }, { folder: out, memoryMb: 512, signal });
  const manifest =
    written.manifest === null ? null : Manifest.parse(JSON.parse(readFileSync(written.manifest, 'utf8')));
  return { ...written, manifest, manifestPath: written.manifest };
}

type Written = Awaited<ReturnType<typeof chunksOf>>;
let before: Written;
beforeAll(async () => {
  before = await chunksOf(base);
});
afterAll(() => folder.remove());

/** Share of the bytes of a snapshot that the first one does not have. */
function newShare({ chunks, sizeBytes }: Written): number {
  const known = new Set(before.chunks.map(({ digest }) => digest));
  const fresh = chunks.filter(({ digest }) => !known.has(digest));
  return fresh.reduce((sum, chunk) => sum + chunk.sizeBytes, 0) / sizeBytes;
}

const sha = (path: string) => `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;

describe('writing a snapshot in chunks', () => {
  it('names files and manifest by their content, and holds all rows in their order', async () => {
    expect(before.chunks.length).toBeGreaterThan(3);
    for (const chunk of before.chunks) expect(sha(chunk.path)).toBe(chunk.digest);
    expect(sha(before.manifestPath ?? '')).toBe(before.digest);
    expect(before.manifest).toMatchObject({ rows: 400_000, columns });
    const files = before.chunks.map(({ path }) => path);
    const [found] = await withDuckDb(limits, (db) =>
      db.rows(
        `SELECT count(*), bool_and(id = n) FROM (SELECT id, row_number() OVER () - 1 AS n FROM ${parquetTable(files)})`,
      ),
    );
    expect(found).toEqual([400_000n, true]);
  });

  it('gives the same bytes for the same rows, whatever file they come from', async () => {
    const again = await chunksOf(base, 'small groups');
    expect(again.digest).toBe(before.digest);
    expect(again.chunks.map(({ digest }) => digest)).toEqual(before.chunks.map(({ digest }) => digest));
  });

  it('writes anew only the chunks that an appended, put before, corrected or removed block of rows touches', async () => {
    const block = 'id BETWEEN 200000 AND 203999';
    const added = "SELECT -1 - i AS id, i / 3 AS value, 'new' AS city FROM range(4000) t(i)";
    const changes = {
      append: `${base} UNION ALL ${added}`,
      prepend: `${added} UNION ALL ${base}`,
      correct: `SELECT * REPLACE (CASE WHEN ${block} THEN value + 1 ELSE value END AS value) FROM (${base})`,
      remove: `SELECT * FROM (${base}) WHERE NOT (${block})`,
    };
    for (const [name, select] of Object.entries(changes)) {
      const after = await chunksOf(select);
      expect(after.digest, name).not.toBe(before.digest);
      // Four hundred thousand rows of three columns are some six chunks: two at most are touched.
      expect(newShare(after), name).toBeLessThan(0.6);
    }
  });

  it('tells which columns of a chunk changed', async () => {
    const after = await chunksOf(
      `SELECT * REPLACE (CASE WHEN id = 399999 THEN 'elsewhere' ELSE city END AS city) FROM (${base})`,
    );
    const last = after.manifest?.chunks.at(-1)?.columns ?? [];
    const was = before.manifest?.chunks.at(-1)?.columns ?? [];
    expect(last.map((digest, index) => digest === was[index])).toEqual([true, true, false]);
  });

  it('keeps small data in one file that is the snapshot, byte for byte as it is read from its source', async () => {
    const csv = folder.file('small.csv', 'id,value,city\n1,0.5,a\n2,,b\n');
    const out = join(folder.path, 'small');
    mkdirSync(out);
    const file = await sourceFile(csv);
    const read = { read: {}, memoryMb: 256 };
    const direct = await writeSnapshot(file, { ...read, folder: out });
    const drafts = join(folder.path, 'small-draft');
    mkdirSync(drafts);
    const draft = await writeSnapshot(file, { ...read, folder: drafts, isDraft: true });
    const written = await writeChunks(draft.path, draft, { folder: drafts, memoryMb: 256, signal });
    expect(written).toMatchObject({ digest: direct.digest, rows: 2, manifest: null });
    expect(written.chunks).toHaveLength(1);
    const largest = await chunksOf(`SELECT * FROM (${base}) WHERE id < ${ONE_CHUNK_ROWS}`);
    expect(largest.chunks.length).toBe(1);
    expect(largest.digest).toBe(largest.chunks[0]?.digest);
  });

  it('takes a column that has the name of the row numbers of DuckDB', async () => {
    const named = columns.map((column) => ({
      ...column,
      name: column.name.replace('id', 'file_row_number'),
    }));
    const draft = join(folder.path, 'hidden.parquet');
    const out = join(folder.path, 'hidden');
    mkdirSync(out);
    await withDuckDb(limits, (db) =>
      db.run(
        `COPY (SELECT 1000 - id AS file_row_number, value, city FROM (${base}) WHERE id < 200000) TO '${draft}' (FORMAT parquet)`,
      ),
    );
    const { chunks, rows } = await writeChunks(
      draft,
      { rows: 200_000, columns: named },
      { folder: out, memoryMb: 512, signal },
    );
    expect(rows).toBe(200_000);
    const [first] = await withDuckDb(limits, (db) =>
      db.rows(`SELECT file_row_number FROM ${parquetTable([chunks.at(-1)?.path ?? ''])} ORDER BY 1 LIMIT 1`),
    );
    expect(first).toEqual([-198_999n]);
  });
});
