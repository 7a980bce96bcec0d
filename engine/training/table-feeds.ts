import { type Feed, type InputColumn, inputElementType, missingDatetime } from '../onnx/index.ts';
import type { TableColumn, TrainingTable } from './table.ts';

/**
 * The rows `rows[start]` … `rows[end − 1]` of a table as feeds of a model that takes these inputs.
 * Errors: RangeError when the table lacks an input (a fault of the caller).
 */
export function tableFeeds(
  inputs: readonly InputColumn[],
  table: Pick<TrainingTable, 'columns'>,
  rows: Int32Array,
  start = 0,
  end = rows.length,
): Record<string, Feed> {
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  const part = rows.subarray(start, end);
  return Object.fromEntries(
    inputs.map((input) => {
      const column = byName.get(input.name);
      if (column === undefined) throw new RangeError(`the table has no column "${input.name}"`);
      return [input.name, columnFeed(input, column, part)];
    }),
  );
}

function columnFeed(input: InputColumn, column: TableColumn, rows: Int32Array): Feed {
  const type = inputElementType(input);
  const dims = [rows.length];
  if (column.role === 'category') {
    const { codes, categories } = column;
    if (type === 'string') {
      const data = new Array<string>(rows.length);
      for (let i = 0; i < rows.length; i++) data[i] = categories[codes[rows[i] as number] as number] ?? '';
      return { type, dims, data };
    }
    if (type === 'int64') {
      const values = categories.map(BigInt);
      return { type, dims, data: BigInt64Array.from(rows, (row) => values[codes[row] as number] ?? 0n) };
    }
    const values = Float64Array.from(categories, Number);
    const data = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) data[i] = values[codes[rows[i] as number] as number] ?? Number.NaN;
    return { type, dims, data };
  }
  const { values } = column;
  if (type === 'bool') return { type, dims, data: Uint8Array.from(rows, (row) => values[row] as number) };
  if (type === 'int64') {
    const data = new BigInt64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const value = values[rows[i] as number] as number;
      data[i] = Number.isNaN(value) ? missingDatetime : BigInt(Math.trunc(value));
    }
    return { type, dims, data };
  }
  const data = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) data[i] = values[rows[i] as number] as number;
  return { type, dims, data };
}
