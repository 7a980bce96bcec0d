import type { Recipe } from '../../../local-api/contract/index.ts';
import { evenWeights, metricsOf } from '../evaluation/metric-set.ts';
import { metricSetOf } from '../evaluation/scored-rows.ts';
import { modelAnswers, scoredRows } from '../model-answers.ts';
import { figureWeights } from '../row-weights.ts';
import type { ResolvedObjective } from '../study/objectives.ts';
import type { TrainingData } from '../training-data.ts';
import type { Fold } from '../validation/folds.ts';

/** What a model said of the rows that each fold held out, row-major; one array a fold. */
export type Answers = readonly Float32Array[];

/** The rows that models are compared on, and how. */
export type HeldOut = {
  folds: readonly Fold[];
  /** Numbers a row: classes, or 1. */
  width: number;
  isRegression: boolean;
  objective: ResolvedObjective;
  /** Lower is better (turned round for metrics that are to be high): of the rows of one fold; NaN where it is not defined. */
  lossOfFold(fold: number, answers: Float32Array): number;
  /** The mean over the folds. */
  loss(answers: Answers): number;
  /** Every metric that is defined, of one fold. */
  metricsOfFold(fold: number, answers: Float32Array): Record<string, number>;
};

/** A probability of 0 for what happened would make the log loss infinite; as in the evaluation. */
const LEAST = 1e-15;

export function heldOut(
  recipe: Recipe,
  { table, target, weights }: TrainingData,
  folds: readonly Fold[],
  objective: ResolvedObjective,
): HeldOut {
  const { metric } = objective;
  const sign = objective.direction === 'higher' ? -1 : 1;
  const weightsOf = folds.map(({ held }) => figureWeights(weights, recipe, held) ?? evenWeights(held.length));
  const metricSet = (fold: number, answers: Float32Array, wanted?: string) => {
    const { held } = folds[fold] as Fold;
    const scored = scoredRows(modelAnswers(answers, table, target), target, table, held, recipe);
    return metricSetOf(scored, wanted === undefined ? {} : { wanted });
  };
  const truths = folds.map(({ held }) => Float64Array.from(held, (row) => target.y[row] as number));
  const width = Math.max(1, target.classes);
  const lossOfFold = (fold: number, answers: Float32Array): number => {
    const [truth, rowWeights] = [truths[fold] as Float64Array, weightsOf[fold] as Float64Array];
    // These two are asked for thousands of times.
    if (metric === 'log_loss') return logLoss(truth, rowWeights, answers, width);
    if (metric === 'rmse') return rootMeanSquare(truth, rowWeights, answers);
    return sign * (metricsOf(metricSet(fold, answers, metric), rowWeights)[metric] ?? Number.NaN);
  };
  return {
    folds,
    width,
    isRegression: target.classes === 0,
    objective,
    lossOfFold,
    loss: (answers) => answers.reduce((sum, told, fold) => sum + lossOfFold(fold, told), 0) / answers.length,
    metricsOfFold: (fold, answers) => metricsOf(metricSet(fold, answers), weightsOf[fold] as Float64Array),
  };
}

function logLoss(truth: Float64Array, weights: Float64Array, answers: Float32Array, width: number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    const weight = weights[i] as number;
    sum -= weight * Math.log(Math.max(LEAST, answers[i * width + (truth[i] as number)] as number));
    total += weight;
  }
  return sum / total;
}

function rootMeanSquare(truth: Float64Array, weights: Float64Array, answers: Float32Array): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < truth.length; i++) {
    const weight = weights[i] as number;
    sum += weight * ((answers[i] as number) - (truth[i] as number)) ** 2;
    total += weight;
  }
  return Math.sqrt(sum / total);
}

/** Cuts the answers of all folds, one after the other, into those of each. Null when there are more or fewer. */
export function answersByFold(all: Float32Array, folds: readonly Fold[], width: number): Answers | null {
  const total = folds.reduce((sum, { held }) => sum + held.length * width, 0);
  if (all.length !== total) return null;
  let at = 0;
  return folds.map(({ held }) => {
    const part = all.subarray(at, at + held.length * width);
    at += held.length * width;
    return part;
  });
}
