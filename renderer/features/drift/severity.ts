import {
  type ColumnDrift,
  type DriftMethod,
  type DriftResult,
  driftMethods,
} from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';

/** A p-value as it is written: below 1e-12 no test tells the digits apart from rounding. */
export function formatPValue(pValue: number | null): string {
  return pValue !== null && pValue < 1e-12 ? '< 1e-12' : formatNumber(pValue, 2);
}

/** Whether a method decides by its p-value (small means drift) and not by its score. */
export function decidesByPValue(method: DriftMethod): boolean {
  return driftMethods[method].alert === 'p-value';
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
