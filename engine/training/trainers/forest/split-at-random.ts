import type { SeededRandom } from '../../../statistics/index.ts';
import type { ValueColumn } from './columns.ts';
import type { NodeRows } from './node-rows.ts';
import { addRow } from './purity.ts';
import type { ForestSplit, LeftSide, Node } from './split.ts';

/**
 * A split of a node at a threshold drawn evenly between its least and largest value (Geurts et al. 2006); missing values go to
 * the side that gains more. Null for a constant column. O(rows).
 */
export function splitAtRandom(
  { rows, y, weights }: NodeRows,
  left: LeftSide,
  node: Node,
  column: number,
  { values }: ValueColumn,
  isClasses: boolean,
  random: SeededRandom,
): ForestSplit | null {
  const { low, high, missingRows } = rangeOf(values, rows, node);
  const count = node.end - node.start;
  const isConstant = !(low < high);
  if (isConstant && (missingRows === 0 || missingRows === count)) return null;
  const threshold = isConstant ? Number.POSITIVE_INFINITY : thresholdBetween(low, high, random);
  const missing = new Float64Array(node.sums.length);
  left.sums.fill(0);
  let leftRows = 0;
  for (let i = node.start; i < node.end; i++) {
    const value = values[rows[i] as number] as number;
    if (value > threshold) continue;
    const isMissing = Number.isNaN(value);
    if (!isMissing) leftRows++;
    addRow(isMissing ? missing : left.sums, 0, isClasses, y[i] as number, weights[i] as number);
  }
  const split = { column, threshold, list: null };
  const gain = left.purityOfSides(node, leftRows);
  if (missingRows === 0) return { ...split, gain, missingLeft: leftRows * 2 >= count };
  if (isConstant) return { ...split, gain, missingLeft: false };
  left.add(missing, 0);
  const other = left.purityOfSides(node, leftRows + missingRows);
  return other > gain ? { ...split, gain: other, missingLeft: true } : { ...split, gain, missingLeft: false };
}

function rangeOf(values: Float32Array, rows: Uint32Array, { start, end }: Node) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let missingRows = 0;
  for (let i = start; i < end; i++) {
    const value = values[rows[i] as number] as number;
    if (value < low) low = value;
    if (value > high) high = value;
    if (Number.isNaN(value)) missingRows++;
  }
  return { low, high, missingRows };
}

/** A float32 t with low ≤ t < high; the low one where infinite values leave nothing to draw from. */
function thresholdBetween(low: number, high: number, random: SeededRandom): number {
  const drawn = Math.fround(low + random.next() * (high - low));
  return drawn >= low && drawn < high ? drawn : low;
}
