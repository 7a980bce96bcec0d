import type { DriftEffect, DriftSignificance } from '../../local-api/contract/index.ts';
import { normalQuantile, normalSurvival, upperIncompleteGamma } from '../statistics/index.ts';
import type { CountPair, NumberPair } from './methods/index.ts';
import { andersonDarlingPValue, tiedAndersonDarling } from './statistics/anderson-darling.ts';
import { fisherExact, type TwoByTwo, zTest } from './statistics/category-tests.ts';
import { chiSquaredContingency, poolRare, total } from './statistics/chi-squared.ts';
import { expectedDivergence, jensenShannonDistance } from './statistics/jensen-shannon.ts';
import { inReferenceDeviations } from './statistics/wasserstein.ts';

/** What the honest verdict rests on, of one column; the correction needs all columns. */
export type HonestMeasure = {
  effect: Omit<DriftEffect, 'limit'>;
  significance: Pick<DriftSignificance, 'test' | 'statistic' | 'pValue'>;
  /** Degrees of freedom of the chi-squared test; null of the Anderson–Darling test. */
  degrees: number | null;
  m: number;
  n: number;
};

type Pooled = { reference: number[]; current: number[] };

/** With so few values a column of numbers is one of grades: tests made for continuous values would miss most changes. */
export const FEW_VALUES = 10;

/** The gap tells the size where it makes it so many times as large: the tails then hide the change from the distance. */
const CLEARLY = 1.25;

/** Mean of the largest gap of two samples of one law, times √(mn/(m + n)): √(π/2) ln 2 (Kolmogorov's law). */
const MEAN_GAP = Math.sqrt(Math.PI / 2) * Math.LN2;

/**
 * Size and significance of a change of numbers. `counts` are given where there are few values.
 *
 * Size: the Wasserstein distance in standard deviations of the reference; or, where that is clearly larger, the shift of a normal
 * column that would open the same gap between the distribution functions, which does not mind heavy tails. From each, what two windows of these
 * sizes show on average without drift is taken off in squares: √(1/m + 1/n) √(2/π) ∫√(H(1 − H)) of the distance, H the common
 * distribution (the mean of the Brownian bridge), and √(1/m + 1/n) √(π/2) ln 2 of the gap.
 */
export function measureNumbers(pair: NumberPair, counts: CountPair | null): HonestMeasure {
  const { size: m } = pair.reference;
  const { size: n } = pair.current;
  const gaps = pair.gaps();
  const noise = Math.sqrt(1 / m + 1 / n);
  const std = Math.sqrt(pair.moments().reference.variance);
  const expectedArea = noise * Math.sqrt(2 / Math.PI) * gaps.spread;
  const byDistance = corrected(
    'distance',
    inReferenceDeviations(gaps.area, std),
    inReferenceDeviations(expectedArea, std),
  );
  if (counts !== null) {
    return { effect: byDistance, ...testCounts(counts), m, n };
  }
  const byGap = corrected('gap', shiftOfGap(gaps.largest), shiftOfGap(noise * MEAN_GAP));
  const statistic = tiedAndersonDarling(gaps, m, n);
  return {
    effect: byGap.value > CLEARLY * byDistance.value ? byGap : byDistance,
    significance: {
      test: 'anderson-darling',
      statistic,
      pValue: gaps.distinct < 2 ? 1 : andersonDarlingPValue(statistic, m, n),
    },
    degrees: null,
    m,
    n,
  };
}

/**
 * Size and significance of a change of labels. Size: √8 times the Jensen–Shannon distance, or, where that is clearly larger, the
 * change of one label's share, in standard deviations of that label; of two values and small changes they are the same. What is
 * expected without drift is taken off: the mean of the divergence, or of the largest change among so many labels.
 */
export function measureCounts(counts: CountPair): HonestMeasure {
  const { reference, current } = counts;
  const scale = Math.sqrt(8);
  const byShares = corrected(
    'shares',
    scale * jensenShannonDistance(reference, current),
    scale * Math.sqrt(expectedDivergence(reference, current)),
  );
  const [m, n] = [total(reference), total(current)];
  const common = poolRare(reference, current);
  const noise = Math.sqrt(1 / m + 1 / n);
  const labels = common.reference.length;
  const largest = Math.abs(zTest(mostChanged(common)).statistic);
  const byLabel = corrected(
    'label',
    noise * largest,
    noise * Math.sqrt(2 * Math.log(Math.max(2 * labels, 2))),
  );
  const isOneOfMany = labels > 2 && byLabel.value > CLEARLY * byShares.value;
  return { effect: isOneOfMany ? byLabel : byShares, ...testCounts(counts), m, n };
}

function corrected(by: DriftEffect['by'], measured: number, expected: number): HonestMeasure['effect'] {
  return { by, measured, expected, value: Math.sqrt(Math.max(0, measured ** 2 - expected ** 2)) };
}

/** The shift of a standard normal law, in standard deviations, that opens this gap: 2 Φ⁻¹((1 + D)/2). */
function shiftOfGap(gap: number): number {
  return 2 * normalQuantile(Math.min((1 + gap) / 2, 1 - 1e-9));
}

/**
 * Of two labels chi-squared. Of more the smaller p-value of two tests, doubled: chi-squared, which sees many small changes, and
 * Fisher's exact test of one label against all others, which sees a single one among many. Its p-values are divided by weights that add up
 * to 1, a quarter of it shared evenly and the rest by the size of the label in both windows together; the smallest counts. Fisher's test takes these
 * sizes for given, so such weights leave its level as it is (weighted Bonferroni; Genovese, Roeder & Wasserman 2006), and a change of a
 * frequent label does not pay for hundreds of rare ones. Rare labels are put together first.
 */
function testCounts(counts: CountPair): Pick<HonestMeasure, 'significance' | 'degrees'> {
  const pooled = poolRare(counts.reference, counts.current);
  const { statistic, pValue, degrees } = chiSquaredContingency(pooled.reference, pooled.current);
  if (degrees < 2) return { significance: { test: 'chi2', statistic, pValue }, degrees };
  const single = singleLabelPValue(pooled);
  const smaller = Math.min(1, 2 * Math.min(pValue, single));
  return { significance: { test: 'labels', statistic, pValue: smaller }, degrees };
}

/** Share of the weights that every label has the same of. */
const EVEN = 0.25;

/** Of all labels; a label is chosen by the normal approximation, its p-value is exact. */
function singleLabelPValue({ reference, current }: Pooled): number {
  const [m, n] = [total(reference), total(current)];
  let [smallest, weight] = [Number.POSITIVE_INFINITY, 1];
  let table: TwoByTwo = { reference: 0, current: 0, m, n };
  for (let i = 0; i < reference.length; i++) {
    const label: TwoByTwo = { reference: reference[i] ?? 0, current: current[i] ?? 0, m, n };
    const own = EVEN / reference.length + ((1 - EVEN) * (label.reference + label.current)) / (m + n);
    const about = (2 * normalSurvival(Math.abs(zTest(label).statistic))) / own;
    if (about < smallest) [smallest, weight, table] = [about, own, label];
  }
  const { statistic } = zTest(table);
  // So far out exact counting, linear in the rows, would say the same.
  const isFar = Math.abs(statistic) > 12;
  return (isFar ? 2 * normalSurvival(Math.abs(statistic)) : fisherExact(table).pValue) / weight;
}

/** The label whose share changed most in its standard errors, against all others. */
function mostChanged({ reference, current }: Pooled): TwoByTwo {
  const [m, n] = [total(reference), total(current)];
  let most: TwoByTwo = { reference: 0, current: 0, m, n };
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    const label: TwoByTwo = { reference: reference[i] ?? 0, current: current[i] ?? 0, m, n };
    const change = Math.abs(zTest(label).statistic);
    if (change > largest) [largest, most] = [change, label];
  }
  return most;
}

/** In four of five windows. */
const POWER_QUANTILE = normalQuantile(0.8);
/** Of the Anderson–Darling test for a shift, against the best test for normal values: measured, 0.92 to 0.95. */
const EFFICIENCY = 0.93;

/**
 * The smallest shift, in standard deviations, that four of five windows of these sizes would show at a level.  Of labels it is the
 * change of the share of one, in the same unit.
 */
export function smallestShift(
  { degrees, m, n }: Pick<HonestMeasure, 'degrees' | 'm' | 'n'>,
  level: number,
): number {
  const noise = Math.sqrt(1 / m + 1 / n);
  if (degrees === null)
    return ((-normalQuantile(level / 2) + POWER_QUANTILE) * noise) / Math.sqrt(EFFICIENCY);
  const k = Math.max(degrees, 1);
  // Two tests share the level where there are more than two labels.
  const share = degrees < 2 ? level : level / 2;
  const critical = bisect((x) => upperIncompleteGamma(k / 2, x / 2) > share, 1);
  // Mean k + λ, variance 2 (k + 2 λ): the normal approximation of the non-central law, taken at its cube root (Sankaran).
  const shown = (lambda: number) => {
    const h = 1 - (2 * (k + lambda) * (k + 3 * lambda)) / (3 * (k + 2 * lambda) ** 2);
    const p = (k + 2 * lambda) / (k + lambda) ** 2;
    const z =
      ((critical / (k + lambda)) ** h - (1 + h * p * (h - 1 - 0.5 * (2 - h) * (1 - 3 * h) * p))) /
      (h * Math.sqrt(2 * p) * (1 + 0.5 * (1 - 3 * h) * p));
    return normalSurvival(z);
  };
  const together = Math.sqrt(bisect((lambda) => shown(lambda) < 0.8, 1)) * noise;
  if (degrees < 2) return together;
  // The least weight that a label can have.
  const single = (share * EVEN) / (k + 1);
  return Math.min(together, (-normalQuantile(single / 2) + POWER_QUANTILE) * noise);
}

/** Where a condition that holds from 0 on ends. */
function bisect(holds: (x: number) => boolean, first: number): number {
  let low = 0;
  let high = first;
  while (holds(high)) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}
