import type { CategoryColumn } from '../table.ts';

/** The categories of a column over the training rows. */
export type CategoryCounts = {
  rows: number;
  missing: number;
  /** Kept categories, most frequent first, ties by code unit; the index is the rank. */
  kept: { category: string; code: number; count: number }[];
  rareRows: number;
};

/** Categories seen in fewer than `minCount` of the rows are not kept. Cost: linear in rows, and a sort of the categories. */
export function countCategories(column: CategoryColumn, rows: Int32Array, minCount: number): CategoryCounts {
  const counts = new Int32Array(column.categories.length);
  let missing = 0;
  for (let index = 0; index < rows.length; index += 1) {
    const code = column.codes[rows[index] as number] as number;
    if (code < 0) missing += 1;
    else counts[code] = (counts[code] as number) + 1;
  }
  const kept = column.categories
    .map((category, code) => ({ category, code, count: counts[code] as number }))
    .filter(({ count }) => count >= minCount)
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const keptRows = kept.reduce((sum, { count }) => sum + count, 0);
  return { rows: rows.length, missing, kept, rareRows: rows.length - missing - keptRows };
}

/** The rank of the category of each row; `kept.length` for rare ones, `kept.length + 1` for missing. */
export function ranksOf(column: CategoryColumn, rows: Int32Array, { kept }: CategoryCounts): Int32Array {
  const byCode = new Int32Array(column.categories.length).fill(kept.length);
  for (const [rank, { code }] of kept.entries()) byCode[code] = rank;
  const ranks = new Int32Array(rows.length);
  for (let index = 0; index < rows.length; index += 1) {
    const code = column.codes[rows[index] as number] as number;
    ranks[index] = code < 0 ? kept.length + 1 : (byCode[code] as number);
  }
  return ranks;
}
