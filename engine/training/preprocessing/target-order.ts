import type { TableTarget } from '../table.ts';
import type { CategoryCounts } from './category-counts.ts';

/** Weight of the overall mean, in rows, when categories are put in order by their mean target. */
const orderSmoothing = 20;

/**
 * Position of each kept category in the order of its smoothed mean target. Rare rows take a place of their own between them;
 * without any, an unseen category counts as missing. `ranks`: of the category of each training row.
 */
export function targetOrder(
  ranks: Int32Array,
  counts: CategoryCounts,
  target: TableTarget,
  rows: Int32Array,
): { positions: number[]; other: number } {
  const value = orderTarget(target, rows);
  const sums = new Float64Array(counts.kept.length + 2);
  const sizes = new Float64Array(counts.kept.length + 2);
  let total = 0;
  for (const [index, row] of rows.entries()) {
    const y = value(row);
    total += y;
    const rank = ranks[index] as number;
    sums[rank] = (sums[rank] as number) + y;
    sizes[rank] = (sizes[rank] as number) + 1;
  }
  const overall = total / rows.length;
  const groups = Array.from(
    sums.subarray(0, counts.kept.length + Number(counts.rareRows > 0)),
    (sum, rank) => ({
      rank,
      mean: (sum + orderSmoothing * overall) / ((sizes[rank] as number) + orderSmoothing),
    }),
  );
  groups.sort((a, b) => a.mean - b.mean || a.rank - b.rank);
  const positions = new Array<number>(counts.kept.length).fill(0);
  let other = Number.NaN;
  for (const [position, { rank }] of groups.entries()) {
    if (rank === counts.kept.length) other = position;
    else positions[rank] = position;
  }
  return { positions, other };
}

/** A number a row to order by: the target itself, or with classes whether the row has the most frequent one. */
function orderTarget(target: TableTarget, rows: Int32Array): (row: number) => number {
  if (target.task !== 'classification') return (row) => target.values[row] as number;
  const counts = new Int32Array(target.classes.length);
  for (const row of rows) {
    const code = target.codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  const top = counts.indexOf(Math.max(...counts));
  return (row) => (target.codes[row] === top ? 1 : 0);
}
