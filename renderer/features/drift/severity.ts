import {
  type ColumnDrift,
  type DriftLevel,
  type DriftMethod,
  type DriftResult,
  driftLevelOf,
  driftMethods,
} from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';

/** A p-value as it is written: below 1e-12 no test tells the digits apart from rounding. */
export function formatPValue(pValue: number | null): string {
  return pValue !== null && pValue < 1e-12 ? '< 1e-12' : formatNumber(pValue, 2);
}

/** A score as it is written; a label that one side lacks makes some statistics infinite. */
export function formatScore(score: number, digits = 3): string {
  return score >= 1e300 ? '∞' : formatNumber(score, digits);
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

const order: Record<DriftLevel, number> = { drifted: 0, minor: 1, 'too-few': 2, none: 3 };

/** Columns as the report lists them: what drifted first, the largest change on top. */
export function bySeverity(columns: readonly ColumnDrift[]): ColumnDrift[] {
  const size = (column: ColumnDrift) => column.effect?.value ?? severityOf(column);
  return [...columns].sort(
    (a, b) =>
      order[driftLevelOf(a)] - order[driftLevelOf(b)] || size(b) - size(a) || a.name.localeCompare(b.name),
  );
}

/** Whether size and significance decided about a column, and not one method alone. */
export function isHonest(column: ColumnDrift): boolean {
  return column.significance !== undefined && column.chosen === undefined;
}

/** The columns as a table for a spreadsheet. */
export function columnsCsvTable(columns: readonly ColumnDrift[]) {
  return {
    columns: ['column', 'type', 'verdict', 'effect', 'p', 'method', 'score', 'threshold', 'reason'],
    rows: columns.map((column) => [
      column.name,
      column.type,
      driftLevelOf(column),
      column.effect?.value ?? null,
      column.significance?.adjusted ?? column.pValue,
      isHonest(column) ? 'size and significance' : column.method,
      column.score,
      column.threshold,
      column.reason,
    ]),
  };
}
