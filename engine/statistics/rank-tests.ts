import { medianOf } from './describe.ts';
import { normalQuantile, normalSurvival } from './normal.ts';
import { rankOf } from './ranks.ts';
import type { Bounds } from './t-tests.ts';

export type RankTest = {
  /** Signed ranks: sum of the ranks of positive differences. Mann–Whitney: how often b is above a (ties count half). */
  statistic: number;
  pValue: number;
  isExact: boolean;
  /** Rank-biserial correlation, −1 to 1; above 0 when b is larger. */
  effect: number;
  /** Hodges–Lehmann estimate: the median of the differences between the samples. */
  shift: number;
  /** Of the shift, by inverting the test; null where the samples are too small for the confidence. */
  interval: Bounds | null;
};

/** Sizes up to which every arrangement is counted: some milliseconds at most. */
const MOST_EXACT_PAIRS = 60;
const MOST_EXACT_VALUES = 50;
/** Beyond this many pairwise differences the estimate and its interval are made of evenly chosen values. */
const MOST_DIFFERENCES = 40_000;

/**
 * Wilcoxon's signed-rank test that paired differences lie evenly around 0. Zeros are left out (Wilcoxon 1945), equal
 * sizes share their rank. Up to 60 differences the p-value is exact given the ranks, ties included, by counting all
 * signs; beyond, the normal approximation with the correction for ties. Agrees with SciPy's `wilcoxon`: its exact
 * method where there are no ties, its approximation without continuity correction.
 */
export function signedRankTest(differences: ArrayLike<number>, confidence: number): RankTest {
  const nonZero = Float64Array.from(differences).filter((difference) => difference !== 0);
  const n = nonZero.length;
  const { ranks, tieTerm } = rankOf(nonZero.map(Math.abs));
  const total = (n * (n + 1)) / 2;
  let statistic = 0;
  for (let i = 0; i < n; i++) if ((nonZero[i] as number) > 0) statistic += ranks[i] as number;
  const isExact = n <= MOST_EXACT_PAIRS;
  const error = Math.sqrt((n * (n + 1) * (2 * n + 1) - tieTerm / 2) / 24);
  const averages = walshAverages(differences);
  return {
    statistic,
    pValue: isExact
      ? tailsOf(chancesOfSigns(doubledRanks(ranks)), Math.round(2 * statistic))
      : normalPValue(statistic - total / 2, error),
    isExact,
    effect: n === 0 ? 0 : (2 * statistic) / total - 1,
    shift: medianOf(averages),
    interval: orderInterval(averages, signedRankCut(differences.length, averages.length, confidence)),
  };
}

/**
 * The Mann–Whitney U test of two independent samples (Wilcoxon's rank-sum test). Up to 50 values the p-value is exact
 * given the ranks, ties included, by counting all ways to share the values out; beyond, the normal approximation with
 * the correction for ties and for continuity. Agrees with SciPy's `mannwhitneyu(b, a)`: its exact method where there are
 * no ties, its asymptotic one.
 */
export function mannWhitneyTest(a: ArrayLike<number>, b: ArrayLike<number>, confidence: number): RankTest {
  const m = a.length;
  const n = b.length;
  const size = m + n;
  const { ranks, tieTerm } = rankOf(Float64Array.from([...Array.from(a), ...Array.from(b)]));
  let rankSum = 0;
  for (let i = m; i < size; i++) rankSum += ranks[i] as number;
  const statistic = rankSum - (n * (n + 1)) / 2;
  const isExact = size <= MOST_EXACT_VALUES;
  const error = Math.sqrt(((m * n) / 12) * (size + 1 - tieTerm / (size * (size - 1))));
  const beyond = Math.max(0, Math.abs(statistic - (m * n) / 2) - 0.5);
  const differences = pairwiseDifferences(a, b);
  return {
    statistic,
    pValue: isExact
      ? tailsOf(chancesOfShares(doubledRanks(ranks), n), Math.round(2 * rankSum))
      : normalPValue(beyond, error),
    isExact,
    effect: (2 * statistic) / (m * n) - 1,
    shift: medianOf(differences),
    interval: orderInterval(differences, rankSumCut(m, n, differences.length, confidence)),
  };
}

/** How many of the averages lie outside the interval at either end (Hollander & Wolfe, section 3.3). */
function signedRankCut(n: number, averages: number, confidence: number): number {
  const outside = (1 - confidence) / 2;
  if (n <= MOST_EXACT_PAIRS) return lowerQuantile(chancesOfSigns(upTo(n)), outside);
  const middle = (n * (n + 1)) / 4;
  const error = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  return Math.floor(((middle + normalQuantile(outside) * error) / (2 * middle)) * averages);
}

/** The same for the differences between two samples (Hollander & Wolfe, section 4.3). */
function rankSumCut(m: number, n: number, differences: number, confidence: number): number {
  const outside = (1 - confidence) / 2;
  if (m + n <= MOST_EXACT_VALUES)
    return lowerQuantile(chancesOfShares(upTo(m + n), n), outside) - (n * (n + 1)) / 2;
  const error = Math.sqrt((m * n * (m + n + 1)) / 12);
  return Math.floor(((m * n) / 2 + normalQuantile(outside) * error) * (differences / (m * n)));
}

function normalPValue(distance: number, error: number): number {
  return error === 0 ? 1 : Math.min(1, 2 * normalSurvival(Math.abs(distance) / error));
}

/** Ranks may end in a half: twice the ranks are whole. */
function doubledRanks(ranks: ArrayLike<number>): number[] {
  return Array.from(ranks, (rank) => Math.round(2 * rank));
}

/** Chance of each sum when every rank (a whole number) is in or out with even chances. */
function chancesOfSigns(ranks: readonly number[]): Float64Array {
  const chances = new Float64Array(sumOf(ranks) + 1);
  chances[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let sum = reached; sum >= 0; sum--) {
      const taken = sum >= rank ? (chances[sum - rank] as number) : 0;
      chances[sum] = ((chances[sum] as number) + taken) / 2;
    }
  }
  return chances;
}

/** Chance of each sum of n of these ranks (whole numbers), all choices alike. */
function chancesOfShares(ranks: readonly number[], n: number): Float64Array {
  const total = sumOf(ranks);
  // ways[k][s]: choices of k ranks with the sum s; up to C(50, 25), which a double holds exactly.
  const ways = Array.from({ length: n + 1 }, () => new Float64Array(total + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (const [place, rank] of ranks.entries()) {
    for (let k = Math.min(n, place + 1); k >= 1; k--) {
      const from = ways[k - 1] as Float64Array;
      const to = ways[k] as Float64Array;
      for (let sum = total; sum >= rank; sum--) to[sum] = (to[sum] as number) + (from[sum - rank] as number);
    }
  }
  const counts = ways[n] as Float64Array;
  const all = sumOf(counts);
  return counts.map((count) => count / all);
}

/** Twice the smaller tail, at most 1. */
function tailsOf(chances: Float64Array, observed: number): number {
  const below = sumOf(chances.subarray(0, observed + 1));
  const above = sumOf(chances.subarray(observed));
  return Math.min(1, 2 * Math.min(below, above));
}

/** The largest sum that is reached, or fallen short of, with at most this chance; −1 for none. */
function lowerQuantile(chances: Float64Array, chance: number): number {
  let reached = 0;
  for (let sum = 0; sum < chances.length; sum++) {
    reached += chances[sum] as number;
    if (reached > chance * (1 + 1e-12)) return sum - 1;
  }
  return chances.length - 1;
}

function upTo(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum;
}

/** The (cut + 1)-th value from either end; null where the samples are too small for any interval. */
function orderInterval(values: Float64Array, cut: number): Bounds | null {
  if (cut < 0 || values.length <= 2 * cut) return null;
  const sorted = values.slice().sort();
  return { low: sorted[cut] as number, high: sorted[sorted.length - 1 - cut] as number };
}

/** Means of all pairs of differences, each with itself too. */
function walshAverages(differences: ArrayLike<number>): Float64Array {
  const values = thinned(differences, Math.floor(Math.sqrt(2 * MOST_DIFFERENCES)));
  const averages = new Float64Array((values.length * (values.length + 1)) / 2);
  let place = 0;
  for (let i = 0; i < values.length; i++) {
    for (let j = i; j < values.length; j++)
      averages[place++] = ((values[i] as number) + (values[j] as number)) / 2;
  }
  return averages;
}

function pairwiseDifferences(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const most = Math.floor(Math.sqrt(MOST_DIFFERENCES));
  const [x, y] = [thinned(a, most), thinned(b, most)];
  const differences = new Float64Array(x.length * y.length);
  let place = 0;
  for (const left of x) for (const right of y) differences[place++] = right - left;
  return differences;
}

/** Evenly chosen order statistics when there are too many values. */
function thinned(values: ArrayLike<number>, most: number): Float64Array {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length <= most) return sorted;
  return Float64Array.from(
    { length: most },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / most)] as number,
  );
}
