import type { LearningCurve, Recipe } from '../../../local-api/contract/index.ts';
import { seededRandom, shuffle } from '../../statistics/index.ts';
import { logLossOf } from '../calibration/calibrator.ts';
import { fitRecipe } from '../fit-recipe.ts';
import type { Pipeline } from '../pipeline.ts';
import type { RowParts } from '../split.ts';
import type { TrainingTable } from '../table.ts';
import type { TrainingTarget } from '../training-target.ts';

/** The smallest part of the training rows. */
const LEAST_SHARE = 0.1;
const LEAST_ROWS = 20;
/** Training rows that are scored at each point. */
const MOST_SCORED = 20_000;

export type LearningCurveOptions = {
  recipe: Recipe;
  table: TrainingTable;
  target: TrainingTarget;
  parts: RowParts;
  weights: Float64Array | null;
  /** Fitted on all training rows, before calibration: the last point. */
  final: Pipeline;
  log(message: string): void;
  signal: AbortSignal;
};

/**
 * Fits the recipe on growing parts of the training rows, each part within the next, and scores rows trained on and test rows:
 * whether more rows would help, and whether the model learns its rows by heart. Log loss, or root mean squared error. null
 * when there are too few rows. Cost: the fits, of shares 0.1 … 1 in equal ratios.
 */
export async function learningCurve(options: LearningCurveOptions): Promise<LearningCurve | null> {
  const { recipe, table, target, parts, log, signal } = options;
  const points = recipe.evaluation.learningCurve;
  if (points === 0) return null;
  const order = parts.train.slice();
  shuffle(order, seededRandom(recipe.seed, 'evaluation/learning-curve'));
  const curve: LearningCurve = {
    metric: recipe.task === 'classification' ? 'log_loss' : 'rmse',
    rows: [],
    train: [],
    test: [],
  };
  for (const size of sizesOf(order.length, points)) {
    const train = order.slice(0, size).sort();
    if (!varies(target, train)) continue;
    const { pipeline } =
      size === order.length
        ? { pipeline: options.final }
        : await fitRecipe({
            ...options,
            parts: { train, validation: parts.validation },
            report() {},
            log() {},
          });
    const scored = order.slice(0, Math.min(size, MOST_SCORED)).sort();
    curve.rows.push(size);
    curve.train.push(scoreOf(target, scored, await pipeline.predict(table, scored, signal)));
    curve.test.push(scoreOf(target, parts.test, await pipeline.predict(table, parts.test, signal)));
    log(`Learning curve: ${size} rows, test ${curve.metric} ${curve.test.at(-1)?.toFixed(4)}.`);
  }
  return curve.rows.length < 2 ? null : curve;
}

function sizesOf(rows: number, points: number): number[] {
  const sizes = Array.from({ length: points }, (_, i) =>
    Math.round(rows * LEAST_SHARE ** ((points - 1 - i) / Math.max(1, points - 1))),
  );
  return [...new Set(sizes)].filter((size) => size >= LEAST_ROWS);
}

function varies({ y }: TrainingTarget, rows: Int32Array): boolean {
  const first = y[rows[0] ?? 0];
  return rows.some((row) => y[row] !== first);
}

function scoreOf({ y, classes }: TrainingTarget, rows: Int32Array, answers: Float32Array): number {
  if (classes > 0) {
    const truth = rows.map((row) => y[row] as number);
    return logLossOf({ classes, probabilities: answers, truth, weights: null });
  }
  const squares = rows.reduce((sum, row, i) => sum + ((y[row] as number) - (answers[i] as number)) ** 2, 0);
  return Math.sqrt(squares / rows.length);
}
