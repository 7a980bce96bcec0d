import type { CodeSums } from './code-sums.ts';
import type { BinColumn } from './columns.ts';
import type { ForestSplit, LeftSide, Node } from './split.ts';

/** The best split of a node between two bins, or between all values and the missing ones; null: a constant column. */
export function splitBins(
  { sums, rows, order, count, clear }: CodeSums,
  left: LeftSide,
  node: Node,
  column: number,
  { codes, thresholds }: BinColumn,
): ForestSplit | null {
  const used = count(node, codes);
  const width = node.sums.length;
  const missingAt = (thresholds.length + 1) * width;
  const missingRows = rows[thresholds.length + 1] as number;
  const present = missingRows > 0 ? used - 1 : used;
  let gain = Number.NEGATIVE_INFINITY;
  let bestAt = 0;
  let missingLeft = false;
  const consider = (at: number, leftRows: number, isMissingLeft: boolean): void => {
    const found = left.purityOfSides(node, leftRows);
    if (found <= gain) return;
    gain = found;
    bestAt = at;
    missingLeft = isMissingLeft;
  };
  left.sums.fill(0);
  let leftRows = 0;
  for (let at = 0; at < present; at++) {
    const code = order[at] as number;
    const isLast = at === present - 1;
    left.add(sums, code * width);
    leftRows += rows[code] as number;
    // What no row of the node is missing goes with the larger side.
    if (missingRows === 0 && !isLast) consider(at, leftRows, leftRows * 2 >= node.end - node.start);
    if (missingRows === 0) continue;
    consider(at, leftRows, false);
    if (isLast) continue;
    left.add(sums, missingAt);
    consider(at, leftRows + missingRows, true);
    left.add(sums, missingAt, -1);
  }
  const threshold =
    bestAt >= present - 1
      ? Number.POSITIVE_INFINITY
      : middleOf(thresholds, order[bestAt] as number, order[bestAt + 1] as number);
  clear(used);
  return used < 2 ? null : { column, threshold, list: null, missingLeft, gain };
}

/** A float32 between two bins: in the middle of those that the node has no row of. */
function middleOf(thresholds: Float32Array, low: number, high: number): number {
  const least = thresholds[low] as number;
  const most = thresholds[high - 1] as number;
  const middle = Math.fround(least / 2 + most / 2);
  return middle >= least && middle <= most ? middle : least;
}
