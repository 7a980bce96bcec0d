import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetPreview, ReadOptions } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { firstBadRows } from './bad-rows.ts';
import { cellOf } from './cells.ts';
import { columnList, type OpenedSource } from './open-relation.ts';
import { MOST_BAD_ROWS_SHOWN } from './relation.ts';
import { readError, settleReading } from './settle-reading.ts';
import type { SourceFile } from './source.ts';

/** DuckDB takes some 100 kB a column, and there may be 10,000 of them. */
const PREVIEW_MEMORY_MB = 1536;

/**
 * The first rows of a file as an import would read them, how the file is read, and what could not be read among them.
 *
 * Reads the beginning only (a Parquet file: its first row groups; a condition may need more), so the time does not
 * grow with the file.
 * Errors: as `openSource`; `datasets/unreadable` when reading fails.
 */
export async function previewFile(
  file: SourceFile,
  read: ReadOptions,
  limit: number,
  tmpDir: string,
): Promise<DatasetPreview> {
  const folder = await mkdtemp(join(tmpDir, 'preview-'));
  try {
    const options = { read, folder, memoryMb: PREVIEW_MEMORY_MB, headOnly: true };
    const { value, notes } = await settleReading(file, options, async (db, opened) => ({
      value: await readFirst(db, file, opened, read, limit),
    }));
    return { ...value, warnings: [...value.warnings, ...notes] };
  } catch (thrown) {
    throw readError(thrown, file, read);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readFirst(
  db: DuckDb,
  file: SourceFile,
  opened: OpenedSource,
  read: ReadOptions,
  limit: number,
): Promise<DatasetPreview> {
  const { relation, columns, select } = opened;
  const rows = await db.rows(`SELECT * FROM (${select}) LIMIT ${limit}`);
  const badRows = await firstBadRows(db, opened, { most: MOST_BAD_ROWS_SHOWN, among: limit });
  const given = new Map((read.columns ?? []).map((column) => [column.name, column]));
  const isEmpty = rows.length === 0 && badRows.length === 0 && read.where === undefined;
  return {
    format: relation.format,
    tables: file.origin?.tables ?? [],
    columns: columnList(columns, (index) => rows.some((row) => row[index] === null)),
    rows: rows.map((row) => row.map(cellOf)),
    sizeBytes: file.sizeBytes,
    warnings: [...relation.warnings, ...(isEmpty ? ['The file has columns but no rows'] : [])],
    badRows,
    options: {
      ...relation.options,
      columns: relation.columns.map(({ name }) => given.get(name) ?? { name }),
    },
  };
}
