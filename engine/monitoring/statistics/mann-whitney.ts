import { normalSurvival } from '../../statistics/index.ts';

/** Up to this size of the smaller sample, without ties, all arrangements are counted, as SciPy does … */
const MOST_EXACT = 8;
/** … unless there are too many pairs. */
const MOST_PAIRS = 20_000;

type Ranks = { rankSum: number; tieTerm: number };

/**
 * Mann and Whitney's U of the first of two samples from their pooled ranks (`PooledGaps`), with the p-values of both directions at
 * once and that the first is smaller. Agrees with SciPy's `mannwhitneyu(x, y)`: exact for small samples without ties, else
 * the normal law with corrections for ties and continuity.
 */
export function mannWhitney(
  { rankSum, tieTerm }: Ranks,
  m: number,
  n: number,
): { statistic: number; twoSided: number; less: number } {
  const statistic = rankSum - (m * (m + 1)) / 2;
  if (Math.min(m, n) <= MOST_EXACT && tieTerm === 0 && m * n <= MOST_PAIRS) {
    const chances = chancesOfU(m, n);
    const less = sumOf(chances.subarray(0, statistic + 1));
    const greater = sumOf(chances.subarray(statistic));
    return { statistic, twoSided: Math.min(1, 2 * Math.min(less, greater)), less };
  }
  const size = m + n;
  const deviation = Math.sqrt(((m * n) / 12) * (size + 1 - tieTerm / (size * (size - 1))));
  if (deviation === 0) return { statistic, twoSided: 1, less: 1 };
  const middle = (m * n) / 2;
  const far = Math.max(statistic, m * n - statistic);
  return {
    statistic,
    twoSided: Math.min(1, 2 * normalSurvival((far - middle - 0.5) / deviation)),
    less: normalSurvival((m * n - statistic - middle - 0.5) / deviation),
  };
}

/** Chance of each U when all orders of m and n values are alike: the coefficients of a Gaussian binomial. */
function chancesOfU(m: number, n: number): Float64Array {
  const [few, many] = m < n ? [m, n] : [n, m];
  const counts = new Float64Array(m * n + 1);
  counts[0] = 1;
  let all = 1;
  for (let k = 1; k <= few; k++) {
    // Times (1 − q^(many + k)), divided by (1 − q^k).
    for (let u = counts.length - 1; u >= many + k; u--)
      counts[u] = (counts[u] as number) - (counts[u - many - k] as number);
    for (let u = k; u < counts.length; u++) counts[u] = (counts[u] as number) + (counts[u - k] as number);
    all *= (many + k) / k;
  }
  return counts.map((count) => count / all);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
