import type { FoldScheme } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { type SeededRandom, seededRandom, shuffle } from '../../statistics/index.ts';
import { membersBy } from '../split.ts';
import type { TrainingTable } from '../table.ts';
import { groupsOf } from './groups.ts';

/** Rows of a table, ascending: those a model of the fold may learn from, and those that it is scored on. */
export type Fold = { repeat: number; fold: number; train: Int32Array; held: Int32Array };

/** Fewer rows than this teach nothing. */
const MIN_TRAIN_ROWS = 10;

/**
 * Shares rows of a table out into folds. The same rows, scheme and seed give the same folds.
 *
 * `kfold`: sizes differ by one at most, and so do the counts of each class where stratified; unshuffled, these are the folds of
 * scikit-learn's KFold and StratifiedKFold. `group`: the largest groups first, each to the fold with the fewest rows
 * (scikit-learn's GroupKFold); no group is on both sides. `kfold` of rows to put in order does the same with their queries. `timeSeries`: takes `rows` as ordered, oldest first; each fold is held out
 * after all that it learns from, `gap` rows in between (scikit-learn's TimeSeriesSplit).
 *
 * Errors: `training/too-little-data` when there are fewer rows or groups than folds, or fewer than 10 rows to train on.
 * Cost: O(folds · repeats · rows).
 */
export function foldsOf(table: TrainingTable, rows: Int32Array, scheme: FoldScheme, seed: number): Fold[] {
  const folds = sharesOf(table, rows, scheme, seed);
  for (const { fold, train, held } of folds) {
    if (train.length >= MIN_TRAIN_ROWS && held.length > 0) continue;
    throw new AssayError(
      'training/too-little-data',
      `${rows.length} rows in ${scheme.folds} folds give ${train.length} rows to train on and ${held.length} to score on in fold ${fold + 1}; at least ${MIN_TRAIN_ROWS} and 1 are needed.`,
    );
  }
  return folds;
}

function sharesOf(table: TrainingTable, rows: Int32Array, scheme: FoldScheme, seed: number): Fold[] {
  if (scheme.kind === 'timeSeries') return inTime(rows, scheme);
  if (scheme.kind === 'group') {
    return heldOut(
      rows,
      byGroup(rows, groupsOf(table, scheme.column), scheme.folds, seededRandom(seed, 'folds/groups')),
      scheme.folds,
      0,
    );
  }
  const { target } = table;
  const strata = scheme.stratify && target.task === 'classification' ? target.codes : null;
  return Array.from({ length: scheme.repeats }, (_, repeat) => {
    const drawn = seededRandom(seed, `folds/${repeat}`);
    if (target.task === 'ranking') {
      return heldOut(rows, byGroup(rows, target.queries, scheme.folds, drawn), scheme.folds, repeat);
    }
    const random = scheme.shuffle ? drawn : null;
    return heldOut(rows, dealt(rows, strata, scheme.folds, random), scheme.folds, repeat);
  }).flat();
}

/** `foldOf`: the fold in which a row of the table is held out. */
function heldOut(rows: Int32Array, foldOf: Int32Array, folds: number, repeat: number): Fold[] {
  return Array.from({ length: folds }, (_, fold) => ({
    repeat,
    fold,
    train: rows.filter((row) => foldOf[row] !== fold),
    held: rows.filter((row) => foldOf[row] === fold),
  }));
}

/**
 * Deals rows out, stratum by stratum in the order in which they first appear, so that the first folds get what is left over of
 * the whole and not of every stratum.
 */
function dealt(
  rows: Int32Array,
  strata: Int32Array | null,
  folds: number,
  random: SeededRandom | null,
): Int32Array {
  const foldOf = emptyFolds(rows);
  let dealtSoFar = 0;
  for (const members of membersBy(rows, strata).values()) {
    const order = Int32Array.from(members);
    if (random !== null) shuffle(order, random);
    const counts = new Int32Array(folds);
    for (let i = 0; i < order.length; i++) {
      const fold = (dealtSoFar + i) % folds;
      counts[fold] = (counts[fold] as number) + 1;
    }
    dealtSoFar += order.length;
    let at = 0;
    counts.forEach((count, fold) => {
      for (const end = at + count; at < end; at++) {
        foldOf[order[at] as number] = fold;
      }
    });
  }
  return foldOf;
}

/** The largest group first, to the fold that has the fewest rows; groups of one size come in an order drawn by the seed. */
function byGroup(rows: Int32Array, groups: Int32Array, folds: number, random: SeededRandom): Int32Array {
  const members = [...membersBy(rows, groups).values()];
  if (members.length < folds) {
    throw new AssayError(
      'training/too-little-data',
      `${members.length} groups cannot be shared out to ${folds} folds.`,
    );
  }
  const drawn = Int32Array.from(members.keys());
  shuffle(drawn, random);
  const order = [...drawn].sort((a, b) => (members[b]?.length ?? 0) - (members[a]?.length ?? 0));
  const sizes = new Int32Array(folds);
  const foldOf = emptyFolds(rows);
  for (const index of order) {
    const fold = sizes.indexOf(sizes.reduce((least, size) => Math.min(least, size), rows.length));
    for (const row of members[index] ?? []) foldOf[row] = fold;
    sizes[fold] = (sizes[fold] as number) + (members[index]?.length ?? 0);
  }
  return foldOf;
}

/** Room for a fold by row of the table, up to the last of `rows`. */
function emptyFolds(rows: Int32Array): Int32Array {
  return new Int32Array((rows.at(-1) ?? -1) + 1);
}

function inTime(rows: Int32Array, scheme: FoldScheme & { kind: 'timeSeries' }): Fold[] {
  const { folds, gap, window } = scheme;
  const size = scheme.testSize ?? Math.floor(rows.length / (folds + 1));
  const first = rows.length - folds * size;
  const windowSize = first - gap;
  if (size < 1 || windowSize < 1) {
    throw new AssayError(
      'training/too-little-data',
      `${rows.length} rows are too few for ${folds} folds of ${size} rows in time, with a gap of ${gap}.`,
    );
  }
  return Array.from({ length: folds }, (_, fold) => {
    const heldFrom = first + fold * size;
    const trainTo = heldFrom - gap;
    const trainFrom = window === 'sliding' ? trainTo - windowSize : 0;
    return {
      repeat: 0,
      fold,
      train: rows.slice(trainFrom, trainTo),
      held: rows.slice(heldFrom, heldFrom + size),
    };
  });
}
