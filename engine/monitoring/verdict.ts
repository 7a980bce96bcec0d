import {
  type ColumnDrift,
  type DriftEffect,
  type DriftLevel,
  type DriftRule,
  type DriftSettings,
  type DriftSignificance,
  driftMethods,
} from '../../local-api/contract/index.ts';
import type { Comparison } from './comparison.ts';
import { smallestShift } from './honest-measure.ts';
import { honestReason, methodReason } from './reasons.ts';
import { benjaminiHochberg } from './statistics/benjamini-hochberg.ts';

/** Where even a shift by so many standard deviations, a large one (Cohen 1988), could go unseen, no answer is given. */
const TOO_BLUNT = 0.8;
/** whylogs: up to this p-value drift is possible. */
const POSSIBLE = 0.15;

/**
 * Which columns have drifted, and why.
 *
 * The honest verdict: a column has drifted when its change is both large enough to matter and more than chance explains, corrected
 * over the columns after Benjamini–Hochberg. A distance alone alarms on most small windows, a test alone on every large one.
 * Where a method is chosen, or the preset is another project's, that method's own rule holds, without correction.
 */
export function judgeColumns(comparisons: readonly Comparison[], settings: DriftSettings): ColumnDrift[] {
  const isHonest = (column: Comparison) => decidingResult(column) === null;
  const honest = comparisons.filter(isHonest);
  const adjusted = benjaminiHochberg(honest.map((column) => column.honest.significance.pValue));
  const places = new Map(honest.map((column, index) => [column, index]));
  return comparisons.map((column) => {
    const place = places.get(column);
    if (place === undefined) return judgeByMethod(column, settings, comparisons.length);
    const significance = significanceOf(column, settings, honest.length, adjusted[place] ?? 1);
    return judgeHonestly(column, settings, significance);
  });
}

/** Whether a whole window counts as drifted. */
export function isDatasetDrifted(columns: readonly Pick<ColumnDrift, 'drifted'>[], rule: DriftRule): boolean {
  const drifted = columns.filter((column) => column.drifted).length;
  if (drifted === 0) return false;
  if (rule.by === 'share') return drifted >= rule.share * columns.length;
  return rule.by === 'any' || drifted >= rule.count;
}

/** The result of the method that decides; null where none does or it could not be computed. */
function decidingResult({ decider, results }: Comparison) {
  return results.find(({ method }) => method === decider?.method) ?? null;
}

function significanceOf(
  { honest }: Comparison,
  { level }: DriftSettings,
  columns: number,
  adjusted: number,
): DriftSignificance {
  return {
    ...honest.significance,
    adjusted,
    level,
    smallestShift: smallestShift(honest, level / Math.max(columns, 1)),
  };
}

function judgeHonestly(
  comparison: Comparison,
  settings: DriftSettings,
  significance: DriftSignificance,
): ColumnDrift {
  const { honest: _, decider, ...column } = comparison;
  const limit = settings.columnThresholds[column.name] ?? settings.smallestEffect;
  const effect: DriftEffect = { ...comparison.honest.effect, limit };
  const isSignificant = significance.adjusted <= significance.level;
  const isLarge = effect.value > 0 && effect.value >= effect.limit;
  let level: DriftLevel = 'none';
  if (isSignificant) level = isLarge ? 'drifted' : 'minor';
  else if (significance.smallestShift > TOO_BLUNT) level = 'too-few';
  return {
    ...column,
    method: column.kind === 'number' ? 'wasserstein' : 'js',
    score: effect.value,
    pValue: significance.adjusted,
    threshold: effect.limit,
    drifted: level === 'drifted',
    level,
    effect,
    significance,
    reason: honestReason(comparison, { level, effect, significance, failed: decider?.method ?? null }),
  };
}

function judgeByMethod(comparison: Comparison, settings: DriftSettings, columns: number): ColumnDrift {
  const { honest, decider, ...column } = comparison;
  const result = decidingResult(comparison);
  if (result === null || decider === null) throw new Error(`${column.name} is left to no method`);
  const { method, score, pValue, threshold, drifted } = result;
  const isPossible =
    settings.preset === 'whylogs' && !decider.isChosen && pValue !== null && pValue <= POSSIBLE;
  const level: DriftLevel = drifted ? 'drifted' : isPossible ? 'minor' : 'none';
  const chance = driftMethods[method].alert === 'p-value' ? pValue : honest.significance.pValue;
  return {
    ...column,
    method,
    score,
    pValue,
    threshold,
    drifted,
    level,
    chosen: decider.isChosen,
    effect: { ...honest.effect, limit: settings.smallestEffect },
    significance: significanceOf(comparison, settings, columns, chance ?? 1),
    reason: methodReason(comparison, result, { isChosen: decider.isChosen, isPossible }),
  };
}
