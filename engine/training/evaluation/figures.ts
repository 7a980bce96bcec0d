import type { MetricIntervals } from '../../../local-api/contract/index.ts';
import { sampleIndices, seededRandom, wilsonInterval } from '../../statistics/index.ts';
import { type ClassificationAnswers, probabilitiesOf } from './class-metrics.ts';
import { aucInterval, aucVariance } from './delong.ts';
import { bootstrapIntervals, type IntervalOptions } from './metric-intervals.ts';
import { metricsOf } from './metric-set.ts';
import { rankRows } from './rank-figures.ts';
import { metricSetOf, metricWeights, pickRows, type ScoredRows } from './scored-rows.ts';

/** The bootstrap draws from at most so many rows. */
const MOST_DRAWN_ROWS = 100_000;

export type Figures = {
  metrics: Record<string, number>;
  intervals: MetricIntervals;
  /** Rows that the bootstrap drew from. */
  drawnRows: number;
};

/**
 * The metrics of scored rows with their intervals: of the AUC of two classes by DeLong, of shares of rows by Wilson, of all
 * others by the bootstrap, which draws whole queries of rows in order. With weights, all by the bootstrap. Of more than 100,000 rows a sample of so many is drawn from,
 * and the intervals are narrowed by the square root of the share. Of more than 20 classes AUC and average precision have none. Cost: resamples × rows × classes.
 */
export async function figuresOf(
  scored: ScoredRows,
  weights: Float64Array | null,
  options: IntervalOptions,
): Promise<Figures> {
  const rows = scored.truth.length;
  const metrics = metricsOf(metricSetOf(scored), metricWeights(scored, weights));
  const drawnRows = scored.task === 'ranking' ? rows : Math.min(rows, MOST_DRAWN_ROWS);
  const drawn = options.resamples === 0 ? {} : await bootstrapped(scored, weights, metrics, options);
  const known =
    scored.task === 'classification' && weights === null
      ? knownIntervals(scored, metrics, options.confidence)
      : {};
  return { metrics, intervals: { ...drawn, ...known }, drawnRows };
}

async function bootstrapped(
  scored: ScoredRows,
  weights: Float64Array | null,
  metrics: Readonly<Record<string, number>>,
  options: IntervalOptions,
): Promise<MetricIntervals> {
  const rows = scored.truth.length;
  // A draw of a query costs no more than one of a row elsewhere.
  if (rows <= MOST_DRAWN_ROWS || scored.task === 'ranking')
    return bootstrapIntervals(
      metricSetOf(scored, { isRepeated: true }),
      metricWeights(scored, weights),
      options,
    );
  const sample = sampleIndices(rows, MOST_DRAWN_ROWS, seededRandom(options.seed, 'evaluation/sample'));
  const picked = pickRows(scored, sample);
  const set = metricSetOf(picked, { isRepeated: true });
  const sampleWeights = metricWeights(
    picked,
    weights && Float64Array.from(sample, (row) => weights[row] as number),
  );
  const centers = metricsOf(set, sampleWeights);
  const narrow = Math.sqrt(MOST_DRAWN_ROWS / rows);
  const intervals = await bootstrapIntervals(set, sampleWeights, options);
  return Object.fromEntries(
    Object.entries(intervals).flatMap(([name, { low, high, method }]) => {
      const [center, metric] = [centers[name], metrics[name]];
      if (center === undefined || metric === undefined) return [];
      return [
        [name, { low: metric + narrow * (low - center), high: metric + narrow * (high - center), method }],
      ];
    }),
  );
}

/** Intervals that need no drawing. */
function knownIntervals(
  answers: ClassificationAnswers,
  metrics: Readonly<Record<string, number>>,
  confidence: number,
): MetricIntervals {
  const { truth, labels, classes, positive } = answers;
  const rows = truth.length;
  const c = positive === null ? -1 : classes.indexOf(positive);
  const actual = truth.reduce((sum, label) => sum + (label === c ? 1 : 0), 0);
  const answered = labels.reduce((sum, label) => sum + (label === c ? 1 : 0), 0);
  const of: Record<string, number> = {
    accuracy: rows,
    ...Object.fromEntries([2, 3, 5].map((depth) => [`top_${depth}_accuracy`, rows])),
    ...(c < 0 ? {} : { precision: answered, recall: actual, specificity: rows - actual }),
  };
  const intervals: MetricIntervals = {};
  for (const [name, n] of Object.entries(of)) {
    const share = metrics[name];
    if (share === undefined || n === 0) continue;
    intervals[name] = { ...wilsonInterval(share * n, n, confidence), method: 'wilson' };
  }
  if (c < 0 || metrics.auc === undefined) return intervals;
  const variance = aucVariance(rankRows(probabilitiesOf(answers, c), (row) => truth[row] === c));
  const auc = variance === null ? null : aucInterval(metrics.auc, variance, confidence);
  return auc === null ? intervals : { ...intervals, auc };
}
