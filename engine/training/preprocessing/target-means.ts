import { seededRandom, shuffle } from '../../statistics/index.ts';
import type { TableTarget } from '../table.ts';

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
};

/**
 * Means of the target by group, drawn towards the overall mean (Micci-Barreca 2001); without `smoothing` by empirical Bayes, so
 * that small and mixed groups are drawn more. For the training rows each mean is taken without the rows of the row's fold, or the
 * column would tell a row its own target. The formulas are those of scikit-learn's TargetEncoder. Cost: linear in rows × columns.
 */
export function targetMeans(options: TargetMeansOptions): TargetColumn[] {
  const { rows, group, groups, smoothing, folds } = options;
  const fold = foldsOf(options);
  return targetValues(options).map(({ label, values }): TargetColumn => {
    const all = groupMeans(values, group, groups, smoothing, () => true);
    const outOfFold = new Float64Array(rows.length);
    for (let held = 0; held < folds; held += 1) {
      const others = groupMeans(values, group, groups, smoothing, (index) => fold[index] !== held);
      for (let index = 0; index < rows.length; index += 1)
        if (fold[index] === held) outOfFold[index] = others.means[group[index] as number] as number;
    }
    return { label, ...all, outOfFold };
  });
}

/** The numbers whose means are taken: the target, or one 0/1 row a class. */
function targetValues({
  target,
  rows,
}: TargetMeansOptions): { label: string | null; values: Float64Array }[] {
  if (target.task === 'regression')
    return [{ label: null, values: Float64Array.from(rows, (row) => target.values[row] as number) }];
  const { classes, codes } = target;
  const indicator = (wanted: number) => Float64Array.from(rows, (row) => Number(codes[row] === wanted));
  if (classes.length === 2) return [{ label: null, values: indicator(1) }];
  const counts = new Int32Array(classes.length);
  for (const row of rows) counts[codes[row] as number] = (counts[codes[row] as number] as number) + 1;
  const order = [...counts.keys()].sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  return order
    .slice(0, maxClassColumns)
    .sort((a, b) => a - b)
    .map((wanted) => ({ label: classes[wanted] ?? '', values: indicator(wanted) }));
}

/** Folds of even size, drawn by the seed; each class is dealt out over all of them. */
function foldsOf({ target, rows, folds, seed }: TargetMeansOptions): Int32Array {
  const order = Int32Array.from(rows.keys());
  shuffle(order, seededRandom(seed, 'target encoding'));
  const fold = new Int32Array(rows.length);
  if (target.task === 'regression') {
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

function groupMeans(
  values: Float64Array,
  group: Int32Array,
  groups: number,
  smoothing: number | undefined,
  isIn: (index: number) => boolean,
): { means: Float64Array; overall: number } {
  const sums = new Float64Array(groups);
  const counts = new Float64Array(groups);
  let total = 0;
  let n = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (!isIn(index)) continue;
    const at = group[index] as number;
    sums[at] = (sums[at] as number) + (values[index] as number);
    counts[at] = (counts[at] as number) + 1;
    total += values[index] as number;
    n += 1;
  }
  const overall = n === 0 ? 0 : total / n;
  if (smoothing !== undefined) {
    const means = sums.map((sum, at) => {
      const weight = (counts[at] as number) + smoothing;
      return weight === 0 ? overall : (sum + smoothing * overall) / weight;
    });
    return { means, overall };
  }
  return { means: empiricalBayes(), overall };

  /** The weight of a group's own mean is the share of the variance of all that lies beyond the error of that mean. */
  function empiricalBayes(): Float64Array {
    const own = sums.map((sum, at) => sum / (counts[at] as number));
    const within = new Float64Array(groups);
    let squares = 0;
    for (let index = 0; index < values.length; index += 1) {
      if (!isIn(index)) continue;
      const at = group[index] as number;
      within[at] = (within[at] as number) + ((values[index] as number) - (own[at] as number)) ** 2;
      squares += ((values[index] as number) - overall) ** 2;
    }
    const variance = squares / n;
    return own.map((mean, at) => {
      const count = counts[at] as number;
      const weight = (variance * count) / (variance * count + (within[at] as number) / count);
      return Number.isNaN(weight) || count === 0 ? overall : weight * mean + (1 - weight) * overall;
    });
  }
}
