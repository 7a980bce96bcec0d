import { meanOf, sampleVariance } from './describe.ts';
import { studentPValue, studentQuantile } from './student.ts';

export type Bounds = { low: number; high: number };

/** A difference with its error, from which test, interval and power follow. */
export type TTest = {
  difference: number;
  standardError: number;
  degrees: number;
  statistic: number;
  pValue: number;
  interval: Bounds;
};

/** The power that "would have been seen" stands for. */
const POWER = 0.8;

function tTest(difference: number, standardError: number, degrees: number, confidence: number): TTest {
  const statistic = difference / standardError;
  const reach = studentQuantile((1 + confidence) / 2, degrees) * standardError;
  return {
    difference,
    standardError,
    degrees,
    statistic,
    pValue: studentPValue(statistic, degrees),
    interval: { low: difference - reach, high: difference + reach },
  };
}

/** Student's interval of a mean. At least two values. */
export function meanInterval(values: ArrayLike<number>, confidence: number): Bounds {
  const error = Math.sqrt(sampleVariance(values) / values.length);
  return tTest(meanOf(values), error, values.length - 1, confidence).interval;
}

/**
 * Student's t-test that the mean of paired differences is 0. At least two, not all equal. Agrees with SciPy's
 * `ttest_rel`.
 *
 * `overlap`: for folds of a cross-validation, test rows divided by training rows. Their training parts share rows, so
 * the differences vary less than independent ones would; the variance s²/J becomes (1/J + overlap)·s² (Nadeau &
 * Bengio 2003, the corrected resampled t-test).
 */
export function pairedTTest(differences: ArrayLike<number>, confidence: number, overlap = 0): TTest {
  const n = differences.length;
  const error = Math.sqrt((1 / n + overlap) * sampleVariance(differences));
  return tTest(meanOf(differences), error, n - 1, confidence);
}

/**
 * Welch's t-test of two independent samples, whose variances may differ: difference b − a. At least two values each,
 * and one of them varies. Agrees with SciPy's `ttest_ind(b, a, equal_var=False)`.
 */
export function welchTTest(a: ArrayLike<number>, b: ArrayLike<number>, confidence: number): TTest {
  const errorA = sampleVariance(a) / a.length;
  const errorB = sampleVariance(b) / b.length;
  const degrees = (errorA + errorB) ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  return tTest(meanOf(b) - meanOf(a), Math.sqrt(errorA + errorB), degrees, confidence);
}

/**
 * The smallest true difference that a test with this error shows in four of five repetitions: the usual
 * (t(1 − α/2) + t(0.8)) standard errors.
 */
export function detectableDifference(
  { standardError, degrees }: Pick<TTest, 'standardError' | 'degrees'>,
  confidence: number,
): number {
  return (studentQuantile((1 + confidence) / 2, degrees) + studentQuantile(POWER, degrees)) * standardError;
}

/** Cohen's d of paired differences: their mean in their standard deviations (d_z). */
export function cohenOfPairs(differences: ArrayLike<number>): number {
  return meanOf(differences) / Math.sqrt(sampleVariance(differences));
}

/** Hedges' g: b − a in pooled standard deviations, with the usual correction for small samples (Hedges 1981). */
export function hedgesG(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const degrees = a.length + b.length - 2;
  const pooled = ((a.length - 1) * sampleVariance(a) + (b.length - 1) * sampleVariance(b)) / degrees;
  return ((meanOf(b) - meanOf(a)) / Math.sqrt(pooled)) * (1 - 3 / (4 * degrees - 1));
}
