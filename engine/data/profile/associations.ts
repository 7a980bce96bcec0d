import type { Association, ColumnProfile } from '../../../local-api/contract/index.ts';
import { contingencyOf, correlationRatio, cramersV, pearson } from '../../statistics/index.ts';
import type { CategoryColumn, NumberColumn } from './sample.ts';

const MOST_COLUMNS = 60;
/** A category with more values is an id or a text. */
const MOST_LABELS = 500;

/** Columns that correlations are told of: the first 60 numbers that vary, and the first 60 texts or booleans with 2 to 500 values. */
export function associatedColumns(columns: readonly ColumnProfile[]): {
  numbers: ColumnProfile[];
  categories: ColumnProfile[];
} {
  const numbers = columns.filter(
    ({ type, std }) => (type === 'integer' || type === 'float') && (std ?? 0) > 0,
  );
  const categories = columns.filter(
    ({ type, distinct, count }) =>
      (type === 'string' || type === 'boolean') &&
      distinct >= 2 &&
      distinct <= MOST_LABELS &&
      (distinct <= count / 2 || distinct <= 2),
  );
  return { numbers: numbers.slice(0, MOST_COLUMNS), categories: categories.slice(0, MOST_COLUMNS) };
}

type Matrix = (number | null)[][];

/**
 * How columns go together: Pearson's and Spearman's correlations of numbers, Cramér's V of categories, the correlation ratio
 * of a number within a category, and one matrix of all with the measure that fits each pair (Spearman's without its sign). Each pair stands on the
 * rows where both have a value. Cost: grows with the pairs and the rows.
 */
export function associationsOf(
  numbers: readonly NumberColumn[],
  categories: readonly CategoryColumn[],
  order: readonly string[],
): Association[] {
  const associations: Association[] = [];
  const numberNames = numbers.map(({ name }) => name);
  const categoryNames = categories.map(({ name }) => name);
  const ranked = numbers.map(rankColumn);
  const spearman = square(numbers.length, (a, b) =>
    rankCorrelation(ranked[a] as RankedColumn, ranked[b] as RankedColumn),
  );
  const v = square(categories.length, (a, b) => {
    const [x, y] = [categories[a] as CategoryColumn, categories[b] as CategoryColumn];
    return cramersV(contingencyOf(x.codes, y.codes, { rows: x.labels.length, columns: y.labels.length }));
  });
  const ratio: Matrix = categories.map(({ codes, labels }) =>
    numbers.map(({ values }) => finite(correlationRatio(codes, labels.length, values))),
  );
  const total = numbers.length + categories.length;
  if (total > 1) {
    associations.push(overall({ numberNames, categoryNames, spearman, v, ratio }, order));
  }
  if (numbers.length > 1) {
    const values = square(numbers.length, (a, b) =>
      pairwisePearson((numbers[a] as NumberColumn).values, (numbers[b] as NumberColumn).values),
    );
    associations.push({ measure: 'pearson', rows: numberNames, columns: numberNames, values });
    associations.push({ measure: 'spearman', rows: numberNames, columns: numberNames, values: spearman });
  }
  if (categories.length > 1) {
    associations.push({ measure: 'cramers-v', rows: categoryNames, columns: categoryNames, values: v });
  }
  if (categories.length > 0 && numbers.length > 0) {
    associations.push({
      measure: 'correlation-ratio',
      rows: categoryNames,
      columns: numberNames,
      values: ratio,
    });
  }
  return associations;
}

type Parts = {
  numberNames: readonly string[];
  categoryNames: readonly string[];
  spearman: Matrix;
  v: Matrix;
  ratio: Matrix;
};

function overall(parts: Parts, order: readonly string[]): Association {
  const { numberNames, categoryNames, spearman, v, ratio } = parts;
  const names = order.filter((name) => numberNames.includes(name) || categoryNames.includes(name));
  const at = (a: string, b: string): number | null => {
    if (a === b) return 1;
    const [numberA, numberB] = [numberNames.indexOf(a), numberNames.indexOf(b)];
    const [categoryA, categoryB] = [categoryNames.indexOf(a), categoryNames.indexOf(b)];
    if (numberA >= 0 && numberB >= 0) {
      const value = spearman[numberA]?.[numberB] ?? null;
      return value === null ? null : Math.abs(value);
    }
    if (categoryA >= 0 && categoryB >= 0) return v[categoryA]?.[categoryB] ?? null;
    return numberA >= 0 ? (ratio[categoryB]?.[numberA] ?? null) : (ratio[categoryA]?.[numberB] ?? null);
  };
  return {
    measure: 'overall',
    rows: names,
    columns: names,
    values: names.map((a) => names.map((b) => at(a, b))),
  };
}

/** A symmetric matrix with 1 on its diagonal. */
function square(size: number, measure: (a: number, b: number) => number): Matrix {
  const values = Array.from({ length: size }, (_, a) =>
    Array.from({ length: size }, (__, b): number | null => (a === b ? 1 : null)),
  );
  for (let a = 0; a < size; a++) {
    for (let b = a + 1; b < size; b++) {
      const value = finite(measure(a, b));
      (values[a] as (number | null)[])[b] = value;
      (values[b] as (number | null)[])[a] = value;
    }
  }
  return values;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Pearson's correlation over the rows where neither is NaN. */
function pairwisePearson(x: Float64Array, y: Float64Array): number {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let row = 0; row < x.length; row++) {
    const [a, b] = [x[row] as number, y[row] as number];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    n += 1;
    const dx = a - meanX;
    const dy = b - meanY;
    meanX += dx / n;
    meanY += dy / n;
    xx += dx * (a - meanX);
    yy += dy * (b - meanY);
    xy += dx * (b - meanY);
  }
  return xx <= 0 || yy <= 0 ? Number.NaN : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

export type RankedColumn = {
  values: Float64Array;
  /** Rows that have a value, by it. */
  order: Uint32Array;
  /** Over all rows that have a value; NaN for the others. */
  ranks: Float64Array;
};

/** Sorts a column once, for its rank correlations with any number of others. */
export function rankColumn({ values, missing }: NumberColumn): RankedColumn {
  const order = new Uint32Array(values.length - missing);
  let place = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row])) order[place++] = row;
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  return { values, order, ranks: ranksAmong({ values, order }, null) };
}

/**
 * Spearman's correlation over the rows where both have a value, as pandas gives it: those rows are ranked anew. Cost: linear,
 * for both are sorted already.
 */
export function rankCorrelation(x: RankedColumn, y: RankedColumn): number {
  const isWhole = x.order.length === x.values.length && y.order.length === y.values.length;
  if (isWhole) return pearson(x.ranks, y.ranks);
  return pairwisePearson(ranksAmong(x, y.values), ranksAmong(y, x.values));
}

/** Ranks of the rows that `other` has a value in too; ties share the mean of theirs. */
function ranksAmong(
  { values, order }: Pick<RankedColumn, 'values' | 'order'>,
  other: Float64Array | null,
): Float64Array {
  const ranks = new Float64Array(values.length).fill(Number.NaN);
  const group: number[] = [];
  let before = 0;
  const settle = () => {
    const rank = before + (group.length + 1) / 2;
    for (const row of group) ranks[row] = rank;
    before += group.length;
    group.length = 0;
  };
  for (const row of order) {
    if (other !== null && Number.isNaN(other[row] as number)) continue;
    if (group.length > 0 && values[group[0] as number] !== values[row]) settle();
    group.push(row);
  }
  settle();
  return ranks;
}
