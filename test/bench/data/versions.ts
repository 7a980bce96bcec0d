/** What keeping versions costs: chunks against one file, what a correction stores anew, and finding it. Seconds are of CPU. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type WrittenChunks, writeChunks } from '../../../engine/data/versions/write-chunks.ts';
import { run as diffJob } from '../../../engine/dataset-diff/diff-job.ts';
import type { VersionFiles } from '../../../engine/dataset-diff/version-files.ts';
import { withDuckDb } from '../../../engine/duckdb/index.ts';
import { DriftSettings } from '../../../local-api/contract/index.ts';
import { type BenchRow, row } from '../report.ts';
import { writeTable } from './made-table.ts';

const memoryMb = 1024;
const { signal } = new AbortController();

async function cpuOf<T>(work: () => Promise<T>): Promise<{ made: T; seconds: number }> {
  const start = process.cpuUsage();
  const made = await work();
  const { user, system } = process.cpuUsage(start);
  return { made, seconds: (user + system) / 1e6 };
}

type Table = { rows: number; columns: { name: string; type: 'string' }[] };

async function chunksOf(dir: string, name: string, draft: string, table: Table): Promise<WrittenChunks> {
  const folder = join(dir, name);
  await mkdir(folder);
  return writeChunks(draft, table, { folder, memoryMb, signal });
}

function versionFiles(
  name: string,
  { chunks, rows, manifest }: WrittenChunks,
  { columns }: Table,
): VersionFiles {
  let start = 0;
  const files = chunks.map((chunk) => {
    start += chunk.rows;
    return { ...chunk, start: start - chunk.rows };
  });
  return { id: name, name, columns, rows, files, manifest };
}

/** A table of 20 columns, and the same with one column of one row in a hundred corrected, in a row. */
export async function measureVersions(dir: string, rows: number): Promise<BenchRow[]> {
  const [before, after, one] = ['kept.parquet', 'corrected.parquet', 'one.parquet'].map((name) =>
    join(dir, name),
  );
  if (before === undefined || after === undefined || one === undefined) return [];
  await writeTable(before, { kind: 'mixed', rows });
  const limits = { readable: [], folders: [dir], memoryMb, threads: 1 };
  const format = 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880';
  const columns = await withDuckDb(limits, async (db) => {
    const from = Math.floor(rows * 0.3);
    const price = `CASE WHEN id >= ${from} AND id < ${from + rows / 100} THEN price + 1 ELSE price END AS price`;
    await db.run(`COPY (SELECT * REPLACE (${price}) FROM '${before}') TO '${after}' (${format})`);
    return (await db.describe(`SELECT * FROM '${before}'`)).map(({ name }) => ({
      name,
      type: 'string' as const,
    }));
  });
  const table: Table = { rows, columns };
  const whole = await cpuOf(() =>
    withDuckDb(limits, (db) => db.run(`COPY (SELECT * FROM '${before}') TO '${one}' (${format})`)),
  );
  const cut = await cpuOf(() => chunksOf(dir, 'kept', before, table));
  const corrected = await chunksOf(dir, 'corrected', after, table);
  const known = new Set(cut.made.chunks.map(({ digest }) => digest));
  const anew = corrected.chunks.filter(({ digest }) => !known.has(digest));
  const found = await cpuOf(() =>
    diffJob({
      input: {
        base: versionFiles('base', cut.made, table),
        other: versionFiles('other', corrected, table),
        key: ['id'],
        candidates: [],
        drift: DriftSettings.parse({}),
        memoryMb,
      },
      tmpDir: dir,
      signal,
      progress() {},
      log() {},
      send() {},
      room: async () => {},
    }),
  );
  const bytes = anew.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const what = `version of ${(rows / 1e6).toLocaleString('en')}M × 20`;
  return [
    row(`${what}: written as one file`, 's CPU', whole.seconds),
    row(`${what}: cut into ${cut.made.chunks.length} files by content`, 's CPU', cut.seconds),
    row(`${what}: stored anew of 1 % in a row corrected`, '%', (100 * bytes) / corrected.sizeBytes),
    row(`${what}: what changed, by a key`, 's CPU', found.seconds),
    row(`${what}: rows found changed`, 'rows', found.made.diff.rows.changed ?? 0),
  ];
}
