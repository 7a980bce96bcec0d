import { quoteTexts } from '../duckdb/index.ts';
import type { CsvPart } from './csv-parts.ts';

/** Tables in which DuckDB keeps what it could not read. */
export const CSV_ERRORS = 'csv_errors';
export const CSV_SCANS = 'csv_scans';
/** A row may be this long. DuckDB holds two of them. */
export const LINE_BYTES = 16 * 1024 ** 2;

/** What DuckDB set aside, by file in the order of `parts` and by place in it. */
export function rejectedPlaces(parts: readonly CsvPart[]): string {
  // Every scan adds its errors again: only those of the first count.
  const first = `(SELECT * FROM ${CSV_ERRORS} WHERE scan_id = (SELECT min(scan_id) FROM ${CSV_ERRORS}))`;
  const paths = quoteTexts(parts.map(({ path }) => path));
  return `(SELECT errors.*, list_position(${paths}, file_path) - 1 AS part FROM ${first} errors
    JOIN (SELECT DISTINCT scan_id, file_id, file_path FROM ${CSV_SCANS}) scans USING (scan_id, file_id))`;
}
