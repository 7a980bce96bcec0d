import { logGamma } from '../../statistics/index.ts';

/** Sizes up to which all arrangements are counted, as SciPy does. */
const MOST_EXACT = 20;

/**
 * The two-sample Cramér–von Mises criterion T (Anderson 1962) from Σ of the squared rank gaps (`PooledGaps.rankGaps`), and its
 * p-value: exact up to 20 values a side, else from the limiting law. Agrees with SciPy's `cramervonmises_2samp`.
 */
export function cramerVonMises(
  rankGaps: number,
  m: number,
  n: number,
): { statistic: number; pValue: number } {
  const size = m + n;
  const product = m * n;
  const statistic = rankGaps / (product * size) - (4 * product - 1) / (6 * size);
  if (Math.max(m, n) <= MOST_EXACT) return { statistic, pValue: exactPValue(rankGaps, m, n) };
  const expected = (1 + 1 / size) / 6;
  const variance =
    (((size + 1) / (45 * size ** 2)) * (4 * product * size - 3 * (m ** 2 + n ** 2) - 2 * product)) /
    (4 * product);
  const scaled = 1 / 6 + (statistic - expected) / Math.sqrt(45 * variance);
  return { statistic, pValue: scaled < 0.003 ? 1 : Math.max(0, 1 - limitBelow(scaled)) };
}

/** The limiting law as a series of Bessel functions (Csörgő & Faraway 1996, 1.2). */
function limitBelow(x: number): number {
  let sum = 0;
  for (let k = 0; k < 100; k++) {
    const y = 4 * k + 1;
    const z = y ** 2 / (16 * x);
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x));
    const term = weight * Math.sqrt(y) * besselTimesExponential(0.25, z);
    sum += term;
    if (term < 1e-17) break;
  }
  return sum;
}

const STEP = 0.05;

/** e^(−z) K_ν(z) as ∫ exp(−z (1 + cosh t)) cosh(ν t) by the trapezoidal rule, which converges exponentially. */
function besselTimesExponential(order: number, z: number): number {
  let sum = Math.exp(-2 * z) / 2;
  for (let t = STEP; ; t += STEP) {
    const exponent = z * (1 + Math.cosh(t));
    if (exponent > 745) return sum * STEP;
    sum += Math.exp(-exponent) * Math.cosh(order * t);
  }
}

/** Counts the lattice paths by their criterion (Xiao, Gordon & Yakovlev 2006). */
function exactPValue(rankGaps: number, m: number, n: number): number {
  const common = (m * n) / greatestCommonDivisor(m, n);
  const [a, b] = [common / m, common / n];
  const product = m * n;
  const limit = Math.floor(
    (common ** 2 * (m + n) * (6 * rankGaps - product * (4 * product - 1))) / (6 * product ** 2),
  );
  let row: Map<number, number>[] = Array.from({ length: m + 1 }, () => new Map());
  row[0]?.set(0, 1);
  for (let u = 0; u <= n; u++) {
    const next: Map<number, number>[] = [];
    let before = new Map<number, number>();
    for (const [v, from] of row.entries()) {
      const added = (a * v - b * u) ** 2;
      const sums = new Map<number, number>();
      for (const paths of [before, from]) {
        for (const [value, count] of paths) sums.set(value + added, (sums.get(value + added) ?? 0) + count);
      }
      next.push(sums);
      before = sums;
    }
    row = next;
  }
  let beyond = 0;
  let all = 0;
  for (const [value, count] of row[m] ?? []) {
    all += count;
    if (value >= limit) beyond += count;
  }
  return beyond / all;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
