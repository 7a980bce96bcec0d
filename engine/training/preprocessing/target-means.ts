import { seededRandom, shuffle } from '../../statistics/index.ts';
import type { TableTarget } from '../table.ts';
import { pick } from './fit-options.ts';

/** With more classes only the most frequent ones get a column. */
const maxClassColumns = 20;

export type TargetColumn = {
  /** The class that the column is about; null: the number itself, or the second of two classes. */
  label: string | null;
  /** The mean a group. */
  means: Float64Array;
  /** The overall mean: what a group that training never saw gets. */
  overall: number;
  /** The mean of the group of each training row, from the rows of other folds alone. */
  outOfFold: Float64Array;
};

export type TargetMeansOptions = {
  target: TableTarget;
  rows: Int32Array;
  /** The group of each row, 0 … `groups − 1`. */
  group: Int32Array;
  groups: number;
  /** Weight of the overall mean in rows; undefined: by the variance within and between the groups. */
  smoothing: number | undefined;
  folds: number;
  seed: number;
  /** Lets others in between the folds. */
  pause?: (() => Promise<void>) | undefined;
};

/** The fold that no row is in. */
const nowhere = -1;

/**
 * Means of the target by group, drawn towards the overall mean (Micci-Barreca 2001); without `smoothing` by empirical Bayes, so
 * that small and mixed groups are drawn more. For the training rows each mean is taken without the rows of the row's fold, or the
 * column would tell a row its own target. The formulas are those of scikit-learn's TargetEncoder. Cost: linear in rows × columns.
 */
export async function targetMeans(options: TargetMeansOptions): Promise<TargetColumn[]> {
  const { rows, group, groups, smoothing, folds, pause } = options;
  const fold = foldsOf(options);
  const columns: TargetColumn[] = [];
  for (const { label, valuesOf } of targetColumns(options)) {
    const grouped = { values: valuesOf(), group, groups, smoothing, fold };
    const all = groupMeans({ ...grouped, without: nowhere });
    const outOfFold = new Float64Array(rows.length);
    for (let held = 0; held < folds; held += 1) {
      await pause?.();
      const others = groupMeans({ ...grouped, without: held });
      for (let index = 0; index < rows.length; index += 1)
        if (fold[index] === held) outOfFold[index] = others.means[group[index] as number] as number;
    }
    columns.push({ label, ...all, outOfFold });
  }
  return columns;
}

/** The numbers whose means are taken: the target, or one 0/1 row a class. */
function targetColumns({
  target,
  rows,
}: TargetMeansOptions): { label: string | null; valuesOf: () => Float64Array }[] {
  if (target.task !== 'classification') return [{ label: null, valuesOf: () => pick(target.values, rows) }];
  const { classes, codes } = target;
  const indicator = (wanted: number) => () => {
    const values = new Float64Array(rows.length);
    for (let index = 0; index < rows.length; index += 1)
      if (codes[rows[index] as number] === wanted) values[index] = 1;
    return values;
  };
  if (classes.length === 2) return [{ label: null, valuesOf: indicator(1) }];
  const counts = new Int32Array(classes.length);
  for (const row of rows) counts[codes[row] as number] = (counts[codes[row] as number] as number) + 1;
  const order = [...counts.keys()].sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  return order
    .slice(0, maxClassColumns)
    .sort((a, b) => a - b)
    .map((wanted) => ({ label: classes[wanted] ?? '', valuesOf: indicator(wanted) }));
}

/** Folds of even size, drawn by the seed; each class is dealt out over all of them. */
function foldsOf({ target, rows, folds, seed }: TargetMeansOptions): Int32Array {
  const order = Int32Array.from(rows.keys());
  shuffle(order, seededRandom(seed, 'target encoding'));
  const fold = new Int32Array(rows.length);
  if (target.task !== 'classification') {
    for (const [place, index] of order.entries()) fold[index] = place % folds;
    return fold;
  }
  // Where the row after the last of each class goes: each class goes on where those before it ended.
  const sizes = new Int32Array(target.classes.length + 1);
  for (const row of rows) {
    const after = (target.codes[row] as number) + 1;
    sizes[after] = (sizes[after] as number) + 1;
  }
  const next = sizes.map((_, code) => sizes.subarray(0, code + 1).reduce((sum, size) => sum + size, 0));
  for (const index of order) {
    const code = target.codes[rows[index] as number] as number;
    fold[index] = (next[code] as number) % folds;
    next[code] = (next[code] as number) + 1;
  }
  return fold;
}

type Grouped = Pick<TargetMeansOptions, 'group' | 'groups' | 'smoothing'> & {
  values: Float64Array;
  fold: Int32Array;
  /** The fold whose rows don't count. */
  without: number;
};

function groupMeans(grouped: Grouped): { means: Float64Array; overall: number } {
  const { values, group, groups, smoothing, fold, without } = grouped;
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  let total = 0;
  let n = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (fold[index] === without) continue;
    const at = group[index] as number;
    sums[at] = (sums[at] as number) + (values[index] as number);
    counts[at] = (counts[at] as number) + 1;
    total += values[index] as number;
    n += 1;
  }
  const overall = n === 0 ? 0 : total / n;
  if (smoothing === undefined)
    return { means: empiricalBayes(grouped, { sums, counts, overall, n }), overall };
  const means = sums.map((sum, at) => {
    const weight = (counts[at] as number) + smoothing;
    return weight === 0 ? overall : (sum + smoothing * overall) / weight;
  });
  return { means, overall };
}

/** The weight of a group's own mean is the share of the variance of all that lies beyond the error of that mean. */
function empiricalBayes(
  { values, group, groups, fold, without }: Grouped,
  { sums, counts, overall, n }: { sums: Float64Array; counts: Float64Array; overall: number; n: number },
): Float64Array {
  const own = sums.map((sum, at) => sum / (counts[at] as number));
  const within = new Float64Array(groups);
  let squares = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (fold[index] === without) continue;
    const at = group[index] as number;
    const fromOwn = (values[index] as number) - (own[at] as number);
    const fromAll = (values[index] as number) - overall;
    within[at] = (within[at] as number) + fromOwn * fromOwn;
    squares += fromAll * fromAll;
  }
  const variance = squares / n;
  return own.map((mean, at) => {
    const count = counts[at] as number;
    const weight = (variance * count) / (variance * count + (within[at] as number) / count);
    return Number.isNaN(weight) || count === 0 ? overall : weight * mean + (1 - weight) * overall;
  });
}
