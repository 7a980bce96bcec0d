import { logGamma, normalSurvival, seededRandom, upperIncompleteGamma } from '../../statistics/index.ts';
import { type ChiSquared, total } from './chi-squared.ts';
import { totalVariation } from './shares.ts';

type Counts = ArrayLike<number>;

/**
 * Pearson's chi-squared of the current counts against the reference's shares, taken for the truth and scaled to the current size. A
 * label that only the current window has makes it infinite. Agrees with SciPy's `chisquare` and Evidently's `chisquare`.
 */
export function chiSquaredOneSample(reference: Counts, current: Counts): ChiSquared {
  const scale = total(current) / total(reference);
  return sumOverLabels(reference, current, (r, c) => (c - r * scale) ** 2 / (r * scale));
}

/**
 * The G-test of the 2 × k table, 2 Σ O ln(O/E): both windows are samples. Agrees with SciPy's
 * `chi2_contingency(lambda_="log-likelihood", correction=False)`.
 */
export function gTestContingency(reference: Counts, current: Counts): ChiSquared {
  const m = total(reference);
  const n = total(current);
  return sumOverLabels(reference, current, (a, b) => {
    const both = (a + b) / (m + n);
    return 2 * (likelihood(a, both * m) + likelihood(b, both * n));
  });
}

/** 2 Σ c ln(c/e), e the reference's counts: scaled to the current size, or as they are (then only right for equal sizes). */
export function gTestOneSample(reference: Counts, current: Counts, isScaled: boolean): ChiSquared {
  const scale = isScaled ? total(current) / total(reference) : 1;
  return sumOverLabels(reference, current, (r, c) => 2 * likelihood(c, r * scale));
}

function likelihood(observed: number, expected: number): number {
  return observed === 0 ? 0 : observed * Math.log(observed / expected);
}

/** Adds up over labels that either window has; k − 1 degrees of freedom. */
function sumOverLabels(
  reference: Counts,
  current: Counts,
  term: (reference: number, current: number) => number,
): ChiSquared {
  let statistic = 0;
  let labels = 0;
  for (let i = 0; i < reference.length; i++) {
    const a = reference[i] ?? 0;
    const b = current[i] ?? 0;
    if (a + b === 0) continue;
    labels += 1;
    statistic += term(a, b);
  }
  const degrees = Math.max(labels - 1, 0);
  if (degrees === 0) return { statistic: 0, degrees, pValue: 1 };
  if (statistic === Number.POSITIVE_INFINITY) return { statistic, degrees, pValue: 0 };
  return { statistic, degrees, pValue: upperIncompleteGamma(degrees / 2, statistic / 2) };
}

/** Two windows of two values: how often the second value occurs, and how often either. */
export type TwoByTwo = { reference: number; current: number; m: number; n: number };

/** The pooled Z-test of two shares, two-sided. No difference (p = 1) where neither window varies. */
export function zTest({ reference, current, m, n }: TwoByTwo): { statistic: number; pValue: number } {
  const share = (reference + current) / (m + n);
  const error = Math.sqrt(share * (1 - share) * (1 / m + 1 / n));
  if (error === 0) return { statistic: 0, pValue: 1 };
  const statistic = (reference / m - current / n) / error;
  return { statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))) };
}

/**
 * Fisher's exact test of a 2 × 2 table, two-sided: the chance of all tables no likelier than this one, a part in 10⁷ left for
 * rounding, as SciPy does. The score is the odds ratio. Cost: linear in the smaller margin.
 */
export function fisherExact({ reference, current, m, n }: TwoByTwo): { statistic: number; pValue: number } {
  const ones = reference + current;
  const lowest = Math.max(0, ones - m);
  const highest = Math.min(ones, n);
  const all = logChoose(m + n, ones);
  const chance = (k: number) => Math.exp(logChoose(n, k) + logChoose(m, ones - k) - all);
  const limit = chance(current) * (1 + 1e-7);
  let pValue = 0;
  for (let k = lowest; k <= highest; k++) {
    const here = chance(k);
    if (here <= limit) pValue += here;
  }
  return {
    statistic: (current * (m - reference)) / ((n - current) * reference),
    pValue: Math.min(1, pValue),
  };
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

const ROUNDS = 1000;

/**
 * The total variation distance with the chance of one as large when rows are dealt to both windows at random: by 1,000 draws
 * of whole rows of counts, so that the cost grows with the labels and the root of the rows.
 */
export function permutedTotalVariation(
  reference: Counts,
  current: Counts,
): { statistic: number; pValue: number } {
  const statistic = totalVariation(reference, current);
  const m = total(reference);
  const pooled = Array.from(reference, (count, i) => count + (current[i] ?? 0));
  const random = seededRandom(0, 'total variation');
  const drawn = new Float64Array(pooled.length);
  const rest = new Float64Array(pooled.length);
  let asLarge = 0;
  for (let round = 0; round < ROUNDS; round++) {
    let left = total(pooled);
    let open = m;
    for (let i = 0; i < pooled.length; i++) {
      const count = pooled[i] as number;
      const taken = hypergeometric(random.next(), left, count, open);
      drawn[i] = taken;
      rest[i] = count - taken;
      left -= count;
      open -= taken;
    }
    if (totalVariation(drawn, rest) >= statistic - 1e-12) asLarge += 1;
  }
  return { statistic, pValue: (asLarge + 1) / (ROUNDS + 1) };
}

/** How many of `marked` ones are among `draws` of `all`; `u` uniform. By walking outwards from the likeliest number. */
function hypergeometric(u: number, all: number, marked: number, draws: number): number {
  const lowest = Math.max(0, draws - (all - marked));
  const highest = Math.min(draws, marked);
  if (lowest === highest) return lowest;
  const middle = Math.min(highest, Math.max(lowest, Math.floor(((draws + 1) * (marked + 1)) / (all + 2))));
  let up = Math.exp(
    logChoose(marked, middle) + logChoose(all - marked, draws - middle) - logChoose(all, draws),
  );
  let down = up;
  let left = u - up;
  let [high, low] = [middle, middle];
  while (left > 0 && (high < highest || low > lowest)) {
    if (high < highest) {
      up *= ((marked - high) * (draws - high)) / ((high + 1) * (all - marked - draws + high + 1));
      high += 1;
      left -= up;
      if (left <= 0) return high;
    }
    if (low > lowest) {
      down *= (low * (all - marked - draws + low)) / ((marked - low + 1) * (draws - low + 1));
      low -= 1;
      left -= down;
      if (left <= 0) return low;
    }
  }
  return middle;
}
