import type { DataExportFormat } from '../../local-api/contract/index.ts';
import { type DuckDb, quoteText } from '../duckdb/index.ts';
import { writeArrow } from './write-arrow.ts';
import { writeWorkbook } from './write-workbook.ts';

export type Compression = 'none' | 'gzip' | 'zstd';
export type WriteOptions = {
  compress: Compression;
  /** Of the sheet of a workbook. */
  title: string;
  /** Told of the rows written so far; may throw to stop. Not called for what DuckDB writes: look at its progress. */
  onRows(rows: number): void | Promise<void>;
};

/** What DuckDB writes by itself. */
const copied: Partial<Record<DataExportFormat, string>> = {
  csv: 'FORMAT csv, HEADER',
  tsv: "FORMAT csv, HEADER, DELIMITER '\\t'",
  jsonl: 'FORMAT json',
  json: 'FORMAT json, ARRAY true',
  parquet: 'FORMAT parquet, COMPRESSION zstd',
};

/**
 * Writes the rows of a query to a file in a format that people use elsewhere, and says how many they were. The one place where
 * tables become files. The same rows give the same bytes where DuckDB has one thread. Memory does not grow with the rows.
 *
 * Errors: `datasets/export-does-not-fit` for rows, columns or texts that a workbook cannot hold; those of DuckDB as they come.
 */
export async function writeTableFile(
  db: DuckDb,
  select: string,
  path: string,
  { format, ...options }: WriteOptions & { format: DataExportFormat },
): Promise<number> {
  if (format === 'xlsx') return writeWorkbook(db, select, path, options);
  if (format === 'arrow') return writeArrow(db, select, path, options);
  const compression =
    options.compress === 'none' || format === 'parquet' ? '' : `, COMPRESSION ${options.compress}`;
  const rows = await db.rows(`COPY (${select}) TO ${quoteText(path)} (${copied[format]}${compression})`);
  return Number(rows[0]?.[0] ?? 0);
}

/** The ending of such a file: `.csv.gz`. Parquet, Arrow and workbooks are compressed inside. */
export function fileEnding(format: DataExportFormat, compress: Compression): string {
  const isText = format !== 'parquet' && format !== 'xlsx' && format !== 'arrow';
  return `.${format}${isText ? { none: '', gzip: '.gz', zstd: '.zst' }[compress] : ''}`;
}
