import type { AutoReport, Recipe } from '../../../local-api/contract/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import { metricSetOf } from '../evaluation/scored-rows.ts';
import { modelAnswers, scoredRows } from '../model-answers.ts';
import { thinned } from '../preprocessing/feature-information.ts';
import { figureWeights } from '../row-weights.ts';
import type { TrainingData } from '../training-data.ts';
import { outOfFold } from '../validation/out-of-fold.ts';
import type { Answers, HeldOut } from './held-out.ts';

type Comparison = Omit<AutoReport['comparisons'][number], 'trial'>;

const RESAMPLES = 400;
const MOST_ROWS = 5000;
/** Ends of the middle 95 %. */
const [LOW, HIGH] = [0.025, 0.975];

/**
 * How each model compares with the first one by the objective, on the same held-out rows: intervals from one bootstrap of the
 * rows for all of them (percentiles; Efron and Tibshirani 1993), so that differences are of pairs. More than 5,000 rows are thinned.
 * O(models · resamples · rows). In the order of `models`.
 */
export function compareModels(
  recipe: Recipe,
  data: TrainingData,
  held: HeldOut,
  models: readonly Answers[],
): Comparison[] {
  const { metric } = held.objective;
  const { table, target } = data;
  const draws = drawsOf(recipe, data, held);
  const values = models.map((answers) => {
    const told = outOfFold(table, held.folds, answers);
    const places = thinned(Int32Array.from(told.rows.keys()), MOST_ROWS);
    const rows = places.map((place) => told.rows[place] as number);
    const picked = new Float32Array(rows.length * told.width);
    places.forEach((place, i) => {
      const from = place * told.width;
      picked.set(told.answers.subarray(from, from + told.width), i * told.width);
    });
    const scored = scoredRows(modelAnswers(picked, table, target), target, table, rows, recipe);
    const set = metricSetOf(scored, { wanted: metric });
    const at = set.names.indexOf(metric);
    return draws.map((weights) => (at < 0 ? Number.NaN : (set.measure(weights)[at] as number)));
  });
  const [best] = values;
  return values.map((own, place) => {
    const interval = rangeOf(own);
    if (place === 0 || best === undefined) return { interval, difference: null, isLikeBest: true };
    const differences = own.map((value, i) => value - (best[i] as number));
    const range = rangeOf(differences);
    return {
      interval,
      difference: range === null ? null : { value: differences[0] as number, ...range },
      isLikeBest: range === null || (range.low <= 0 && range.high >= 0),
    };
  });
}

/** How often each row counts: the rows as they are first, then resamples. */
function drawsOf(recipe: Recipe, { table, weights }: TrainingData, { folds }: HeldOut): Float64Array[] {
  const heldRows = new Set<number>();
  for (const { held } of folds) for (const row of held) heldRows.add(row);
  const rows = thinned(Int32Array.from(heldRows).sort(), MOST_ROWS);
  const base = figureWeights(weights, recipe, rows) ?? new Float64Array(rows.length).fill(1);
  const random = seededRandom(recipe.seed, `auto/bootstrap/${table.rows}`);
  return Array.from({ length: RESAMPLES + 1 }, (_, draw) => {
    if (draw === 0) return base;
    const counts = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = random.integer(rows.length);
      counts[row] = (counts[row] as number) + (base[row] as number);
    }
    return counts;
  });
}

/** Of the resamples, in which the metric is defined; the first value is that of the rows as they are. */
function rangeOf(values: readonly number[]): { low: number; high: number } | null {
  const sorted = values
    .slice(1)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  if (sorted.length < RESAMPLES / 2) return null;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] as number;
  return { low: at(LOW), high: at(HIGH) };
}
