import { type DuckDb, quoteIdentifier, quoteTexts } from './duckdb.ts';

/**
 * SQL for the rows of Parquet files with the same columns, one file after the other, as what stands after FROM. A scan without
 * ORDER BY gives them in that order.
 */
export function parquetTable(files: readonly string[]): string {
  return `read_parquet(${quoteTexts(files)}, hive_partitioning = false)`;
}

/**
 * The same with the number of each row, counted from 0 over all files, as the column `number`; choose a name that the files do
 * not have. Costs a pass over the rows in order, but reads the columns that are asked for alone.
 */
export function numberedParquetTable(files: readonly string[], number: string): string {
  return `(SELECT *, row_number() OVER () - 1 AS ${quoteIdentifier(number)} FROM ${parquetTable(files)})`;
}

/**
 * Whether `file_index` and `file_row_number` tell the rows of the files apart: without a pass in order, so that threads share the scan. Not
 * where a column of the files has such a name.
 */
export async function areRowsNumbered(db: DuckDb, files: readonly string[]): Promise<boolean> {
  const columns = await db.describe(`SELECT * FROM ${parquetTable(files)}`);
  return !columns.some(({ name }) => /^file_(index|row_number)$/i.test(name));
}

/** How many rows the files hold up to and with each of them: the last is the number of all rows. Reads their footers alone. */
export async function parquetRowEnds(db: DuckDb, files: readonly string[]): Promise<number[]> {
  const counted = await db.rows(
    `SELECT file_name, num_rows FROM parquet_file_metadata(${quoteTexts(files)})`,
  );
  const rowsOf = new Map(counted.map(([name, rows]) => [String(name), Number(rows)]));
  let end = 0;
  return files.map((file) => {
    end += rowsOf.get(file) ?? 0;
    return end;
  });
}
