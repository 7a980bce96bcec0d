import type { ColumnProfile } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';

/** Rows that heavy figures are told from. */
const SAMPLE_ROWS = 100_000;
/** Values that the sample of a table with very many columns may have. */
const SAMPLE_VALUES = 20_000_000;
/** Fineness of the share of rows that is taken. */
const PARTS = 1_000_000;

/** A table of a part of the rows, in the order of the file. */
export type Sample = { table: string; rows: number; isAll: boolean };

/**
 * Puts about 100,000 rows of a snapshot into memory, or all where there are no more. Rows are chosen by a hash of their number:
 * evenly over the file, and the same each time. Cost: one scan of all columns.
 */
export async function drawSample(
  db: DuckDb,
  files: readonly string[],
  { rows, columns }: { rows: number; columns: number },
): Promise<Sample> {
  const wanted = Math.min(SAMPLE_ROWS, Math.max(1000, Math.floor(SAMPLE_VALUES / Math.max(1, columns))));
  const isAll = rows <= wanted;
  const threshold = Math.max(1, Math.round((wanted / rows) * PARTS));
  const condition = isAll ? '' : `WHERE hash(file_index, file_row_number) % ${PARTS} < ${threshold}`;
  await db.run(`CREATE TEMP TABLE sampled AS SELECT * FROM ${parquetTable(files)} ${condition}`);
  const [counted] = await db.rows('SELECT count(*) FROM sampled');
  return { table: 'sampled', rows: Number(counted?.[0] ?? 0), isAll };
}

/** NaN where a value is missing or beyond what squares of floats reach. */
export type NumberColumn = { name: string; values: Float64Array; missing: number };
/** Codes from 0 in the order in which labels are met; −1 where the value is missing. */
export type CategoryColumn = { name: string; codes: Int32Array; labels: string[]; missing: number };

/** Beyond it squares leave the range of a float. */
const MOST_FOR_MOMENTS = 1e150;

/** The values of number columns of the sample; times as milliseconds. */
export async function readNumberColumns(
  db: DuckDb,
  sample: Sample,
  columns: readonly Pick<ColumnProfile, 'name' | 'type'>[],
): Promise<NumberColumn[]> {
  if (columns.length === 0) return [];
  const list = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name);
    const isTime = type === 'datetime' || type === 'date';
    return `CAST(${isTime ? `epoch_ms(CAST(${column} AS TIMESTAMP))` : column} AS DOUBLE)`;
  });
  const read = columns.map(({ name }) => ({ name, values: new Float64Array(sample.rows), missing: 0 }));
  let start = 0;
  for await (const chunk of db.chunks(`SELECT ${list.join(', ')} FROM ${sample.table}`)) {
    for (const [index, column] of read.entries()) {
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = vector.getItem(row);
        const isThere = typeof value === 'number' && Math.abs(value) < MOST_FOR_MOMENTS;
        column.values[start + row] = isThere ? value : Number.NaN;
        if (!isThere) column.missing++;
      }
    }
    start += chunk.rowCount;
  }
  return read;
}

/** The values of columns of the sample as text, with what they are called by number. */
export async function readCategoryColumns(
  db: DuckDb,
  sample: Sample,
  names: readonly string[],
): Promise<CategoryColumn[]> {
  if (names.length === 0) return [];
  const list = names.map((name) => `CAST(${quoteIdentifier(name)} AS VARCHAR)`);
  const codeOf = names.map(() => new Map<string, number>());
  const read = names.map(
    (name): CategoryColumn => ({ name, codes: new Int32Array(sample.rows), labels: [], missing: 0 }),
  );
  let start = 0;
  for await (const chunk of db.chunks(`SELECT ${list.join(', ')} FROM ${sample.table}`)) {
    for (const [index, column] of read.entries()) {
      const vector = chunk.getColumnVector(index);
      const known = codeOf[index] as Map<string, number>;
      for (let row = 0; row < chunk.rowCount; row++) {
        const value = vector.getItem(row);
        if (typeof value !== 'string') {
          column.codes[start + row] = -1;
          column.missing++;
          continue;
        }
        let code = known.get(value);
        if (code === undefined) {
          code = column.labels.push(value) - 1;
          known.set(value, code);
        }
        column.codes[start + row] = code;
      }
    }
    start += chunk.rowCount;
  }
  return read;
}
