import type { Problem, Recipe } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { TrainingTable } from './table.ts';

/** More classes than this are no question for a classifier here. */
export const maxClasses = 256;

/** Models answer in float32, which ends a little beyond; a fit needs room to add up. */
const largestTarget = 1e36;

/** The target of the rows of a table, ready for a trainer. */
export type TrainingTarget = {
  /** Class index or number, a row of the table each. */
  y: Float64Array;
  /** 0 where the answer is a number. */
  classes: number;
  /** With two classes, the one that counts as positive. */
  positive: string | null;
};

/**
 * Checks the target of the rows that were read and decides the positive class: the recipe's, else `true`, else the rarer.
 *
 * Errors: `training/bad-target` for one class, too many, numbers that don't vary in the training part or are too large;
 * `training/bad-recipe` when the positive class is not among the classes.
 */
export function targetOf(table: TrainingTable, trainRows: Int32Array, recipe: Recipe): TrainingTarget {
  const { target } = table;
  if (target.task !== 'classification') {
    const first = target.values[trainRows[0] ?? 0];
    if (trainRows.every((row) => target.values[row] === first)) {
      throw new AssayError('training/bad-target', `The target is ${first} in every training row.`);
    }
    refuseBeyondAnswers(target.values);
    return { y: target.values, classes: 0, positive: null };
  }
  const { classes, codes } = target;
  if (classes.length > maxClasses) {
    throw new AssayError(
      'training/bad-target',
      `The target has ${classes.length} classes; ${maxClasses} are possible. Use the task regression for numbers.`,
    );
  }
  const counts = new Array<number>(classes.length).fill(0);
  for (const row of trainRows) {
    const code = codes[row] as number;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  if (counts.filter((count) => count > 0).length < 2) {
    const only = classes[counts.findIndex((count) => count > 0)];
    throw new AssayError('training/bad-target', `Every training row is of the class "${only}".`);
  }
  if (classes.length !== 2) refuseForManyClasses(recipe, classes.length);
  return {
    y: Float64Array.from(codes),
    classes: classes.length,
    positive: positiveOf(classes, counts, recipe),
  };
}

/** Errors: `training/bad-target` when a number is larger than a model can answer. */
function refuseBeyondAnswers(values: Float64Array): void {
  const wild = values.find((value) => Math.abs(value) > largestTarget);
  if (wild === undefined) return;
  throw new AssayError(
    'training/bad-target',
    `The target has the value ${wild}; models answer numbers up to ${largestTarget}. Correct it, or bring the target to other units with an expression.`,
  );
}

/** Errors: `training/bad-recipe` for parts of a recipe that need a positive class. */
function refuseForManyClasses({ positive, threshold, evaluation }: Recipe, classes: number): void {
  const problems: Problem[] = [];
  const message = `the target has ${classes} classes; this is for two`;
  if (positive !== undefined) problems.push({ path: '/recipe/positive', message });
  if (threshold.by !== 'fixed' || threshold.at !== 0.5) problems.push({ path: '/recipe/threshold', message });
  if (evaluation.fairness.length > 0) problems.push({ path: '/recipe/evaluation/fairness', message });
  const [first] = problems;
  if (first !== undefined)
    throw new AssayError('training/bad-recipe', `${first.path}: ${message}`, { problems });
}

function positiveOf(classes: readonly string[], counts: readonly number[], recipe: Recipe): string | null {
  if (recipe.positive !== undefined && !classes.includes(recipe.positive)) {
    const message = `"${recipe.positive}" is not a class of the target; these are: ${classes.join(', ')}`;
    throw new AssayError('training/bad-recipe', message, {
      problems: [{ path: '/recipe/positive', message }],
    });
  }
  const [first, second] = classes;
  if (classes.length !== 2 || first === undefined || second === undefined) return null;
  if (recipe.positive !== undefined) return recipe.positive;
  if (first === 'false' && second === 'true') return second;
  return (counts[0] ?? 0) < (counts[1] ?? 0) ? first : second;
}
