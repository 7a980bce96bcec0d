import { normalQuantile } from './normal.ts';

/** A sample of a figure, as far as the test needs it. */
export type SampleSummary = { count: number; mean: number; variance: number };

export type SequentialTest = {
  difference: number;
  /** null while a sample has fewer than two values, or both have no spread. */
  interval: { low: number; high: number } | null;
  pValue: number;
};

/**
 * Mixture sequential probability ratio test of the difference of two means, b less a, with a normal mixture of standard
 * deviation `effect` around zero. The p-value and the interval hold at every look, however often one looks; the variances
 * are the samples' own, so the guarantee is that of large samples.
 *
 * Source: Johari, Koomen, Pekelis, Walsh, "Always Valid Inference: Continuous Monitoring of A/B Tests" (2022), eq. 10 ff.
 * `effect` must be chosen before the data are seen. Cost: constant.
 */
export function sequentialTest(
  a: SampleSummary,
  b: SampleSummary,
  options: { effect: number; alpha: number },
): SequentialTest {
  const difference = b.mean - a.mean;
  if (a.count < 2 || b.count < 2) return { difference, interval: null, pValue: 1 };
  const variance = a.variance / a.count + b.variance / b.count;
  if (!(variance > 0)) return { difference, interval: null, pValue: 1 };
  const mixing = options.effect ** 2;
  const logRatio =
    0.5 * Math.log(variance / (variance + mixing)) +
    (mixing * difference ** 2) / (2 * variance * (variance + mixing));
  const halfWidth = Math.sqrt(
    ((variance * (variance + mixing)) / mixing) *
      (2 * Math.log(1 / options.alpha) + Math.log((variance + mixing) / variance)),
  );
  return {
    difference,
    interval: { low: difference - halfWidth, high: difference + halfWidth },
    pValue: Math.min(1, Math.exp(-logRatio)),
  };
}

/** Values of each sample with which a test of fixed size finds a difference of `effect` in 80 % of cases. */
export function samplesNeeded(deviation: number, options: { effect: number; alpha: number }): number {
  const z = normalQuantile(1 - options.alpha / 2) + normalQuantile(0.8);
  return Math.ceil(2 * ((deviation * z) / options.effect) ** 2);
}
