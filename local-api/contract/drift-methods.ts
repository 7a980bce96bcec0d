import { z } from 'zod';

/** Methods that compare one column of two windows, under ids that stay. */
export const DriftMethod = z.enum([
  'ks',
  'anderson-darling',
  'cramer-von-mises',
  'mann-whitney',
  'mann-whitney-less',
  't-test',
  'welch',
  'epps-singleton',
  'wasserstein',
  'wasserstein-raw',
  'energy',
  'mmd',
  'psi',
  'kl',
  'js',
  'js-base2',
  'hellinger',
  'nannyml-js',
  'nannyml-hellinger',
  'chi2',
  'chi2-one-sample',
  'g-test',
  'g-test-one-sample',
  'g-test-unscaled',
  'tvd',
  'l-infinity',
  'z-test',
  'fisher',
]);
export type DriftMethod = z.infer<typeof DriftMethod>;

/** number: numbers and times; category: text and booleans, and numbers of few values; binary: two values in all. */
export type DriftMethodKind = 'number' | 'category' | 'binary';

export type DriftMethodFacts = {
  title: string;
  /** For narrow columns. */
  short: string;
  kinds: readonly DriftMethodKind[];
  /** What is held against the threshold: a score that alarms when high, or a p-value that alarms when low. */
  alert: 'score' | 'p-value';
  /** Whether the threshold itself alarms. */
  isInclusive: boolean;
  defaultThreshold: number;
  /** Runs only where it decides or all methods are asked for: it costs much more than a pass over the values. */
  isSlow?: boolean;
  meaning: string;
  /** Who else computes the same, and where the method was published. */
  source: string;
};

const number = ['number'] as const;
const category = ['category', 'binary'] as const;
const everyKind = ['number', 'category', 'binary'] as const;
const binary = ['binary'] as const;
const highScore = { alert: 'score', isInclusive: true, defaultThreshold: 0.1 } as const;
const lowP = { alert: 'p-value', isInclusive: false, defaultThreshold: 0.05 } as const;

/** What each method is, when it alarms, and where it comes from. Thresholds are those of Evidently where it has the method. */
export const driftMethods: Readonly<Record<DriftMethod, DriftMethodFacts>> = {
  ks: {
    ...lowP,
    isInclusive: true,
    title: 'Kolmogorov–Smirnov',
    short: 'KS',
    kinds: number,
    meaning:
      'The largest gap between the two cumulative distributions, and the chance of one as large without drift.',
    source: 'SciPy ks_2samp; Evidently ks. Hodges 1958.',
  },
  'anderson-darling': {
    ...lowP,
    defaultThreshold: 0.1,
    title: 'Anderson–Darling',
    short: 'Anderson',
    kinds: number,
    meaning:
      'Gaps between the cumulative distributions, those in the tails weighing more. Its p-value ends at 0.001 and 0.25.',
    source: 'SciPy anderson_ksamp (midrank); Evidently anderson. Scholz & Stephens 1987.',
  },
  'cramer-von-mises': {
    ...lowP,
    isInclusive: true,
    defaultThreshold: 0.1,
    title: 'Cramér–von Mises',
    short: 'Cramér',
    kinds: number,
    meaning: 'Squared gaps between the two cumulative distributions, summed over all values.',
    source: 'SciPy cramervonmises_2samp; Evidently cramer_von_mises. Anderson 1962.',
  },
  'mann-whitney': {
    ...lowP,
    title: 'Mann–Whitney',
    short: 'Mann–W.',
    kinds: number,
    meaning:
      'Whether values of one side are mostly larger than those of the other; blind to a change of spread alone.',
    source: 'SciPy mannwhitneyu, two-sided. Mann & Whitney 1947.',
  },
  'mann-whitney-less': {
    ...lowP,
    title: 'Mann–Whitney, one-sided',
    short: 'Mann–W. ↑',
    kinds: number,
    meaning: 'Whether current values are mostly larger; blind to values that fell.',
    source: 'Evidently mannw (SciPy mannwhitneyu, alternative "less").',
  },
  't-test': {
    ...lowP,
    title: 'Student’s t-test',
    short: 't',
    kinds: number,
    meaning: 'Whether the means differ, taking both spreads for equal.',
    source: 'SciPy ttest_ind; Evidently t_test. Student 1908.',
  },
  welch: {
    ...lowP,
    title: 'Welch’s t-test',
    short: 'Welch',
    kinds: number,
    meaning: 'Whether the means differ, whatever the spreads.',
    source: 'SciPy ttest_ind(equal_var=False). Welch 1947.',
  },
  'epps-singleton': {
    ...lowP,
    isSlow: true,
    title: 'Epps–Singleton',
    short: 'Epps–S.',
    kinds: number,
    meaning: 'Compares the characteristic functions; also for whole numbers with many ties.',
    source: 'SciPy epps_singleton_2samp; Evidently es. Epps & Singleton 1986.',
  },
  wasserstein: {
    ...highScore,
    title: 'Wasserstein, in standard deviations',
    short: 'Wasserstein',
    kinds: number,
    meaning: 'How far values moved on average, in standard deviations of the reference.',
    source: 'Evidently wasserstein (SciPy wasserstein_distance / standard deviation).',
  },
  'wasserstein-raw': {
    ...highScore,
    title: 'Wasserstein, in units',
    short: 'Wass. raw',
    kinds: number,
    meaning: 'How far values moved on average, in the unit of the column: give a threshold in that unit.',
    source: 'SciPy wasserstein_distance; NannyML wasserstein; the earth mover’s distance.',
  },
  energy: {
    ...highScore,
    isInclusive: false,
    title: 'Energy distance',
    short: 'Energy',
    kinds: number,
    meaning:
      'Root of the squared area between the cumulative distributions; its scale is the root of the column’s unit.',
    source: 'SciPy energy_distance; Evidently ed. Székely 2003.',
  },
  mmd: {
    ...lowP,
    defaultThreshold: 0.1,
    isSlow: true,
    title: 'Maximum mean discrepancy',
    short: 'MMD',
    kinds: number,
    meaning:
      'Distance between the means in a Gaussian kernel’s space, by 100 permutations; at most 1,000 values a side.',
    source: 'Evidently empirical_mmd. Gretton 2012.',
  },
  psi: {
    ...highScore,
    title: 'Population stability index',
    short: 'PSI',
    kinds: everyKind,
    meaning:
      '0 for equal shares; from 0.1 on there is a shift, from 0.25 on a large one. Small windows score higher.',
    source: 'Evidently psi. Lewis 1994.',
  },
  kl: {
    ...highScore,
    title: 'Kullback–Leibler divergence',
    short: 'KL',
    kinds: everyKind,
    meaning: 'How badly the current shares describe the reference; not symmetric.',
    source: 'Evidently kl_div (SciPy entropy). Kullback & Leibler 1951.',
  },
  js: {
    ...highScore,
    title: 'Jensen–Shannon distance',
    short: 'JS',
    kinds: everyKind,
    meaning: 'Distance of the shares, 0 for equal ones to 0.83 for nothing in common (natural logarithm).',
    source: 'SciPy jensenshannon; Evidently jensenshannon. Lin 1991; Endres & Schindelin 2003.',
  },
  'js-base2': {
    ...highScore,
    title: 'Jensen–Shannon distance, base 2',
    short: 'JS 2',
    kinds: everyKind,
    meaning: 'Distance of the shares, 0 for equal ones to 1 for nothing in common.',
    source: 'SciPy jensenshannon(base=2).',
  },
  hellinger: {
    ...highScore,
    title: 'Hellinger distance',
    short: 'Hellinger',
    kinds: everyKind,
    meaning: 'Distance of the roots of the shares, 0 for equal ones to 1 for nothing in common.',
    source: 'Evidently hellinger. Hellinger 1909.',
  },
  'nannyml-js': {
    ...highScore,
    title: 'Jensen–Shannon, as NannyML bins',
    short: 'JS NannyML',
    kinds: everyKind,
    meaning: 'Base 2; bins made of the reference alone by Doane’s rule, and one for what lies outside.',
    source: 'NannyML jensen_shannon. Doane 1976.',
  },
  'nannyml-hellinger': {
    ...highScore,
    title: 'Hellinger, as NannyML bins',
    short: 'Hell. NannyML',
    kinds: everyKind,
    meaning: 'Bins made of the reference alone by Doane’s rule, and one for what lies outside.',
    source: 'NannyML hellinger.',
  },
  chi2: {
    ...lowP,
    isInclusive: true,
    title: 'Chi-squared',
    short: 'Chi²',
    kinds: category,
    meaning: 'Whether both sides have the same shares, both taken as samples; rare labels are put together.',
    source:
      'SciPy chi2_contingency without correction, after pooling labels with fewer than 5 expected. Pearson 1900.',
  },
  'chi2-one-sample': {
    ...lowP,
    title: 'Chi-squared against the reference',
    short: 'Chi² one-s.',
    kinds: category,
    meaning:
      'Takes the reference for the truth, not for a sample: about a quarter of its alarms at equal sizes are false.',
    source: 'Evidently chisquare (SciPy chisquare); whylogs chi-square.',
  },
  'g-test': {
    ...lowP,
    title: 'G-test',
    short: 'G',
    kinds: category,
    meaning: 'Chi-squared by likelihood ratios; both sides are samples.',
    source: 'SciPy chi2_contingency(lambda_="log-likelihood", correction=False). Sokal & Rohlf.',
  },
  'g-test-one-sample': {
    ...lowP,
    title: 'G-test against the reference',
    short: 'G one-s.',
    kinds: category,
    meaning: 'Takes the reference for the truth, not for a sample, scaled to the current size.',
    source: 'SciPy power_divergence(lambda_="log-likelihood") with counts scaled to the current size.',
  },
  'g-test-unscaled': {
    ...lowP,
    defaultThreshold: 0.1,
    title: 'G-test, unscaled',
    short: 'G unscaled',
    kinds: category,
    meaning:
      'Holds current counts against raw reference counts: only right where both sides have equally many rows.',
    source: 'Evidently g_test, which fails for unequal sizes with SciPy from 1.9 on.',
  },
  tvd: {
    ...lowP,
    defaultThreshold: 0.1,
    isSlow: true,
    title: 'Total variation distance',
    short: 'TVD',
    kinds: category,
    meaning: 'The share of rows that would have to change label, with a p-value by 1,000 permutations.',
    source: 'Evidently TVD.',
  },
  'l-infinity': {
    ...highScore,
    title: 'L-infinity',
    short: 'L∞',
    kinds: category,
    meaning: 'The largest change of any one label’s share; quiet where many labels change a little.',
    source: 'NannyML l_infinity; TensorFlow Data Validation’s comparator.',
  },
  'z-test': {
    ...lowP,
    title: 'Z-test of two shares',
    short: 'Z',
    kinds: binary,
    meaning: 'Whether the share of one of two values differs.',
    source: 'Evidently z: pooled, two-sided, of the values that are not the smallest.',
  },
  fisher: {
    ...lowP,
    defaultThreshold: 0.1,
    title: 'Fisher’s exact test',
    short: 'Fisher',
    kinds: binary,
    meaning: 'Whether the share of one of two values differs, exactly; for small windows.',
    source: 'SciPy fisher_exact, two-sided; Evidently fisher_exact, which refuses windows of unequal sizes.',
  },
};

/** The methods that fit a kind of column. */
export function driftMethodsFor(kind: DriftMethodKind): DriftMethod[] {
  return DriftMethod.options.filter((method) => driftMethods[method].kinds.includes(kind));
}
