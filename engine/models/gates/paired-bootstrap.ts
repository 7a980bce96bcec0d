import { seededRandom } from '../../statistics/index.ts';
import type { WeightedMetric } from './row-metrics.ts';

const RESAMPLES = 2000;
const SEED = 7;

export type PairedDifference = {
  a: number;
  b: number;
  /** b − a. */
  difference: number;
  low: number;
  high: number;
  resamples: number;
};

/** A metric of several models on the rows themselves, and on each resample of the rows, the same one for all. */
export type MetricDraws = { values: number[]; resampled: Float64Array[] };

/**
 * Measures models on 2,000 resamples of the rows, drawn with replacement, all of them on the same draws.
 * Cost: 2,000 × every metric over all rows.
 */
export function drawMetrics(
  metrics: readonly WeightedMetric[],
  rows: number,
  signal: AbortSignal,
): MetricDraws {
  const whole = new Uint8Array(rows).fill(1);
  const random = seededRandom(SEED, 'paired-bootstrap');
  const counts = new Uint16Array(rows);
  const resampled = metrics.map(() => new Float64Array(RESAMPLES));
  for (let resample = 0; resample < RESAMPLES; resample++) {
    signal.throwIfAborted();
    counts.fill(0);
    for (let i = 0; i < rows; i++) {
      const drawn = random.integer(rows);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    metrics.forEach((metric, m) => {
      (resampled[m] as Float64Array)[resample] = metric(counts);
    });
  }
  return { values: metrics.map((metric) => metric(whole)), resampled };
}

/**
 * The difference of a metric between two models on the same rows, with the percentile interval of a paired bootstrap (Efron &
 * Tibshirani 1993, ch. 13): rows are drawn with replacement, and both models are measured on each draw. It holds for any
 * metric, and what both find hard cancels out. Resamples on which a metric is not defined are left out; null when those are
 * more than a tenth, or when the metric is not defined on the rows themselves.
 */
export function pairedDifference(
  { values, resampled }: MetricDraws,
  a: number,
  b: number,
  confidence: number,
): PairedDifference | null {
  const [ofA, ofB] = [values[a] as number, values[b] as number];
  if (Number.isNaN(ofA) || Number.isNaN(ofB)) return null;
  const drawnOfA = resampled[a] as Float64Array;
  const differences = (resampled[b] as Float64Array)
    .map((value, i) => value - (drawnOfA[i] as number))
    .filter((difference) => !Number.isNaN(difference))
    .sort();
  if (differences.length < 0.9 * RESAMPLES) return null;
  const at = (share: number) =>
    differences[Math.min(differences.length - 1, Math.floor(share * differences.length))] as number;
  return {
    a: ofA,
    b: ofB,
    difference: ofB - ofA,
    low: at((1 - confidence) / 2),
    high: at((1 + confidence) / 2),
    resamples: differences.length,
  };
}

/** The paired difference of two models. Cost: 2,000 × both metrics over all rows. */
export function pairedBootstrap(
  a: WeightedMetric,
  b: WeightedMetric,
  rows: number,
  confidence: number,
  signal: AbortSignal,
): PairedDifference | null {
  return pairedDifference(drawMetrics([a, b], rows, signal), 0, 1, confidence);
}
