import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier, quoteText, withDuckDb } from '../../duckdb/index.ts';
import { syncFile } from '../snapshot-files.ts';
import { createCutter, cutRule, MOST_CHUNK_ROWS } from './cut-points.ts';
import { type Chunk, digestOf, type Manifest, manifestText } from './manifest.ts';
import { readChunk } from './read-chunk.ts';

/** The files of a finished snapshot, on disk, in the order of their rows. */
export type WrittenChunks = {
  /** That of the only file, or of the manifest. */
  digest: string;
  rows: number;
  sizeBytes: number;
  chunks: WrittenChunk[];
  /** Path of the manifest; null for a single file. */
  manifest: string | null;
};
export type WrittenChunk = Pick<Chunk, 'digest' | 'rows' | 'sizeBytes'> & { path: string };

/** Up to this many rows, a row group of DuckDB, a snapshot is one file. */
export const ONE_CHUNK_ROWS = 122_880;
/** A file each; two keep two cores busy. */
const WRITERS = 2;

type Range = { start: number; end: number };

/**
 * Writes the rows of a draft (any Parquet file) as the files of a snapshot into `folder`, cut by content (`createCutter`). The
 * same rows give the same files and digest whatever draft they come from. Cost: one pass that hashes the rows, and one that
 * compresses them; memory does not grow with the rows.
 */
export async function writeChunks(
  draft: string,
  { rows, columns }: { rows: number; columns: readonly Pick<Column, 'name' | 'type'>[] },
  options: {
    folder: string;
    memoryMb: number;
    signal: AbortSignal;
    onProgress?(fraction: number): void;
  },
): Promise<WrittenChunks> {
  const { folder, signal } = options;
  const memoryMb = Math.floor(options.memoryMb / WRITERS);
  const limits = { readable: [draft], folders: [folder], memoryMb, threads: 1, signal };
  return withDuckDb(limits, async (first) => {
    const ranges =
      rows <= ONE_CHUNK_ROWS ? [{ start: 0, end: rows }] : await findCuts(first, draft, columns, rows);
    const chunks: (Chunk & { path: string })[] = new Array(ranges.length);
    let next = 0;
    let done = 0;
    const write = async (db: DuckDb): Promise<void> => {
      for (let index = next++; index < ranges.length; index = next++) {
        signal.throwIfAborted();
        const path = join(folder, `chunk-${String(index).padStart(5, '0')}.parquet`);
        await copyRange(db, draft, columns, ranges[index] as Range, path);
        await syncFile(path);
        chunks[index] = { ...(await readChunk(db, path)), path };
        done += 1;
        options.onProgress?.(done / ranges.length);
      }
    };
    if (ranges.length === 1) await write(first);
    else await Promise.all([write(first), withDuckDb(limits, write)]);
    return settle(folder, columns, chunks);
  });
}

async function settle(
  folder: string,
  columns: readonly Pick<Column, 'name' | 'type'>[],
  found: readonly (Chunk & { path: string })[],
): Promise<WrittenChunks> {
  const chunks = found.map(({ columns: _, ...chunk }) => chunk);
  const sum = (value: (chunk: Chunk) => number) => found.reduce((total, chunk) => total + value(chunk), 0);
  const written = { rows: sum(({ rows }) => rows), sizeBytes: sum(({ sizeBytes }) => sizeBytes), chunks };
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return { ...written, digest: only.digest, manifest: null };
  const manifest: Manifest = {
    format: 'assay-snapshot/1',
    rows: written.rows,
    columns: columns.map(({ name, type }) => ({ name, type })),
    chunks: [...found],
  };
  const text = manifestText(manifest);
  const path = join(folder, 'manifest.json');
  await writeFile(path, text, { flush: true });
  return { ...written, digest: digestOf(text), manifest: path };
}

async function findCuts(
  db: DuckDb,
  draft: string,
  columns: readonly { name: string }[],
  rows: number,
): Promise<Range[]> {
  const cutter = createCutter(cutRule(columns.length));
  const hash = `hash(${columns.map(({ name }) => quoteIdentifier(name)).join(', ')})`;
  const ranges: Range[] = [];
  let row = 0;
  let start = 0;
  for await (const chunk of db.chunks(`SELECT (${hash} >> 32)::UINTEGER FROM ${parquetTable([draft])}`)) {
    const vector = chunk.getColumnVector(0);
    for (let i = 0; i < chunk.rowCount; i += 1) {
      row += 1;
      if (!cutter.next(vector.getItem(i) as number)) continue;
      ranges.push({ start, end: row });
      start = row;
    }
  }
  if (start < rows) ranges.push({ start, end: rows });
  return ranges;
}

/** A column of the data may hide DuckDB's own row number; the slower way then does the same. */
async function copyRange(
  db: DuckDb,
  draft: string,
  columns: readonly { name: string }[],
  { start, end }: Range,
  path: string,
): Promise<void> {
  const isHidden = columns.some(({ name }) => name.toLowerCase() === 'file_row_number');
  const numbered = `read_parquet(${quoteText(draft)}, hive_partitioning = false, file_row_number = true)`;
  const select = isHidden
    ? `SELECT * FROM ${parquetTable([draft])} LIMIT ${end - start} OFFSET ${start}`
    : `SELECT * EXCLUDE (file_row_number) FROM ${numbered} WHERE file_row_number >= ${start} AND file_row_number < ${end}`;
  // One row group a file: its bytes then depend on its rows alone.
  const format = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${MOST_CHUNK_ROWS}`;
  await db.run(`COPY (${select}) TO ${quoteText(path)} (${format})`);
}
