import { AssayError } from '../../errors.ts';
import type { CategoryColumn, TableTarget } from '../table.ts';
import type { FitOptions, Fitted } from './fit-options.ts';
import type { CategoryCode, OneHotColumns } from './fitted.ts';
import { numberColumn } from './number-column.ts';
import { numberStatistics } from './statistics.ts';

/** Trees get one column a category up to here; beyond it one ordered column serves them better and costs less. */
const maxOneHotForTrees = 10;

/** Weight of the overall mean, in rows, when categories are put in order by their mean target. */
const orderSmoothing = 20;

/** Counts over the training rows. */
type Counts = {
  rows: number;
  missing: number;
  /** Kept categories, most frequent first, ties by code unit; the index is the rank. */
  kept: { category: string; code: number; count: number }[];
  rareRows: number;
};

/**
 * Chooses how a category column becomes numbers. Categories seen in fewer than `minCount` training rows share the bucket `rare`,
 * where unseen ones go too. `auto` for the unscaled view puts many categories in order of their mean target (Fisher 1958: for a
 * two-way split on a convex loss some contiguous cut of that order is optimal), smoothed towards the overall mean.
 *
 * Errors: `training/bad-recipe` when a float column has values that are not whole.
 */
export function fitCategory(column: CategoryColumn, options: FitOptions): Fitted {
  const { name, type, nullable } = column;
  if (type === 'float' && !column.categories.every((text) => Number.isSafeInteger(Number(text))))
    throw new AssayError(
      'training/bad-recipe',
      `"${name}" cannot be a category: it holds numbers that are not whole`,
    );
  const counts = countCategories(column, options);
  const groups = counts.kept.length + Number(counts.rareRows > 0) + Number(counts.missing > 0);
  if (counts.missing === counts.rows) return { dropped: 'all values are missing' };
  if (counts.kept.length === 0)
    return { dropped: `no category is seen at least ${options.preprocessing.categorical.minCount} times` };
  if (groups < 2) return { dropped: 'all values are equal' };
  return { feature: { kind: 'category', name, type, nullable, ...encode(column, counts, options) } };
}

function encode(
  column: CategoryColumn,
  counts: Counts,
  options: FitOptions,
): { oneHot: OneHotColumns | null; code: CategoryCode | null } {
  const { encoding, maxOneHot } = options.preprocessing.categorical;
  const { name } = column;
  const ranks = () => counts.kept.map((_, rank) => rank);
  const shares = () => counts.kept.map(({ count }) => count / counts.rows);
  switch (encoding) {
    case 'onehot':
      return { oneHot: oneHotColumns(counts, maxOneHot), code: null };
    case 'ordinal':
      return { oneHot: null, code: categoryCode(name, column, counts, options, ranks(), counts.kept.length) };
    case 'frequency':
      return {
        oneHot: null,
        code: categoryCode(`${name} (frequency)`, column, counts, options, shares(), 0),
      };
    case 'auto': {
      if (options.view.categories === 'codes') return { oneHot: null, code: plainCodes(name, counts) };
      const few = counts.kept.length <= (options.view.numbers === 'scaled' ? maxOneHot : maxOneHotForTrees);
      if (few) return { oneHot: oneHotColumns(counts, maxOneHot), code: null };
      if (options.view.numbers === 'scaled')
        return {
          oneHot: oneHotColumns(counts, maxOneHot),
          code: categoryCode(`${name} (frequency)`, column, counts, options, shares(), 0, null),
        };
      const { positions, other } = targetOrder(column, counts, options);
      return { oneHot: null, code: categoryCode(name, column, counts, options, positions, other) };
    }
  }
}

function countCategories(column: CategoryColumn, { rows, preprocessing }: FitOptions): Counts {
  const counts = new Int32Array(column.categories.length);
  let missing = 0;
  for (const row of rows) {
    const code = column.codes[row] as number;
    if (code < 0) missing += 1;
    else counts[code] = (counts[code] as number) + 1;
  }
  const kept = column.categories
    .map((category, code) => ({ category, code, count: counts[code] as number }))
    .filter(({ count }) => count >= preprocessing.categorical.minCount)
    .sort((a, b) => b.count - a.count || (a.category < b.category ? -1 : 1));
  const keptRows = kept.reduce((sum, { count }) => sum + count, 0);
  return { rows: rows.length, missing, kept, rareRows: rows.length - missing - keptRows };
}

function oneHotColumns({ kept, rareRows, missing }: Counts, limit: number): OneHotColumns {
  return {
    categories: kept.slice(0, limit).map(({ category }) => category),
    rare: rareRows > 0 || kept.length > limit,
    missing: missing > 0,
  };
}

/** A number a kept category, standardised in the scaled view like any other number. */
function categoryCode(
  name: string,
  column: CategoryColumn,
  counts: Counts,
  options: FitOptions,
  numbers: readonly number[],
  other: number,
  indicator: string | null = `${column.name} (missing)`,
): CategoryCode {
  const values = Float32Array.from(numbers);
  const byCode = new Float64Array(column.categories.length).fill(other);
  for (const [rank, { code }] of counts.kept.entries()) byCode[code] = values[rank] as number;
  const statistics = numberStatistics(
    Float64Array.from(options.rows, (row) => {
      const code = column.codes[row] as number;
      return code < 0 ? Number.NaN : (byCode[code] as number);
    }),
  );
  return {
    kind: 'number',
    categories: counts.kept.map(({ category }) => category),
    values,
    other,
    column: numberColumn(name, statistics, options.view, {
      fill: statistics.mean,
      standardise: options.preprocessing.numeric.scale === 'standard',
      indicator,
    }),
  };
}

/** Whole numbers that only tell categories apart; the last is for rare and unseen ones. */
function plainCodes(name: string, { kept }: Counts): CategoryCode {
  return {
    kind: 'code',
    categories: kept.map(({ category }) => category),
    values: Float32Array.from(kept, (_, rank) => rank),
    other: kept.length,
    column: { name, fill: Number.NaN, shift: 0, scale: 1, indicator: null },
  };
}

/**
 * Position of each kept category in the order of its smoothed mean target. Rare rows take a place of their own between them;
 * without any, an unseen category counts as missing.
 */
function targetOrder(
  column: CategoryColumn,
  counts: Counts,
  { table, rows }: FitOptions,
): { positions: number[]; other: number } {
  const target = orderTarget(table.target, rows);
  const rankOf = new Int32Array(column.categories.length).fill(counts.kept.length);
  for (const [rank, { code }] of counts.kept.entries()) rankOf[code] = rank;
  const sums = new Float64Array(counts.kept.length + 1);
  const sizes = new Float64Array(counts.kept.length + 1);
  let total = 0;
  for (const row of rows) {
    const value = target(row);
    total += value;
    const code = column.codes[row] as number;
    if (code < 0) continue;
    const rank = rankOf[code] as number;
    sums[rank] = (sums[rank] as number) + value;
    sizes[rank] = (sizes[rank] as number) + 1;
  }
  const overall = total / rows.length;
  const groups = Array.from(sums, (sum, rank) => ({
    rank,
    mean: (sum + orderSmoothing * overall) / ((sizes[rank] as number) + orderSmoothing),
  }));
  if (counts.rareRows === 0) groups.pop();
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
  if (target.task === 'regression') return (row) => target.values[row] as number;
  const counts = new Int32Array(target.classes.length);
  for (const row of rows) {
    const code = target.codes[row] as number;
    counts[code] = (counts[code] as number) + 1;
  }
  const top = counts.indexOf(Math.max(...counts));
  return (row) => (target.codes[row] === top ? 1 : 0);
}
