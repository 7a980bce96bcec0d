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

/**
 * The difference of a metric between two models on the same rows, with the percentile interval of a paired bootstrap (Efron &
 * Tibshirani 1993, ch. 13): rows are drawn with replacement, and both models are measured on each draw. It holds for any
 * metric, and what both find hard cancels out. Resamples on which a metric is not defined are left out; null when those are
 * more than a tenth, or when the metric is not defined on the rows themselves.
 * Cost: 2,000 × both metrics over all rows.
 */
export function pairedBootstrap(
  a: WeightedMetric,
  b: WeightedMetric,
  rows: number,
  confidence: number,
  signal: AbortSignal,
): PairedDifference | null {
  const whole = new Uint8Array(rows).fill(1);
  const ofA = a(whole);
  const ofB = b(whole);
  if (Number.isNaN(ofA) || Number.isNaN(ofB)) return null;
  const random = seededRandom(SEED, 'paired-bootstrap');
  const counts = new Uint16Array(rows);
  const differences: number[] = [];
  for (let resample = 0; resample < RESAMPLES; resample++) {
    signal.throwIfAborted();
    counts.fill(0);
    for (let i = 0; i < rows; i++) {
      const drawn = random.integer(rows);
      counts[drawn] = (counts[drawn] as number) + 1;
    }
    const difference = b(counts) - a(counts);
    if (!Number.isNaN(difference)) differences.push(difference);
  }
  if (differences.length < 0.9 * RESAMPLES) return null;
  differences.sort((x, y) => x - y);
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
