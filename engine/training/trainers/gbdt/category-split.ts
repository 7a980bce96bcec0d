import type { BinnedRows } from './binned-rows.ts';
import type { NodeLimits, NodeSums, SearchLimits } from './kernel/kernel.ts';
import { splitGain } from './kernel/leaf-score.ts';

export type CategoryLimits = {
  /** Rows of no effect that each category is sorted with. */
  categorySmoothing: number;
  /** Added to l2 for the two sides. */
  categoryL2: number;
  maxListedCategories: number;
  /** Rows that have to come to a side before a further split of it is tried. */
  minCategoryRows: number;
};

/** Up to so many categories in a node each is tried against the rest. */
const ONE_AGAINST_REST = 4;

/** Rows on the list, and of missing value where `missingLeft`, go left. */
export type CategorySplit = {
  column: number;
  gain: number;
  /** By code: 1 for listed. */
  list: Uint8Array;
  missingLeft: boolean;
  left: NodeSums;
  /** For the outputs of both sides. */
  l2: number;
};

/**
 * The best split of a node by one column of categories that gains more than `minGain`, or null. Few categories are tried
 * one against the rest; of more, they are sorted by gradient over hessian, and the best cut of that order is looked for
 * from both ends (Fisher 1958; Ke et al. 2017, LightGBM, with its smoothing and limits). The code for rare and unseen
 * categories is never listed, so what training did not see goes the way of the unlisted. O(categories · log categories).
 */
export function findCategorySplit(
  binned: BinnedRows,
  slot: number,
  column: number,
  node: NodeSums,
  search: SearchLimits,
  limits: NodeLimits & { category: CategoryLimits },
  minGain: number,
): CategorySplit | null {
  const { kernel } = binned;
  const codes = binned.columns[column]?.categories ?? 0;
  const first = binned.groupStart[binned.groupOf[column] as number] as number;
  const bins = kernel.bins(slot, first, codes + 1);
  const present = presentCodes(bins, codes);
  const { category } = limits;
  const gainOf = splitGain(node, kernel.step, search, limits);
  const few = present.length <= ONE_AGAINST_REST;
  const l2 = few ? search.l2 : search.l2 + category.categoryL2;
  let best: { gain: number; listed: readonly number[]; left: NodeSums } | null = null;
  const consider = (order: readonly number[], count: number, left: NodeSums): void => {
    const gain = gainOf(left, 0, l2);
    if (gain > (best?.gain ?? minGain)) best = { gain, listed: order.slice(0, count), left: { ...left } };
  };
  if (few) {
    for (const code of present) consider([code], 1, sumsOf(bins, code));
  } else {
    const sorted = sortedCodes(bins, present, kernel.step, category.categorySmoothing);
    for (const order of [sorted, sorted.toReversed()]) cutsOf(bins, order, category, consider);
  }
  return best === null ? null : splitOf(best, column, codes, l2);
}

function splitOf(
  { gain, listed, left }: { gain: number; listed: readonly number[]; left: NodeSums },
  column: number,
  codes: number,
  l2: number,
): CategorySplit {
  const list = new Uint8Array(codes);
  for (const code of listed) if (code < codes) list[code] = 1;
  return { column, gain, list, missingLeft: listed.includes(codes), left, l2 };
}

function sumsOf(bins: Float64Array, code: number): NodeSums {
  const at = code * 3;
  return { gradient: bins[at] as number, hessian: bins[at + 1] as number, rows: bins[at + 2] as number };
}

/** Codes that the node has rows of, without the last, which stands for rare and unseen ones; missing is one of them. */
function presentCodes(bins: Float64Array, codes: number): number[] {
  const found: number[] = [];
  for (let code = 0; code <= codes; code++) {
    if ((bins[code * 3 + 2] as number) > 0 && code !== codes - 1) found.push(code);
  }
  return found;
}

/** Of the sort in hand; one for all, since node after node sorts. */
const keys = new Float64Array(256);

/** By smoothed gradient over hessian, those with rows enough. */
function sortedCodes(
  bins: Float64Array,
  present: readonly number[],
  step: { gradient: number; hessian: number },
  smoothing: number,
): number[] {
  const order = present.filter((code) => (bins[code * 3 + 2] as number) >= smoothing);
  for (const code of order) {
    const hessian = (bins[code * 3 + 1] as number) * step.hessian + smoothing;
    keys[code] = ((bins[code * 3] as number) * step.gradient) / hessian;
  }
  return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
}

function cutsOf(
  bins: Float64Array,
  order: readonly number[],
  { maxListedCategories, minCategoryRows }: CategoryLimits,
  consider: (order: readonly number[], count: number, left: NodeSums) => void,
): void {
  const most = Math.min(maxListedCategories, Math.ceil(order.length / 2));
  const left = { gradient: 0, hessian: 0, rows: 0 };
  let rowsSince = 0;
  for (let i = 0; i < most; i++) {
    const at = (order[i] as number) * 3;
    const rows = bins[at + 2] as number;
    left.gradient += bins[at] as number;
    left.hessian += bins[at + 1] as number;
    left.rows += rows;
    rowsSince += rows;
    if (rowsSince < minCategoryRows) continue;
    rowsSince = 0;
    consider(order, i + 1, left);
  }
}
