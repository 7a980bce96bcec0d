import type { FoldScheme, Recipe } from '../../../local-api/contract/index.ts';
import type { TrainingData } from '../training-data.ts';
import { allRows } from '../validation/final-fit.ts';
import { type Fold, foldsOf } from '../validation/folds.ts';

/** The rows that a search is made on: those an outer fold leaves to learn from, or (null) all but the test part. */
export type Scope = number | null;

/** The folds that estimate the whole of a nested search; none where the validation is not nested. */
export function outerFolds({ validation, seed }: Recipe, { table, parts }: TrainingData): Fold[] {
  if (validation.kind !== 'nested') return [];
  return foldsOf(table, allRows(parts.train, parts.validation), validation.outer, seed);
}

/** The folds that the trials of a scope are compared on. Errors: `training/too-little-data`. */
export function foldsOfScope(recipe: Recipe, data: TrainingData, scope: Scope): Fold[] {
  const { validation, seed } = recipe;
  const { table, parts } = data;
  if (validation.kind === 'holdout') {
    return [{ repeat: 0, fold: 0, train: parts.train, held: parts.validation }];
  }
  const all = allRows(parts.train, parts.validation);
  const rows = scope === null ? all : (outerFolds(recipe, data)[scope]?.train ?? all);
  return foldsOf(table, rows, innerScheme(validation), seed);
}

function innerScheme(validation: Exclude<Recipe['validation'], { kind: 'holdout' }>): FoldScheme {
  return validation.kind === 'nested' ? validation.inner : validation;
}
