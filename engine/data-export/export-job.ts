import { join } from 'node:path';
import type { DataExportRequest } from '../../local-api/contract/index.ts';
import { duckDbError, parquetTable, quoteIdentifier, quoteText, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';

export type ExportJobInput = {
  files: string[];
  rows: number;
  columns: string[];
  request: DataExportRequest;
  memoryMb: number;
};
export type ExportJobOutput = { path: string; rows: number };

const formats: Record<DataExportRequest['format'], string> = {
  csv: 'FORMAT csv, HEADER',
  tsv: "FORMAT csv, HEADER, DELIMITER '\t'",
  jsonl: 'FORMAT json',
  json: 'FORMAT json, ARRAY true',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
};

const PROGRESS_MS = 250;

/**
 * Writes the rows of a version to a file, in their order. One thread writes, so the same request gives the same bytes. Memory
 * does not grow with the rows. Errors: `datasets/bad-expression` when the condition cannot be computed on some row,
 * `artifacts/disk-full`.
 */
export async function run({
  input,
  tmpDir,
  signal,
  progress,
}: JobContext<ExportJobInput>): Promise<ExportJobOutput> {
  const { files, columns, request, memoryMb } = input;
  const { format, where, compress } = request;
  const path = join(tmpDir, 'export');
  const list = columns.map(quoteIdentifier).join(', ');
  const select = `SELECT ${list} FROM ${parquetTable(files)}${where === undefined ? '' : ` WHERE (${where}\n)`}`;
  const compression = compress === 'none' || format === 'parquet' ? '' : `, COMPRESSION ${compress}`;
  const limits = { readable: files, folders: [tmpDir], memoryMb, threads: 1, signal };
  try {
    return await withDuckDb(limits, async (db) => {
      const timer = setInterval(() => progress(db.progress(), `Writing ${format}`), PROGRESS_MS);
      const copied = await db
        .rows(`COPY (${select}) TO ${quoteText(path)} (${formats[format]}${compression})`)
        .finally(() => clearInterval(timer));
      return { path, rows: Number(copied[0]?.[0] ?? 0) };
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw duckDbError(thrown, 'datasets/bad-expression', where ?? 'The rows could not be written');
  }
}
