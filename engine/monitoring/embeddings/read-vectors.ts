import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { columnOf, type Frame, someRowsSql } from '../windows/frame.ts';
import type { Vectors } from './vectors.ts';

/** Vectors of a window, and the share of the rows that have none. */
export type ReadVectors = { vectors: Vectors; missing: number };

/** Numbers of a side held at once: 48 MB. */
const MOST_NUMBERS = 6_000_000;

/** Vectors of a column of lists, of some rows drawn by the seed. Rows without a list of `width` finite numbers count as missing. */
export async function readListColumn(
  db: DuckDb,
  window: { files: readonly string[]; rows: number },
  { name, width }: { name: string; width: number },
  { limit, seed }: { limit: number; seed: number },
): Promise<ReadVectors> {
  const most = Math.max(1, Math.min(limit, window.rows, Math.floor(MOST_NUMBERS / width)));
  const values = new Float64Array(most * width);
  let [rows, looked] = [0, 0];
  for await (const chunk of db.chunks(someRowsSql(quoteIdentifier(name), window, { limit: most, seed }))) {
    const column = chunk.getColumnVector(0);
    for (let row = 0; row < chunk.rowCount; row++) {
      looked += 1;
      const vector = numbersOf(column.getItem(row), width);
      if (vector !== null) values.set(vector, width * rows++);
    }
  }
  return keptOf(values, rows, width, looked);
}

/** Vectors out of columns numbered one after the other. Rows that lack one of the numbers count as missing. */
export function readColumnGroup(frame: Frame, columns: readonly string[]): ReadVectors {
  const width = columns.length;
  const most = Math.max(1, Math.min(frame.rows, Math.floor(MOST_NUMBERS / width)));
  const parts = columns.map((name) => {
    const column = columnOf(frame, name);
    return column === undefined || column.role === 'category' ? new Float64Array(0) : column.values;
  });
  const values = new Float64Array(most * width);
  let rows = 0;
  for (let row = 0; row < most; row++) {
    let isWhole = true;
    for (let k = 0; k < width; k++) {
      const value = (parts[k] as Float64Array)[row] ?? Number.NaN;
      values[rows * width + k] = value;
      isWhole &&= Number.isFinite(value);
    }
    if (isWhole) rows += 1;
  }
  return keptOf(values, rows, width, most);
}

function keptOf(values: Float64Array, rows: number, width: number, looked: number): ReadVectors {
  return {
    vectors: { rows, width, values: values.subarray(0, rows * width) },
    missing: looked === 0 ? 0 : 1 - rows / looked,
  };
}

function numbersOf(text: unknown, width: number): number[] | null {
  if (typeof text !== 'string') return null;
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list) || list.length !== width) return null;
    const numbers = list.filter((item) => typeof item === 'number' && Number.isFinite(item));
    return numbers.length === width ? numbers : null;
  } catch {
    return null;
  }
}
