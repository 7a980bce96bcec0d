import type { MatrixColumn, TableColumn } from '../../training/index.ts';
import { columnOf, type Frame } from '../windows/frame.ts';

/** Both windows as one matrix, row-major [n, width]: the reference first. Categories are codes; NaN is missing. */
export type JointMatrix = {
  x: Float32Array;
  n: number;
  reference: number;
  width: number;
  columns: MatrixColumn[];
};

/** Categories told apart in a column; the rest share a code. */
const MOST_CODES = 100;

/** The columns that both windows have. The most frequent category of both together gets code 0. */
export function jointMatrix(reference: Frame, current: Frame, names: readonly string[]): JointMatrix {
  const pairs = names.flatMap((name) => {
    const a = columnOf(reference, name);
    const b = columnOf(current, name);
    return a === undefined || b === undefined || (a.role === 'category') !== (b.role === 'category')
      ? []
      : [{ name, a, b }];
  });
  const n = reference.rows + current.rows;
  const width = pairs.length;
  const x = new Float32Array(n * width);
  const columns = pairs.map(({ name, a, b }, index): MatrixColumn => {
    const values = jointValues(a, b);
    for (let row = 0; row < n; row++) x[row * width + index] = values.at(row);
    const isCode = values.codes > 0;
    return { name, feature: name, kind: isCode ? 'code' : 'number', codes: values.codes };
  });
  return { x, n, reference: reference.rows, width, columns };
}

function jointValues(a: TableColumn, b: TableColumn): { at(row: number): number; codes: number } {
  if (a.role !== 'category' && b.role !== 'category') {
    const split = a.values.length;
    // Times would lose their seconds in float32: they count from the first.
    const origin = a.role === 'datetime' ? firstOf(a.values) : 0;
    return {
      codes: 0,
      at: (row) => ((row < split ? a.values[row] : b.values[row - split]) as number) - origin,
    };
  }
  const codes = codesByFrequency(a, b);
  const split = rowsOf(a);
  return {
    codes: codes.size + 1,
    at(row) {
      const label = row < split ? labelAt(a, row) : labelAt(b, row - split);
      return label === undefined ? Number.NaN : (codes.get(label) ?? codes.size);
    },
  };
}

function codesByFrequency(a: TableColumn, b: TableColumn): Map<string, number> {
  const counts = new Map<string, number>();
  for (const column of [a, b]) {
    for (let row = 0; row < rowsOf(column); row++) {
      const label = labelAt(column, row);
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const order = [...counts].sort((one, other) => other[1] - one[1] || (one[0] < other[0] ? -1 : 1));
  return new Map(order.slice(0, MOST_CODES).map(([label], code) => [label, code]));
}

function labelAt(column: TableColumn, row: number): string | undefined {
  return column.role === 'category' ? column.categories[column.codes[row] as number] : undefined;
}

function rowsOf(column: TableColumn): number {
  return column.role === 'category' ? column.codes.length : column.values.length;
}

function firstOf(values: Float64Array): number {
  return values.find((value) => !Number.isNaN(value)) ?? 0;
}
