import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BadRow, Column } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteText } from '../duckdb/index.ts';

/**
 * The folder of a batch that is under way. It outlives the attempts of its job, so that one that was cut off goes on:
 * `input.json` is there when the rows are, and `<chunk>.json` when the files of a chunk are.
 */
export type BatchFolder = ReturnType<typeof batchFolder>;

/** The rows of a source as they were read. */
export const ReadRows = z.object({
  /** Parquet files, one after the other. */
  files: z.array(z.string()).min(1),
  digest: z.string(),
  rows: z.int(),
  columns: z.array(Column),
  unreadable: z.object({ count: z.int(), first: z.array(BadRow) }),
});
export type ReadRows = z.infer<typeof ReadRows>;

/** What came of a chunk. */
export const ChunkResult = z.object({
  predicted: z.int(),
  rejected: z.int(),
  reasons: z.record(z.string(), z.int()),
});
export type ChunkResult = z.infer<typeof ChunkResult>;

export function batchFolder(path: string) {
  const file = (name: string): string => join(path, name);
  const numbered = (chunk: number, ending: string): string =>
    file(`${String(chunk).padStart(6, '0')}.${ending}`);
  return {
    path,
    file,
    answers: (chunk: number) => numbered(chunk, 'parquet'),
    rejects: (chunk: number) => numbered(chunk, 'rejects.parquet'),
    input: () => readNote(file('input.json'), ReadRows),
    keepInput: (rows: ReadRows) => writeNote(file('input.json'), rows),
    chunk: (chunk: number) => readNote(numbered(chunk, 'json'), ChunkResult),
    keepChunk: (chunk: number, result: ChunkResult) => writeNote(numbered(chunk, 'json'), result),
  };
}

/** Null for a note that is not there, or that was cut off. */
async function readNote<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Complete or not at all, and on disk. */
async function writeNote(path: string, note: unknown): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, JSON.stringify(note), { flush: true });
  await rename(part, path);
}

/**
 * Writes the rows of a query to a file, which is there when it is complete and on disk. The process of an engine that was
 * killed lives a moment longer: each writes beside, under a name of its own.
 */
export async function copyTo(db: DuckDb, select: string, path: string, options: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await db.run(`COPY (${select}) TO ${quoteText(part)} (${options})`);
  const handle = await open(part, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, path);
}
