import { AssayError } from '../../errors.ts';
import type { CategoryColumn } from '../table.ts';
import { type CategoryCounts, countCategories, ranksOf } from './category-counts.ts';
import { type ColumnSettings, columnSettings } from './column-settings.ts';
import { type FitOptions, type Fitted, inputOf, type OutOfFold } from './fit-options.ts';
import type { CategoryCode, CategoryEncoding, OneHotColumns, TargetMeans } from './fitted.ts';
import { numberColumn, plainScale } from './number-column.ts';
import { numberStatistics } from './statistics.ts';
import { targetMeans } from './target-means.ts';
import { targetOrder } from './target-order.ts';

/** Trees get one column a category up to here; beyond it one ordered column serves them better and costs less. */
const maxOneHotForTrees = 10;

/**
 * Chooses how a category column becomes numbers. Categories seen in fewer than `minCount` training rows share the bucket `rare`,
 * where unseen ones go too. `auto` for the unscaled view puts many categories in order of their mean target (Fisher 1958: for a
 * two-way split on a convex loss some contiguous cut of that order is optimal), smoothed towards the overall mean.
 *
 * Errors: `training/bad-recipe` when a float column has values that are not whole, or the category to fill in is not kept.
 */
export async function fitCategory(column: CategoryColumn, options: FitOptions): Promise<Fitted> {
  if (column.type === 'float' && !column.categories.every((text) => Number.isSafeInteger(Number(text))))
    throw new AssayError(
      'training/bad-recipe',
      `"${column.name}" cannot be a category: it holds numbers that are not whole`,
    );
  const fitted = await fitCategories(column, options, columnSettings(options.preprocessing, column.name));
  if ('dropped' in fitted) return fitted;
  const { outOfFold, ...encoding } = fitted;
  return { feature: { kind: 'category', ...inputOf(column), ...encoding }, outOfFold };
}

type Encoded = CategoryEncoding & { outOfFold: OutOfFold };

/** The encoding of some categories of the training rows, or why there is none. */
export async function fitCategories(
  column: CategoryColumn,
  options: FitOptions,
  settings: Pick<ColumnSettings, 'categorical' | 'numeric'>,
  isCross = false,
): Promise<Encoded | { dropped: string }> {
  const { minCount } = settings.categorical;
  const counts = countCategories(column, options.rows, minCount);
  const groups = counts.kept.length + Number(counts.rareRows > 0) + Number(counts.missing > 0);
  if (counts.missing === counts.rows) return { dropped: 'all values are missing' };
  if (counts.kept.length === 0) return { dropped: `no category is seen at least ${minCount} times` };
  if (groups < 2) return { dropped: 'all values are equal' };
  return encode({ column, counts, options, settings, fill: fillRank(column, counts, settings), isCross });
}

type Encoding = {
  column: CategoryColumn;
  counts: CategoryCounts;
  options: FitOptions;
  settings: Pick<ColumnSettings, 'categorical' | 'numeric'>;
  /** The rank of the category that a missing one becomes; null: missing stays apart. */
  fill: number | null;
  /** Pairs of categories: so many, with so few rows each, that their order by the target would tell the rows their own. */
  isCross: boolean;
};

function fillRank(
  { name }: CategoryColumn,
  { kept }: CategoryCounts,
  { categorical }: Pick<ColumnSettings, 'categorical'>,
): number | null {
  if (categorical.missing === 'own') return null;
  if (categorical.missing === 'mode') return 0;
  const rank = kept.findIndex(({ category }) => category === categorical.fillCategory);
  if (rank >= 0) return rank;
  const wanted =
    categorical.fillCategory === undefined
      ? 'needs the setting fillCategory'
      : `becomes "${categorical.fillCategory}", which is not among the categories that training keeps`;
  throw new AssayError('training/bad-recipe', `a missing value of "${name}" ${wanted}`);
}

async function encode(encoding: Encoding): Promise<Encoded> {
  const { column, counts, options, settings } = encoding;
  const { maxOneHot } = settings.categorical;
  const { name } = column;
  const ranks = () => counts.kept.map((_, rank) => rank);
  const shares = () => counts.kept.map(({ count }) => count / counts.rows);
  const nothing: Encoded = { oneHot: null, code: null, means: null, outOfFold: [] };
  const frequency = (indicator?: null) =>
    categoryCode(encoding, `${name} (frequency)`, shares(), 0, indicator);
  switch (settings.categorical.encoding) {
    case 'onehot':
      return { ...nothing, oneHot: oneHotColumns(encoding, maxOneHot) };
    case 'ordinal':
      return { ...nothing, code: categoryCode(encoding, name, ranks(), counts.kept.length) };
    case 'frequency':
      return { ...nothing, code: frequency() };
    case 'target':
      return { ...nothing, ...(await meansOfTarget(encoding)) };
    case 'auto': {
      if (options.view.categories === 'codes') return { ...nothing, code: plainCodes(encoding) };
      const few = counts.kept.length <= (options.view.numbers === 'scaled' ? maxOneHot : maxOneHotForTrees);
      if (few) return { ...nothing, oneHot: oneHotColumns(encoding, maxOneHot) };
      if (options.view.numbers === 'scaled')
        return { ...nothing, oneHot: oneHotColumns(encoding, maxOneHot), code: frequency(null) };
      if (encoding.isCross) return { ...nothing, ...(await meansOfTarget(encoding)) };
      const { table, rows } = options;
      const { positions, other } = targetOrder(ranksOf(column, rows, counts), counts, table.target, rows);
      return { ...nothing, code: categoryCode(encoding, name, positions, other) };
    }
  }
}

function oneHotColumns(
  { counts: { kept, rareRows, missing }, fill }: Encoding,
  limit: number,
): OneHotColumns {
  return {
    categories: kept.slice(0, limit).map(({ category }) => category),
    rare: rareRows > 0 || kept.length > limit,
    missing: missing > 0 && fill === null,
    fill: fill !== null && fill < limit ? fill : null,
  };
}

/** A number a kept category, standardised in the scaled view like any other number. */
function categoryCode(
  { column, counts, options, settings, fill }: Encoding,
  name: string,
  numbers: readonly number[],
  other: number,
  indicator: string | null = `${column.name} (missing)`,
): CategoryCode {
  const values = Float32Array.from(numbers);
  const missing = fill === null ? Number.NaN : (values[fill] as number);
  const byRank = Float64Array.of(...values, other, missing);
  const ranks = ranksOf(column, options.rows, counts);
  const made = new Float64Array(ranks.length);
  for (let index = 0; index < ranks.length; index += 1)
    made[index] = byRank[ranks[index] as number] as number;
  return {
    kind: 'number',
    categories: counts.kept.map(({ category }) => category),
    values,
    other,
    missing,
    column: numberColumn(name, made, options.view, {
      fill: numberStatistics(made).mean,
      scale: plainScale(settings.numeric.scale),
      indicator,
    }),
  };
}

/** Whole numbers that only tell categories apart; the last is for rare and unseen ones. */
function plainCodes({ column: { name }, counts: { kept }, fill }: Encoding): CategoryCode {
  return {
    kind: 'code',
    categories: kept.map(({ category }) => category),
    values: Float32Array.from(kept, (_, rank) => rank),
    other: kept.length,
    missing: fill ?? Number.NaN,
    column: {
      name,
      clip: null,
      fill: Number.NaN,
      transform: null,
      shift: 0,
      scale: 1,
      indicator: null,
    },
  };
}

/** The mean target a category; the training rows get theirs from the others. Missing is a category of its own. */
async function meansOfTarget(encoding: Encoding): Promise<{ means: TargetMeans; outOfFold: OutOfFold }> {
  const { column, counts, options, settings, fill } = encoding;
  const { rows, table, view, seed } = options;
  const { kept } = counts;
  const [rare, missing] = [kept.length, kept.length + 1];
  const group = ranksOf(column, rows, counts).map((rank) => (rank === missing ? (fill ?? missing) : rank));
  const found = await targetMeans({
    target: table.target,
    rows,
    group,
    groups: kept.length + 2,
    smoothing: settings.categorical.targetSmoothing,
    folds: Math.min(settings.categorical.targetFolds, rows.length),
    seed,
    pause: options.pause,
  });
  const isApart = (rank: number) => rank === missing && view.numbers === 'unscaled';
  const columns = found.map(({ label, means, overall, outOfFold }) => {
    const values = Float64Array.from(means);
    if (counts.rareRows === 0) values[rare] = overall;
    const meanOfMissing = fill === null ? (values[missing] as number) : (values[fill] as number);
    values[missing] = fill === null ? Number.NaN : meanOfMissing;
    const fitted = outOfFold.map((mean, index) => (isApart(group[index] as number) ? Number.NaN : mean));
    const name = `${column.name} (mean ${label === null ? 'target' : `of ${label}`})`;
    const made = numberColumn(name, fitted, view, {
      fill: counts.missing === 0 ? overall : meanOfMissing,
      scale: plainScale(settings.numeric.scale),
      indicator: null,
    });
    return { values, column: made, outOfFold: fitted };
  });
  return {
    means: { categories: kept.map(({ category }) => category), columns },
    outOfFold: columns.map(({ column: made, outOfFold }) => [made, outOfFold] as const),
  };
}
