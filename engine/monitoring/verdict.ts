import type { ColumnDrift, DriftMethod, DriftResult } from '../../local-api/contract/index.ts';
import type { Comparison, Thresholds } from './comparison.ts';
import { benjaminiHochberg } from './statistics/benjamini-hochberg.ts';

/** The method whose score is the size of the change in the default verdict. */
const DEFAULT_METHOD = { number: 'wasserstein', category: 'js' } as const;

/** Below this many values in either window a verdict says what it could not have seen. */
const SMALL_WINDOW = 200;
/** A change of the missing share by this much is worth a word. */
const MISSING_CHANGE = 0.05;

/**
 * Which columns have drifted, and why.
 *
 * By default a column has drifted when its change is both large enough to matter (Wasserstein distance of 0.1
 * standard deviations for numbers, Jensen–Shannon distance of 0.1 for categories) and more than chance explains (5 %,
 * corrected over the columns after Benjamini–Hochberg). A distance alone alarms on most small windows, a test alone
 * on every large one. Where a method is chosen, that method's own rule holds, as its name promises elsewhere.
 */
export function judgeColumns(
  comparisons: readonly Comparison[],
  methods: Readonly<Record<string, DriftMethod>>,
  thresholds: Thresholds,
): ColumnDrift[] {
  const byDefault = comparisons.filter((column) => methods[column.name] === undefined);
  const corrected = benjaminiHochberg(byDefault.map((column) => column.significance.pValue));
  const pValues = new Map(byDefault.map((column, index) => [column.name, corrected[index] ?? 1]));
  return comparisons.map((column) => {
    const chosen = methods[column.name];
    if (chosen !== undefined) return judgeByMethod(column, chosen);
    return judgeByDefault(column, pValues.get(column.name) ?? 1, thresholds);
  });
}

function resultOf(column: Comparison, method: DriftMethod): DriftResult {
  const result = column.results.find((candidate) => candidate.method === method);
  if (result === undefined) throw new Error(`${method} was not computed for ${column.name}`);
  return result;
}

function judgeByMethod(comparison: Comparison, method: DriftMethod): ColumnDrift {
  const { significance: _, ...column } = comparison;
  const { score, pValue, threshold, drifted } = resultOf(comparison, method);
  const finding =
    pValue === null
      ? `${methodNames[method]} ${figure(score)} is ${drifted ? 'at or above' : 'below'} ${figure(threshold)}`
      : `${methodNames[method]} test: p ${chance(pValue)} is ${drifted ? 'at or below' : 'above'} ${figure(threshold)}`;
  const reason = `${drifted ? 'Drifted' : 'No drift'} by the chosen method: ${finding}.${missingNote(column)}`;
  return { ...column, method, score, pValue, threshold, drifted, reason };
}

function judgeByDefault(comparison: Comparison, pValue: number, thresholds: Thresholds): ColumnDrift {
  const { significance, ...column } = comparison;
  const method = DEFAULT_METHOD[column.kind];
  const { score, threshold, drifted: isLarge } = resultOf(comparison, method);
  const level = significance.test === 'chi-squared' ? thresholds.chi2 : thresholds.ks;
  const isSignificant = pValue <= level;
  const drifted = isLarge && isSignificant;
  const size =
    method === 'wasserstein'
      ? `values moved by ${figure(score)} standard deviations (limit ${figure(threshold)})`
      : `shares moved by a distance of ${figure(score)} (limit ${figure(threshold)})`;
  const p = `p ${chance(pValue)}`;
  let reason: string;
  if (drifted) reason = `Drifted: ${size}, which chance does not explain (${significance.test} ${p}).`;
  else if (isLarge) {
    reason = `No drift shown: ${size}, but windows of ${column.reference.count} and ${column.current.count} values differ that much by chance (${significance.test} ${p}).`;
  } else if (isSignificant)
    reason = `Changed, but too little to matter: ${size} (${significance.test} ${p}).`;
  else reason = `No drift: ${size} (${significance.test} ${p}).`;
  const notes = `${drifted ? '' : smallWindowNote(column)}${missingNote(column)}`;
  return { ...column, method, score, pValue, threshold, drifted, reason: reason + notes };
}

const methodNames: Record<DriftMethod, string> = {
  psi: 'Population stability index',
  ks: 'Kolmogorov–Smirnov',
  chi2: 'Chi-squared',
  js: 'Jensen–Shannon distance',
  wasserstein: 'Wasserstein distance (in standard deviations)',
};

/**
 * The smallest shift that a window of this size would show. For normal values the KS statistic of a small shift is
 * about 0.4 of it in standard deviations, and 5 % of equal windows exceed 1.36 √((m + n) / mn).
 */
function smallWindowNote({
  kind,
  reference,
  current,
}: Pick<ColumnDrift, 'kind' | 'reference' | 'current'>): string {
  const smaller = Math.min(reference.count, current.count);
  if (smaller >= SMALL_WINDOW) return '';
  const seen = 1.36 * Math.sqrt((reference.count + current.count) / (reference.count * current.count));
  const least =
    kind === 'number'
      ? `shifts below about ${Number((seen / 0.4).toPrecision(1))} standard deviations`
      : `changes of a share below about ${Math.round(seen * 100)} points`;
  return ` With only ${smaller} values in a window, ${least} go unseen.`;
}

function missingNote({ reference, current }: Pick<ColumnDrift, 'reference' | 'current'>): string {
  const before = reference.missing / (reference.missing + reference.count);
  const after = current.missing / (current.missing + current.count);
  if (!(Math.abs(after - before) >= MISSING_CHANGE)) return '';
  return ` Missing values went from ${Math.round(before * 100)} % to ${Math.round(after * 100)} %.`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function chance(pValue: number): string {
  if (pValue < 1e-12) return '< 1e-12';
  return pValue < 0.001 ? pValue.toExponential(0) : String(Number(pValue.toPrecision(2)));
}
