import type { BinnedRows } from './binned-rows.ts';
import { STRIDE } from './histogram.ts';

/** Sums over the rows of a node. */
export type NodeSums = { gradient: number; hessian: number; rows: number };

export type SplitLimits = { l2: number; minLeafRows: number; minLeafHessian: number };

/** Rows with bin ≤ `bin` go left; `missingLeft` says where NaN goes. */
export type Split = {
  column: number;
  bin: number;
  missingLeft: boolean;
  gain: number;
  left: NodeSums;
  right: NodeSums;
};

/** Below this a gain is rounding noise of the sums. */
const MIN_GAIN = 1e-9;

/**
 * The best split of a node by second-order gain GL²/(HL+λ) + GR²/(HR+λ) − G²/(H+λ) (Chen and Guestrin 2016), or null.
 * Missing values are tried on both sides where the node has any; elsewhere they follow the larger child.
 * Of equal gains the first column and lowest bin win. O(total bins).
 */
export function findSplit(
  binned: BinnedRows,
  histogram: Float64Array,
  node: NodeSums,
  limits: SplitLimits,
  columnMask: Uint8Array | null,
): Split | null {
  const search = { node, limits, parentScore: score(node.gradient, node.hessian, limits.l2) };
  return binned.columns.reduce<Split | null>((best, bins, column) => {
    const group = binned.groupOf[column] as number;
    if (group < 0 || (columnMask !== null && columnMask[column] === 0)) return best;
    const start = binned.groupStart[group] as number;
    const slot = binned.slotOf[column] as number;
    if (slot > 0) return trySet(search, best, column, histogram, start + slot);
    return tryThresholds(search, best, column, histogram, start, bins.thresholds.length);
  }, null);
}

type Search = { node: NodeSums; limits: SplitLimits; parentScore: number };

function score(gradient: number, hessian: number, l2: number): number {
  const weight = hessian + l2;
  return weight > 0 ? (gradient * gradient) / weight : 0;
}

/** A bundled column: its set rows are one bin, the others are the rest of the node. */
function trySet(search: Search, best: Split | null, column: number, h: Float64Array, bin: number) {
  const at = bin * STRIDE;
  const gradient = search.node.gradient - (h[at] as number);
  const hessian = search.node.hessian - (h[at + 1] as number);
  const rows = search.node.rows - (h[at + 2] as number);
  return better(search, best, column, 0, rows * 2 >= search.node.rows, gradient, hessian, rows);
}

function tryThresholds(
  search: Search,
  found: Split | null,
  column: number,
  h: Float64Array,
  start: number,
  thresholds: number,
): Split | null {
  const { node } = search;
  const missing = (start + thresholds + 1) * STRIDE;
  const missingGradient = h[missing] as number;
  const missingHessian = h[missing + 1] as number;
  const missingRows = h[missing + 2] as number;
  let best = found;
  let gradient = 0;
  let hessian = 0;
  let rows = 0;
  for (let bin = 0; bin <= thresholds; bin++) {
    const at = (start + bin) * STRIDE;
    const binRows = h[at + 2] as number;
    if (binRows === 0) continue;
    gradient += h[at] as number;
    hessian += h[at + 1] as number;
    rows += binRows;
    if (missingRows === 0) {
      if (bin < thresholds) {
        best = better(search, best, column, bin, rows * 2 >= node.rows, gradient, hessian, rows);
      }
      continue;
    }
    best = better(search, best, column, bin, false, gradient, hessian, rows);
    if (bin < thresholds) {
      best = better(
        search,
        best,
        column,
        bin,
        true,
        gradient + missingGradient,
        hessian + missingHessian,
        rows + missingRows,
      );
    }
  }
  return best;
}

/** The split with these left sums when it is allowed and beats `best`, else `best`. */
function better(
  search: Search,
  best: Split | null,
  column: number,
  bin: number,
  missingLeft: boolean,
  gradient: number,
  hessian: number,
  rows: number,
): Split | null {
  const { node, limits } = search;
  const rightRows = node.rows - rows;
  const rightHessian = node.hessian - hessian;
  if (rows < limits.minLeafRows || rightRows < limits.minLeafRows) return best;
  if (hessian < limits.minLeafHessian || rightHessian < limits.minLeafHessian) return best;
  const rightGradient = node.gradient - gradient;
  const gain =
    score(gradient, hessian, limits.l2) + score(rightGradient, rightHessian, limits.l2) - search.parentScore;
  if (gain <= (best?.gain ?? MIN_GAIN)) return best;
  return {
    column,
    bin,
    missingLeft,
    gain,
    left: { gradient, hessian, rows },
    right: { gradient: rightGradient, hessian: rightHessian, rows: rightRows },
  };
}
