import {
  type ColumnDrift,
  type DriftEffect,
  type DriftLevel,
  type DriftMethod,
  type DriftResult,
  type DriftSignificance,
  driftMethods,
} from '../../local-api/contract/index.ts';

type Facts = Pick<ColumnDrift, 'type' | 'kind' | 'reference' | 'current' | 'distribution'>;

/** A change of the missing share by this much is worth a word. */
const MISSING_CHANGE = 0.05;

type Honest = {
  level: DriftLevel;
  effect: DriftEffect;
  significance: DriftSignificance;
  /** A method that was to decide and could not be computed. */
  failed: DriftMethod | null;
};

/** The honest verdict in a sentence or three: what was found, what could not be seen, and missing values. */
export function honestReason(column: Facts, { level, effect, significance, failed }: Honest): string {
  const size = sizeOf(column, effect);
  const name = significance.test === 'labels' ? 'tests of the labels' : driftMethods[significance.test].title;
  const test = `${name} p ${chance(significance.adjusted)}`;
  const blind = `shifts below ${figure(significance.smallestShift, 2)} standard deviations could go unseen`;
  const windows = `${thousands(column.reference.count)} and ${thousands(column.current.count)} values`;
  const parts: string[] = [];
  if (failed !== null)
    parts.push(`${driftMethods[failed].title} could not be computed here, so size and significance decide.`);
  if (level === 'drifted') parts.push(`Drifted: ${size}, which chance does not explain (${test}).`);
  else if (level === 'minor')
    parts.push(`Changed, but too little to matter: ${size}, below ${figure(effect.limit)} (${test}).`);
  else if (level === 'too-few')
    parts.push(`Too few rows to say: of ${windows}, ${blind} (measured: ${size}; ${test}).`);
  else if (effect.value >= effect.limit && effect.value > 0)
    parts.push(`No drift shown: ${size}, but windows of ${windows} differ that much by chance (${test}).`);
  else parts.push(`No drift: ${size} (${test}).`);
  if (level === 'none' && significance.smallestShift > effect.limit) parts.push(`${capital(blind)}.`);
  return [...parts, ...missingNote(column)].join(' ');
}

/** The verdict of a method by its own rule. */
export function methodReason(
  column: Facts,
  { method, score, pValue, threshold, drifted }: DriftResult,
  { isChosen, isPossible }: { isChosen: boolean; isPossible: boolean },
): string {
  const { title, alert } = driftMethods[method];
  const finding =
    alert === 'p-value'
      ? `p ${chance(pValue ?? 1)} is ${drifted ? 'at or below' : 'above'} ${figure(threshold)}`
      : `${figure(score)} is ${drifted ? 'at or above' : 'below'} ${figure(threshold)}`;
  const verdict = drifted ? 'Drifted' : isPossible ? 'Perhaps drifted' : 'No drift';
  const by = isChosen ? 'by the chosen method' : 'by the method of the preset';
  return [`${verdict} ${by}: ${title} ${finding}.`, ...missingNote(column)].join(' ');
}

/** How large the change is, with the figure that a person would look at first. */
function sizeOf(column: Facts, { value, by }: DriftEffect): string {
  const deviations = `${figure(value, 2)} standard deviations`;
  if (value === 0) {
    const what = by === 'shares' || by === 'label' ? 'shares' : 'values';
    return `${what} moved by no more than chance would${what === 'shares' ? largestChange(column) : meansOf(column)}`;
  }
  if (by === 'distance') return `values moved by ${deviations}${meansOf(column)}`;
  if (by === 'gap')
    return `the distributions lie as far apart as by a shift of ${deviations}${meansOf(column)}`;
  return `shares moved by ${deviations}${largestChange(column)}`;
}

function meansOf({ type, reference, current }: Facts): string {
  if (type === 'date' || type === 'datetime' || reference.mean === null || current.mean === null) return '';
  return ` (mean ${figure(reference.mean)} → ${figure(current.mean)})`;
}

/** The label whose share changed most. */
function largestChange({ distribution }: Facts): string {
  if (distribution.kind !== 'categories') return '';
  const { labels, reference, current } = distribution;
  let most = -1;
  let largest = 0;
  for (let i = 0; i < labels.length; i++) {
    // All rarer labels together: no label that a person could look for.
    if (labels[i] === 'other' && i >= 20) continue;
    const change = Math.abs((current[i] ?? 0) - (reference[i] ?? 0));
    if (change > largest) [most, largest] = [i, change];
  }
  if (most === -1) return '';
  const label = labels[most] ?? '';
  const short = label.length > 40 ? `${label.slice(0, 39)}…` : label;
  return ` (most: “${short}” ${percent(reference[most] ?? 0)} → ${percent(current[most] ?? 0)})`;
}

function missingNote({ reference, current }: Facts): string[] {
  const before = reference.missing / (reference.missing + reference.count);
  const after = current.missing / (current.missing + current.count);
  if (!(Math.abs(after - before) >= MISSING_CHANGE)) return [];
  return [`Missing values went from ${Math.round(before * 100)} % to ${Math.round(after * 100)} %.`];
}

function figure(value: number, digits = 3): string {
  if (value >= 1e300) return '∞';
  return String(Number(value.toPrecision(digits)));
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`;
}

function thousands(count: number): string {
  return count.toLocaleString('en-US');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A p-value as it is written: below 1e-12 no test tells the digits apart from rounding. */
function chance(pValue: number): string {
  if (pValue < 1e-12) return '< 1e-12';
  return pValue < 0.001 ? pValue.toExponential(0) : figure(pValue, 2);
}
