import { join } from 'node:path';
import type { DataExportRequest } from '../../local-api/contract/index.ts';
import { differingRows } from '../dataset-diff/index.ts';
import { type DuckDb, duckDbError, parquetTable, quoteIdentifier, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { writeTableFile } from '../table-files/index.ts';
import type { ExportTable } from './export-source.ts';

export type ExportJobInput = {
  table: ExportTable;
  title: string;
  /** Null where a condition decides. */
  rows: number | null;
  request: DataExportRequest;
  memoryMb: number;
};
export type ExportJobOutput = { path: string; rows: number };

const PROGRESS_MS = 250;

/**
 * Writes a table to a file, in the order of its rows. One thread writes, so the same request gives the same bytes. Memory
 * does not grow with the rows. Errors: `datasets/bad-expression` when the condition cannot be computed on some row,
 * `datasets/export-does-not-fit`, `artifacts/disk-full`.
 */
export async function run(context: JobContext<ExportJobInput>): Promise<ExportJobOutput> {
  const { input, tmpDir, signal, progress } = context;
  const { request, memoryMb, title, rows } = input;
  const { format, compress } = request;
  const path = join(tmpDir, 'export');
  const limits = { readable: filesOf(input.table), folders: [tmpDir], memoryMb, threads: 1, signal };
  try {
    return await withDuckDb(limits, async (db) => {
      const select = await selectOf(db, input);
      let written = 0;
      const timer = setInterval(() => {
        const part = rows === null ? null : written / Math.max(1, rows);
        progress(written === 0 ? db.progress() : part, `Writing ${format}`);
      }, PROGRESS_MS);
      const count = await writeTableFile(db, select, path, {
        format,
        compress,
        title,
        onRows(done) {
          signal.throwIfAborted();
          written = done;
        },
      }).finally(() => clearInterval(timer));
      return { path, rows: count };
    });
  } catch (thrown) {
    signal.throwIfAborted();
    throw duckDbError(thrown, 'datasets/bad-expression', request.where ?? 'The rows could not be written');
  }
}

function filesOf(table: ExportTable): string[] {
  if (table.kind === 'files') return table.files;
  return [...table.versions.base.files, ...table.versions.other.files].map(({ path }) => path);
}

async function selectOf(db: DuckDb, { table, request }: ExportJobInput): Promise<string> {
  if (table.kind === 'diff') return differingRows(db, table.versions, table.rows);
  const list = request.columns === undefined ? '*' : request.columns.map(quoteIdentifier).join(', ');
  const where = request.where === undefined ? '' : ` WHERE (${request.where}\n)`;
  return `SELECT ${list} FROM ${parquetTable(table.files)}${where}`;
}
