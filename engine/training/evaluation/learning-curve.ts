import type { LearningCurve, Recipe } from '../../../local-api/contract/index.ts';
import { seededRandom, shuffle } from '../../statistics/index.ts';
import { logLossOf } from '../calibration/calibrator.ts';
import { fitRecipe } from '../fit-recipe.ts';
import type { Pipeline } from '../pipeline.ts';
import { membersBy, type RowParts } from '../split.ts';
import type { TrainingTable } from '../table.ts';
import type { TrainingTarget } from '../training-target.ts';
import { ndcgOf } from './ranking.ts';

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
 * whether more rows would help, and whether the model learns its rows by heart. Log loss, root mean squared error, or NDCG. null
 * when there are too few rows. Cost: the fits, of shares 0.1 … 1 in equal ratios.
 */
export async function learningCurve(options: LearningCurveOptions): Promise<LearningCurve | null> {
  const { recipe, table, target, parts, log, signal } = options;
  const points = recipe.evaluation.learningCurve;
  if (points === 0) return null;
  const order = shuffled(table, parts.train, recipe.seed);
  const curve: LearningCurve = {
    metric: metricOf(recipe),
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
    curve.train.push(scoreOf(table, target, scored, await pipeline.predict(table, scored, signal)));
    curve.test.push(scoreOf(table, target, parts.test, await pipeline.predict(table, parts.test, signal)));
    log(`Learning curve: ${size} rows, test ${curve.metric} ${curve.test.at(-1)?.toFixed(4)}.`);
  }
  return curve.rows.length < 2 ? null : curve;
}

function metricOf({ task }: Recipe): string {
  return { classification: 'log_loss', regression: 'rmse', ranking: 'ndcg' }[task];
}

/** The rows in an order drawn by the seed; those of a query stay together. */
function shuffled({ target }: TrainingTable, rows: Int32Array, seed: number): Int32Array {
  const random = seededRandom(seed, 'evaluation/learning-curve');
  if (target.task !== 'ranking') {
    const order = rows.slice();
    shuffle(order, random);
    return order;
  }
  const members = [...membersBy(rows, target.queries).values()];
  const order = Int32Array.from(members.keys());
  shuffle(order, random);
  return Int32Array.from(Array.from(order).flatMap((query) => members[query] ?? []));
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

function scoreOf(
  { target }: TrainingTable,
  { y, classes }: TrainingTarget,
  rows: Int32Array,
  answers: Float32Array,
): number {
  if (target.task === 'ranking') {
    return ndcgOf({
      truth: Float64Array.from(rows, (row) => y[row] as number),
      queries: Int32Array.from(rows, (row) => target.queries[row] as number),
      values: answers,
    });
  }
  if (classes > 0) {
    const truth = rows.map((row) => y[row] as number);
    return logLossOf({ classes, probabilities: answers, truth, weights: null });
  }
  const squares = rows.reduce((sum, row, i) => sum + ((y[row] as number) - (answers[i] as number)) ** 2, 0);
  return Math.sqrt(squares / rows.length);
}
