import type { BinnedRows } from './binned-rows.ts';
import type { NodeLimits, NodeSums, SearchLimits } from './kernel/kernel.ts';
import { plus, splitGain } from './kernel/leaf-score.ts';

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

type Category = { code: number; sums: NodeSums };

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
  const categories = categoriesIn(kernel.bins(slot, first, codes + 1), codes);
  const { category } = limits;
  const gainOf = splitGain(node, kernel.step, search, limits);
  const few = categories.length <= ONE_AGAINST_REST;
  const l2 = few ? search.l2 : search.l2 + category.categoryL2;
  let best: { gain: number; listed: readonly Category[]; left: NodeSums } | null = null;
  const consider = (listed: readonly Category[], left: NodeSums): void => {
    const gain = gainOf(left, 0, l2);
    if (gain > (best?.gain ?? minGain)) best = { gain, listed, left };
  };
  if (few) {
    for (const one of categories) consider([one], one.sums);
  } else {
    const smoothed = ({ sums }: Category): number =>
      (sums.gradient * kernel.step.gradient) /
      (sums.hessian * kernel.step.hessian + category.categorySmoothing);
    const sorted = categories
      .filter(({ sums }) => sums.rows >= category.categorySmoothing)
      .sort((a, b) => smoothed(a) - smoothed(b) || a.code - b.code);
    for (const order of [sorted, sorted.toReversed()]) cutsOf(order, category, consider);
  }
  return best === null ? null : splitOf(best, column, codes, l2);
}

function splitOf(
  { gain, listed, left }: { gain: number; listed: readonly Category[]; left: NodeSums },
  column: number,
  codes: number,
  l2: number,
): CategorySplit {
  const list = new Uint8Array(codes);
  for (const { code } of listed) if (code < codes) list[code] = 1;
  return { column, gain, list, missingLeft: listed.some(({ code }) => code === codes), left, l2 };
}

/** Categories that the node has rows of, without the last, which stands for rare and unseen ones; missing is one of them. */
function categoriesIn(bins: Float64Array, codes: number): Category[] {
  const found: Category[] = [];
  for (let code = 0; code <= codes; code++) {
    const rows = bins[code * 3 + 2] as number;
    if (rows === 0 || code === codes - 1) continue;
    const sums = { gradient: bins[code * 3] as number, hessian: bins[code * 3 + 1] as number, rows };
    found.push({ code, sums });
  }
  return found;
}

function cutsOf(
  order: readonly Category[],
  { maxListedCategories, minCategoryRows }: CategoryLimits,
  consider: (listed: readonly Category[], left: NodeSums) => void,
): void {
  const most = Math.min(maxListedCategories, Math.ceil(order.length / 2));
  let left: NodeSums = { gradient: 0, hessian: 0, rows: 0 };
  let rowsSince = 0;
  for (let i = 0; i < most; i++) {
    const { sums } = order[i] as Category;
    left = plus(left, sums);
    rowsSince += sums.rows;
    if (rowsSince < minCategoryRows) continue;
    rowsSince = 0;
    consider(order.slice(0, i + 1), left);
  }
}
