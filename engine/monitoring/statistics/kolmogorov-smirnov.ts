import { kolmogorovSurvival } from './kolmogorov-distribution.ts';
import { type Sample, walkTogether } from './sample.ts';

export type KolmogorovSmirnov = { statistic: number; pValue: number };

/** SciPy's limit of the sizes for an exact p-value … */
const MOST_EXACT = 10_000;
/** … which is kept while the paths to follow are so few, some 30 ms; beyond, the p-value is far too small to matter. */
const MOST_CELLS = 10_000_000;

/**
 * Two-sided two-sample Kolmogorov–Smirnov test: the largest gap between the two distribution functions, and the
 * chance of one at least as large when both windows come from the same law. Neither sample may be empty.
 */
export function kolmogorovSmirnov(x: Sample, y: Sample): KolmogorovSmirnov {
  const statistic = largestGap(x, y);
  return { statistic, pValue: kolmogorovSmirnovPValue(x.size, y.size, statistic) };
}

/**
 * The p-value of the gap between m and n values: exact by counting lattice paths up to 10,000 a side (Hodges 1958), else from the
 * one-sample law at mn/(m + n) values. With ties it is too large rather than too small. Agrees with SciPy's `ks_2samp`.
 */
export function kolmogorovSmirnovPValue(m: number, n: number, statistic: number): number {
  const isExact = Math.max(m, n) <= MOST_EXACT && 2 * statistic * m * n <= MOST_CELLS;
  return isExact ? exactPValue(m, n, statistic) : asymptoticPValue(m, n, statistic);
}

export function largestGap(x: Sample, y: Sample): number {
  let largest = 0;
  walkTogether(x, y, (_, f, g) => {
    largest = Math.max(largest, Math.abs(f - g));
  });
  return largest;
}

export function asymptoticPValue(m: number, n: number, statistic: number): number {
  return kolmogorovSurvival(Math.round((m * n) / (m + n)), statistic);
}

/**
 * Share of the orders of m and n values whose gap is somewhere at least `statistic`, when all orders are equally
 * likely. Follows the chance of having left the band |i/m − j/n| < statistic from one point of the lattice to the
 * next (Viehmann 2021), which stays within [0, 1].
 * Cost: m × n at most.
 */
export function exactPValue(m: number, n: number, statistic: number): number {
  const divisor = greatestCommonDivisor(m, n);
  const stepX = n / divisor;
  const stepY = m / divisor;
  // In units of 1/lcm(m, n) the gap is a whole number; rounding takes off what the division left.
  const limit = Math.round(statistic * stepX * m);
  if (limit === 0) return 1;
  if (m === n) return equalSizes(n, limit);
  const left = new Float64Array(n + 1);
  for (let j = 0; j <= n; j++) left[j] = j * stepY < limit ? 0 : 1;
  let low = 0;
  for (let i = 1; i <= m; i++) {
    const center = i * stepX;
    while (low <= n && center - low * stepY >= limit) left[low++] = 1;
    const high = Math.min(n, Math.ceil((center + limit) / stepY) - 1);
    for (let j = low; j <= high; j++) {
      left[j] =
        j === 0 ? (left[0] as number) : (i * (left[j] as number) + j * (left[j - 1] as number)) / (i + j);
    }
  }
  return Math.min(1, left[n] as number);
}

/** For equal sizes, by reflection: 2 Σ (−1)^(k−1) C(2n, n − kh) / C(2n, n), summed from the smallest term inwards. */
function equalSizes(n: number, h: number): number {
  let p = 0;
  for (let k = Math.floor(n / h); k > 0; k--) {
    let ratio = 1;
    for (let j = 0; j < h; j++) ratio *= (n - k * h + h - j) / (n + k * h - h + 1 + j);
    p = ratio * (1 - p);
  }
  return Math.min(1, 2 * p);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
