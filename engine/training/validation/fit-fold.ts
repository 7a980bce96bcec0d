import type { Evaluation, Recipe } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { seededRandom } from '../../statistics/index.ts';
import { metricsOf } from '../evaluation/metric-set.ts';
import { metricSetOf, metricWeights } from '../evaluation/scored-rows.ts';
import { fitRecipe, trainerOf } from '../fit-recipe.ts';
import { modelAnswers, scoredRows } from '../model-answers.ts';
import type { Pipeline } from '../pipeline.ts';
import { figureWeights, type RowWeights } from '../row-weights.ts';
import { byChance, byGroup, byOrder, byQuery, type RowParts } from '../split.ts';
import type { TrainingTable } from '../table.ts';
import type { FitProgress } from '../trainers/trainer.ts';
import type { TrainingTarget } from '../training-target.ts';
import type { Fold } from './folds.ts';
import { groupsOf } from './groups.ts';

export type FitFoldOptions = {
  recipe: Recipe;
  table: TrainingTable;
  target: TrainingTarget;
  fold: Fold;
  /** False: no rows are kept to stop early on; for a recipe whose rounds are fixed. */
  stopsEarly?: boolean;
  weights: RowWeights;
  report(progress: FitProgress): void;
  log(message: string): void;
  signal: AbortSignal;
};

export type FoldFit = {
  pipeline: Pipeline;
  /** Of the held-out rows, row-major: class probabilities, or the number. */
  answers: Float32Array;
  metrics: Evaluation['metrics'];
  /** Trees or epochs that the fit kept; null for a trainer that has no such thing. */
  rounds: number | null;
  /** Rows kept from the training part to stop early on. */
  stoppingRows: number;
  seconds: number;
};

/**
 * Fits a recipe on what a fold may learn from and scores it on what is held out: preprocessing, early stopping and fit never see
 * a held-out row. A trainer that stops early gets a part of the training rows to stop on, shared out as the validation says.
 * The same options give the same answers.
 *
 * Errors: those of `fitRecipe`, and `training/bad-target` when the training rows are of one class, or one number.
 */
export async function fitFold(options: FitFoldOptions): Promise<FoldFit> {
  const { recipe, table, target, fold, weights, signal } = options;
  const started = performance.now();
  checkTarget(target, fold);
  const parts =
    options.stopsEarly === false
      ? { train: fold.train, validation: new Int32Array(0) }
      : stoppingPart(recipe, table, fold);
  const { pipeline, model } = await fitRecipe({ ...options, weights: weights.fit, parts });
  const answers = await pipeline.predict(table, fold.held, signal);
  const scored = scoredRows(modelAnswers(answers, table, target), target, table, fold.held, recipe);
  return {
    pipeline,
    answers,
    metrics: metricsOf(metricSetOf(scored), metricWeights(scored, figureWeights(weights, recipe, fold.held))),
    rounds: trainerOf(recipe).rounds?.kept(model.info) ?? null,
    stoppingRows: parts.validation.length,
    seconds: (performance.now() - started) / 1000,
  };
}

function checkTarget({ y }: TrainingTarget, { fold, train }: Fold): void {
  const first = y[train[0] ?? 0];
  if (train.some((row) => y[row] !== first)) return;
  throw new AssayError(
    'training/bad-target',
    `The target is the same in all training rows of fold ${fold + 1}.`,
  );
}

/** The training rows of a fold, less those that early stopping looks at. */
function stoppingPart(
  recipe: Recipe,
  table: TrainingTable,
  { repeat, fold, train }: Fold,
): Omit<RowParts, 'test'> {
  const { split, seed } = recipe;
  if (!trainerOf(recipe).rounds?.stopsEarly(recipe.trainer)) {
    return { train, validation: new Int32Array(0) };
  }
  const shares = { test: 0, validation: Math.min(0.5, split.validation / (1 - split.test)) };
  const random = seededRandom(seed, `stopping/${repeat}/${fold}`);
  const scheme = recipe.validation.kind === 'nested' ? recipe.validation.inner : recipe.validation;
  const { target } = table;
  if (target.task === 'ranking') {
    return byQuery(
      train,
      target.queries,
      { kind: split.kind === 'time' ? 'time' : 'random', ...shares },
      random,
    );
  }
  if (scheme.kind === 'timeSeries' || (split.kind === 'time' && scheme.kind !== 'group')) {
    return byOrder(train, shares);
  }
  const groupColumn = scheme.kind === 'group' ? scheme.column : split.kind === 'group' ? split.column : null;
  if (groupColumn !== null) return byGroup(train, groupsOf(table, groupColumn), shares, random);
  const strata = target.task === 'classification' ? target.codes : null;
  return byChance(train, strata, shares, random);
}
