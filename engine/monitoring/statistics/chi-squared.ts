import { upperIncompleteGamma } from '../../statistics/index.ts';

export type ChiSquared = { statistic: number; degrees: number; pValue: number };

/**
 * Pearson's chi-squared test of homogeneity on a 2 × k table of counts: do both windows come from the same shares?
 * Both rows are samples (the one-sample form, which takes the reference for the truth, raises false alarms in a
 * quarter of the cases). Categories that are in neither window are left out; with one category or an empty window the
 * answer is "no difference" (p = 1). No continuity correction.
 *
 * Agrees with SciPy's `chi2_contingency(correction=False)`.
 */
export function chiSquaredContingency(reference: ArrayLike<number>, current: ArrayLike<number>): ChiSquared {
  const m = total(reference);
  const n = total(current);
  let statistic = 0;
  let categories = 0;
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] ?? 0;
    const b = current[i] ?? 0;
    const column = a + b;
    if (column === 0) continue;
    categories += 1;
    const expectedA = (column * m) / (m + n);
    const expectedB = (column * n) / (m + n);
    statistic += (a - expectedA) ** 2 / expectedA + (b - expectedB) ** 2 / expectedB;
  }
  const degrees = categories - 1;
  if (degrees < 1 || m === 0 || n === 0) return { statistic: 0, degrees: Math.max(degrees, 0), pValue: 1 };
  return { statistic, degrees, pValue: upperIncompleteGamma(degrees / 2, statistic / 2) };
}

/** With fewer expected than this in a cell the chi-squared law does not hold (Cochran 1954). */
const FEWEST_EXPECTED = 5;

/**
 * Puts categories that are too rare for the chi-squared law (fewer than 5 expected in either window) together into
 * one, the last. The test stays one of the same question; it cannot see changes among the rare ones.
 */
export function poolRare(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { reference: number[]; current: number[] } {
  const m = total(reference);
  const n = total(current);
  const smallerShare = Math.min(m, n) / (m + n);
  const pooled = { reference: [] as number[], current: [] as number[] };
  let rareReference = 0;
  let rareCurrent = 0;
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] ?? 0;
    const b = current[i] ?? 0;
    if ((a + b) * smallerShare < FEWEST_EXPECTED) {
      rareReference += a;
      rareCurrent += b;
    } else {
      pooled.reference.push(a);
      pooled.current.push(b);
    }
  }
  if (rareReference + rareCurrent > 0) {
    pooled.reference.push(rareReference);
    pooled.current.push(rareCurrent);
  }
  return pooled;
}

export function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i] ?? 0;
  return sum;
}
