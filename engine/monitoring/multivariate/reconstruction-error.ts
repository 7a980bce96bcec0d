import type { TableColumn } from '../../training/index.ts';
import { columnOf, type Frame } from '../windows/frame.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

/** How a column becomes numbers: the value, or how often the category is in the reference; then standardised. */
type Encoded = { name: string; fill: number; shares: Map<string, number> | null; mean: number; std: number };

export type Reconstruction = {
  components: number;
  /** Share of the variance that they keep. */
  explained: number;
  /** Distance of each row of a frame from what the components make of it. */
  errorsOf(frame: Frame): Float64Array;
};

/** Share of the variance that the components kept hold together, as NannyML has it. */
const KEPT_VARIANCE = 0.65;

/**
 * Principal components of a window, by which others are measured: a row that follows the correlations of the reference is well
 * put together again from a few components, another is not (NannyML's "data reconstruction with PCA"). Missing numbers become the
 * mean and missing categories the most frequent one, categories their share in the reference; columns are standardised; as many
 * components as hold 65 % of the variance. Columns that do not vary are left out; null when fewer than two are left.
 *
 * Cost: O(rows · columns² + columns³).
 */
export function fitReconstruction(reference: Frame, names: readonly string[]): Reconstruction | null {
  const encoded = names.flatMap((name) => {
    const column = columnOf(reference, name);
    return column === undefined ? [] : encodingOf(column);
  });
  const d = encoded.length;
  if (d < 2 || reference.rows < 2) return null;
  const x = standardised(reference, encoded);
  const covariance = new Float64Array(d * d);
  for (let row = 0; row < reference.rows; row++) {
    for (let i = 0; i < d; i++) {
      const xi = x[row * d + i] as number;
      for (let j = i; j < d; j++) {
        covariance[i * d + j] = (covariance[i * d + j] as number) + xi * (x[row * d + j] as number);
      }
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const value = (covariance[i * d + j] as number) / (reference.rows - 1);
      covariance[i * d + j] = value;
      covariance[j * d + i] = value;
    }
  }
  const { values, vectors } = symmetricEigen(covariance, d);
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  let components = 0;
  let explained = 0;
  // As scikit-learn counts: as many as are needed to hold more than the share.
  while (components < d && explained <= KEPT_VARIANCE) {
    explained += Math.max(0, values[components] as number) / total;
    components += 1;
  }
  return {
    components,
    explained,
    errorsOf: (frame) => errors(standardised(frame, encoded), frame.rows, d, vectors, components),
  };
}

function errors(
  x: Float64Array,
  rows: number,
  d: number,
  vectors: Float64Array,
  components: number,
): Float64Array {
  const found = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    // Components are orthonormal: what is left of the length is the distance.
    let left = 0;
    for (let j = 0; j < d; j++) left += (x[row * d + j] as number) ** 2;
    for (let c = 0; c < components; c++) {
      let dot = 0;
      for (let j = 0; j < d; j++) dot += (x[row * d + j] as number) * (vectors[c * d + j] as number);
      left -= dot * dot;
    }
    found[row] = Math.sqrt(Math.max(0, left));
  }
  return found;
}

function encodingOf(column: TableColumn): Encoded[] {
  if (column.role === 'category') {
    const counts = new Map<string, number>();
    let known = 0;
    for (const code of column.codes) {
      const label = column.categories[code];
      if (label === undefined) continue;
      counts.set(label, (counts.get(label) ?? 0) + 1);
      known += 1;
    }
    if (known === 0) return [];
    const rows = column.codes.length;
    const most = [...counts].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] < a[0]) ? b : a))[0];
    // Missing ones count as the most frequent.
    counts.set(most, (counts.get(most) ?? 0) + rows - known);
    const shares = new Map([...counts].map(([label, count]) => [label, count / rows]));
    return withScale(column, { name: column.name, fill: shares.get(most) ?? 0, shares });
  }
  let sum = 0;
  let known = 0;
  for (const value of column.values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    known += 1;
  }
  return known === 0 ? [] : withScale(column, { name: column.name, fill: sum / known, shares: null });
}

function withScale(column: TableColumn, encoding: Pick<Encoded, 'name' | 'fill' | 'shares'>): Encoded[] {
  const at = reader(column, encoding);
  const rows = column.role === 'category' ? column.codes.length : column.values.length;
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += at(row);
  const mean = sum / rows;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += (at(row) - mean) ** 2;
  const std = Math.sqrt(squares / rows);
  return std > 1e-12 * Math.max(1, Math.abs(mean)) ? [{ ...encoding, mean, std }] : [];
}

function reader(
  column: TableColumn,
  { fill, shares }: Pick<Encoded, 'fill' | 'shares'>,
): (row: number) => number {
  if (column.role !== 'category') {
    return (row) => {
      const value = column.values[row] as number;
      return Number.isNaN(value) ? fill : value;
    };
  }
  // A category that the reference never had is as rare as can be.
  const byCode = column.categories.map((label) => shares?.get(label) ?? 0);
  return (row) => byCode[column.codes[row] as number] ?? fill;
}

/** Row-major [rows, columns]. A column that the frame lacks is at its mean everywhere. */
function standardised(frame: Frame, encoded: readonly Encoded[]): Float64Array {
  const d = encoded.length;
  const x = new Float64Array(frame.rows * d);
  encoded.forEach((encoding, j) => {
    const column = columnOf(frame, encoding.name);
    if (column === undefined) return;
    const at = reader(column, encoding);
    for (let row = 0; row < frame.rows; row++) {
      x[row * d + j] = (at(row) - encoding.mean) / encoding.std;
    }
  });
  return x;
}
