import { studentPValue } from '../../statistics/index.ts';
import type { Moments } from './sample.ts';

export type MeanTest = { statistic: number; pValue: number };

/** Student's t of two means with one common variance. Agrees with SciPy's `ttest_ind`. Null where nothing varies. */
export function studentTest(x: Moments, y: Moments): MeanTest | null {
  const degrees = x.size + y.size - 2;
  const pooled = (x.size * x.variance + y.size * y.variance) / degrees;
  return testOf(x.mean - y.mean, Math.sqrt(pooled * (1 / x.size + 1 / y.size)), degrees);
}

/** Welch's t of two means. Agrees with SciPy's `ttest_ind(equal_var=False)`. Null where nothing varies. */
export function welchTest(x: Moments, y: Moments): MeanTest | null {
  const [a, b] = [x.variance / (x.size - 1), y.variance / (y.size - 1)];
  const degrees = (a + b) ** 2 / (a ** 2 / (x.size - 1) + b ** 2 / (y.size - 1));
  return testOf(x.mean - y.mean, Math.sqrt(a + b), degrees);
}

function testOf(difference: number, error: number, degrees: number): MeanTest | null {
  if (!(error > 0) || !(degrees > 0)) return null;
  const statistic = difference / error;
  return { statistic, pValue: studentPValue(statistic, degrees) };
}
