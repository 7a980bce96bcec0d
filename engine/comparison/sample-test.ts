import type { ComparisonMethod, Interval } from '../../local-api/contract/index.ts';
import {
  cohenOfPairs,
  countOutliers,
  detectableDifference,
  hedgesG,
  mannWhitneyTest,
  meanOf,
  medianOf,
  pairedTTest,
  type RankTest,
  sampleVariance,
  signedRankTest,
  type TTest,
  welchTTest,
} from '../statistics/index.ts';

/** What a test of two samples found. `method` is null where there is nothing to test. */
export type SampleTest = {
  difference: number;
  differenceOf: 'means' | 'medians';
  interval: Interval | null;
  method: { id: ComparisonMethod; name: string; reason: string } | null;
  statistic: number | null;
  degreesOfFreedom: number | null;
  pValue: number | null;
  effect: { name: string; value: number } | null;
  detectable: number | null;
  /** `no-variation`: the values do not vary and are too few for a test of ranks. */
  state: 'tested' | 'identical' | 'too-few' | 'no-variation';
};

/** Fewer values do not tell an outlier from an ordinary one, and leave a test of ranks little power. */
const ENOUGH_FOR_RANKS = 10;

function untested(difference: number, state: SampleTest['state']): SampleTest {
  return {
    difference,
    differenceOf: 'means',
    interval: null,
    method: null,
    statistic: null,
    degreesOfFreedom: null,
    pValue: state === 'identical' ? 1 : null,
    effect: null,
    detectable: null,
    state,
  };
}

function fromT(
  test: TTest,
  confidence: number,
  method: NonNullable<SampleTest['method']>,
  effect: { name: string; value: number },
): SampleTest {
  return {
    difference: test.difference,
    differenceOf: 'means',
    interval: test.interval,
    method,
    statistic: test.statistic,
    degreesOfFreedom: test.degrees,
    pValue: test.pValue,
    effect: Number.isFinite(effect.value) ? effect : null,
    detectable: detectableDifference(test, confidence),
    state: 'tested',
  };
}

function fromRanks(
  test: RankTest,
  method: NonNullable<SampleTest['method']>,
  effectName: string,
  detectable: number | null,
): SampleTest {
  return {
    difference: test.shift,
    differenceOf: 'medians',
    interval: test.interval,
    method: { ...method, name: `${method.name} (${test.isExact ? 'exact' : 'normal approximation'})` },
    statistic: test.statistic,
    degreesOfFreedom: null,
    pValue: test.pValue,
    effect: { name: effectName, value: test.effect },
    detectable,
    state: 'tested',
  };
}

/** Why a t-test would mislead; null when it would not. */
function unevenness(samples: readonly ArrayLike<number>[]): string | null {
  if (samples.some((values) => values.length < ENOUGH_FOR_RANKS)) return null;
  const outliers = samples.reduce((sum, values) => sum + countOutliers(values), 0);
  if (outliers > 0)
    return outliers === 1 ? 'one value lies far from the rest' : `${outliers} values lie far from the rest`;
  const isMostlyTied = samples.some((values) => {
    const median = medianOf(values);
    return medianOf(Array.from(values, (value) => Math.abs(value - median))) === 0;
  });
  return isMostlyTied ? 'more than half of the values are the same' : null;
}

/**
 * Tests whether paired differences (b − a) lie around 0.
 *
 * The paired t-test; Wilcoxon's signed ranks from ten pairs on when differences lie far from the rest or are mostly
 * the same, and where they do not vary at all. `overlap` above 0 (folds): always the corrected resampled t-test, the
 * only one of them that minds shared training rows.
 */
export function testPairs(
  differences: readonly number[],
  confidence: number,
  overlap: number | null,
): SampleTest {
  const n = differences.length;
  const mean = n === 0 ? 0 : meanOf(differences);
  if (n < 2) return untested(mean, 'too-few');
  const isConstant = hardlyVaries(differences);
  if (isConstant && differences.every((difference) => difference === 0)) return untested(0, 'identical');
  const uneven = unevenness([differences]);
  if (isConstant || (overlap === null && uneven !== null)) {
    // 2^(1 − n) is the smallest p-value that n pairs allow.
    if (overlap !== null || 2 ** (1 - n) > 1 - confidence) return untested(mean, 'no-variation');
    const reason = uneven ?? 'all differences are the same, which leaves a t-test no error to measure with';
    const detectable = isConstant
      ? null
      : detectableDifference(pairedTTest(differences, confidence), confidence);
    return fromRanks(
      signedRankTest(differences, confidence),
      {
        id: 'wilcoxon-signed-rank',
        name: 'Wilcoxon signed-rank test',
        reason: `Runs are paired, and ${reason}.`,
      },
      'matched-pairs rank-biserial correlation',
      detectable,
    );
  }
  const effect = { name: 'Cohen’s d of the pairs', value: cohenOfPairs(differences) };
  if (overlap === null) {
    const reason = 'Runs are paired: what a pair has in common takes no part in the difference.';
    return fromT(
      pairedTTest(differences, confidence),
      confidence,
      { id: 'paired-t', name: 'paired t-test', reason },
      effect,
    );
  }
  return fromT(
    pairedTTest(differences, confidence, overlap),
    confidence,
    {
      id: 'corrected-resampled-t',
      name: 'corrected resampled t-test (Nadeau & Bengio)',
      reason: `Pairs are folds, whose training parts share rows: the variance is corrected for a test part of ${figure(overlap)} of the training part.`,
    },
    effect,
  );
}

/**
 * Tests whether two independent samples differ: Welch's t-test; Mann–Whitney from ten values on each side when some
 * lie far from the rest or most are the same, and where neither side varies.
 */
export function testGroups(a: readonly number[], b: readonly number[], confidence: number): SampleTest {
  if (a.length === 0 || b.length === 0) return untested(0, 'too-few');
  const difference = meanOf(b) - meanOf(a);
  if (a.length < 2 || b.length < 2) return untested(difference, 'too-few');
  const isConstant = hardlyVaries(a) && hardlyVaries(b);
  if (isConstant && difference === 0) return untested(0, 'identical');
  const uneven = unevenness([a, b]);
  if (isConstant || uneven !== null) {
    if (smallestRankPValue(a.length, b.length) > 1 - confidence) return untested(difference, 'no-variation');
    const reason = isConstant
      ? 'neither group varies, which leaves a t-test no error to measure with'
      : uneven;
    return fromRanks(
      mannWhitneyTest(a, b, confidence),
      { id: 'mann-whitney', name: 'Mann–Whitney U test', reason: `Runs are not paired, and ${reason}.` },
      'rank-biserial correlation',
      isConstant ? null : detectableDifference(welchTTest(a, b, confidence), confidence),
    );
  }
  return fromT(
    welchTTest(a, b, confidence),
    confidence,
    { id: 'welch-t', name: 'Welch t-test', reason: 'Runs are not paired, and the groups may vary unlike.' },
    { name: 'Hedges’ g', value: hedgesG(a, b) },
  );
}

/** Whether values differ by no more than the rounding of the numbers that they were made from. */
function hardlyVaries(values: readonly number[]): boolean {
  return Math.sqrt(sampleVariance(values)) <= 1e-10 * Math.abs(meanOf(values));
}

/** 2 / C(m + n, n): when all values of one side lie above all of the other. */
function smallestRankPValue(m: number, n: number): number {
  let choices = 1;
  for (let i = 1; i <= Math.min(m, n); i++) choices *= (Math.max(m, n) + i) / i;
  return 2 / choices;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
