import type { MetricIntervals } from '../../../local-api/contract/index.ts';
import { accelerationOf, bcaInterval, seededRandom, shuffle } from '../../statistics/index.ts';
import type { MetricSet } from './metric-set.ts';

export type IntervalOptions = {
  confidence: number;
  resamples: number;
  seed: number;
  /** Awaited between resamples. */
  pause(): Promise<void>;
};

/** More than so many leave-out estimates tell the skewness no better. */
const MOST_GROUPS = 200;
/** A metric must be defined on at least this share of the resamples. */
const LEAST_DEFINED = 0.9;

/**
 * Bootstrap intervals of metrics, bias-corrected and accelerated (Efron 1987); the acceleration is that of leave-out estimates
 * over at most 200 random groups of rows. Metrics that do not vary, or are undefined on a tenth of the resamples, are left
 * out. `weights` count in every resample. Same options, same intervals. Cost: resamples × a measurement.
 */
export async function bootstrapIntervals(
  set: MetricSet,
  weights: Float64Array,
  options: IntervalOptions,
): Promise<MetricIntervals> {
  const { confidence, resamples, seed, pause } = options;
  const n = weights.length;
  const estimates = set.measure(weights);
  const random = seededRandom(seed, 'evaluation/bootstrap');
  const draws = set.names.map(() => new Float64Array(resamples));
  // Small counts stay in the nearest cache while they are drawn.
  const times = new Uint16Array(n);
  const drawn = new Float64Array(n);
  for (let resample = 0; resample < resamples; resample++) {
    times.fill(0);
    for (let i = 0; i < n; i++) {
      const row = random.integer(n);
      times[row] = (times[row] as number) + 1;
    }
    for (let i = 0; i < n; i++) drawn[i] = (times[i] as number) * (weights[i] as number);
    set.measure(drawn).forEach((value, metric) => {
      (draws[metric] as Float64Array)[resample] = value;
    });
    await pause();
  }
  const leftOut = await leaveOutEstimates(set, weights, options);
  return Object.fromEntries(
    set.names.flatMap((name, metric) => {
      const defined = (draws[metric] as Float64Array).filter(Number.isFinite).sort();
      const estimate = estimates[metric] as number;
      if (!Number.isFinite(estimate) || defined.length < LEAST_DEFINED * resamples) return [];
      const acceleration = accelerationOf((leftOut[metric] ?? []).filter(Number.isFinite));
      const bounds = bcaInterval(defined, estimate, acceleration, confidence);
      return bounds === null ? [] : [[name, { ...bounds, method: 'bootstrap' as const }]];
    }),
  );
}

/** By metric, its estimates without one group of rows each. */
async function leaveOutEstimates(
  set: MetricSet,
  weights: Float64Array,
  { seed, pause }: IntervalOptions,
): Promise<number[][]> {
  const n = weights.length;
  const groups = Math.min(n, MOST_GROUPS);
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  shuffle(order, seededRandom(seed, 'evaluation/groups'));
  const estimates = set.names.map((): number[] => []);
  const kept = weights.slice();
  for (let group = 0; group < groups; group++) {
    for (let i = group; i < n; i += groups) kept[order[i] as number] = 0;
    set.measure(kept).forEach((value, metric) => {
      estimates[metric]?.push(value);
    });
    for (let i = group; i < n; i += groups) {
      const row = order[i] as number;
      kept[row] = weights[row] as number;
    }
    await pause();
  }
  return estimates;
}
