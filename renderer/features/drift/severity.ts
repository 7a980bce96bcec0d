import type { ColumnDrift, DriftMethod, DriftResult } from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';

export const methodLabels: Record<DriftMethod, string> = {
  psi: 'PSI',
  ks: 'Kolmogorov–Smirnov',
  chi2: 'Chi-squared',
  js: 'Jensen–Shannon',
  wasserstein: 'Wasserstein',
};

/** The same, for narrow columns. */
export const shortMethodLabels: Record<DriftMethod, string> = {
  psi: 'PSI',
  ks: 'KS',
  chi2: 'Chi²',
  js: 'JS',
  wasserstein: 'Wasserstein',
};

/** What the score of a method is, in a few words. */
export const methodMeanings: Record<DriftMethod, string> = {
  psi: 'Population stability index: 0 for equal shares; from 0.1 on there is a shift, from 0.25 on a large one.',
  ks: 'Largest distance between the two cumulative distributions, with a significance test.',
  chi2: 'Statistic of the test that both sides have the same shares.',
  js: 'Jensen–Shannon distance, 0 for equal shares to 0.83 for nothing in common.',
  wasserstein: 'How far values moved on average, in standard deviations of the reference.',
};

/** A p-value as it is written: below 1e-12 no test tells the digits apart from rounding. */
export function formatPValue(pValue: number | null): string {
  return pValue !== null && pValue < 1e-12 ? '< 1e-12' : formatNumber(pValue, 2);
}

/** Methods that apply to a kind of column. */
export const methodsFor: Record<ColumnDrift['kind'], readonly DriftMethod[]> = {
  number: ['psi', 'ks', 'js', 'wasserstein'],
  category: ['psi', 'chi2', 'js'],
};

/** Whether a method decides by its p-value (small means drift) and not by its score. */
export function decidesByPValue(method: DriftMethod): boolean {
  return method === 'ks' || method === 'chi2';
}

/**
 * How far a result is beyond its threshold: 1 stands on it, 2 is twice as far. P-values are compared by their
 * logarithms, so that 1e-20 counts as more than 1e-3.
 */
export function severityOf(result: Pick<DriftResult, 'method' | 'score' | 'pValue' | 'threshold'>): number {
  if (!decidesByPValue(result.method)) return result.score / result.threshold;
  if (result.pValue === null) return 0;
  return Math.log10(Math.max(result.pValue, 1e-300)) / Math.log10(Math.min(result.threshold, 0.999));
}

/** Columns as the report lists them: what drifted first, the furthest beyond its threshold on top. */
export function bySeverity(columns: readonly ColumnDrift[]): ColumnDrift[] {
  return [...columns].sort(
    (a, b) =>
      Number(b.drifted) - Number(a.drifted) || severityOf(b) - severityOf(a) || a.name.localeCompare(b.name),
  );
}
