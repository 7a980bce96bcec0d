import type { ParamImportance } from '../../local-api/contract/index.ts';
import { type CodedColumn, MOST_LEVELS, medianOf, spearman } from '../statistics/index.ts';

export type ParamColumn = Omit<ParamImportance, 'importance'> & { coded: CodedColumn };

/** Positive numbers that span more than this are usually chosen on a logarithmic scale. */
const LOG_SPREAD = 100;
/** With fewer values than this there is no rank correlation to speak of. */
const FEWEST_TO_CORRELATE = 3;

/**
 * A param as a column of codes with what can be said of it alone; or why it is left out. Numbers keep their order, in
 * at most 63 steps of equal numbers of runs; texts become categories, the rarest together. Runs without the param have
 * a code of their own.
 */
export function paramColumn(
  param: string,
  texts: readonly (string | null)[],
  target: Float64Array,
): ParamColumn | { reason: string } {
  const present = texts.flatMap((text, row) => (text === null ? [] : [{ text, row }]));
  const distinct = new Set(present.map(({ text }) => text)).size;
  const isSometimesMissing = present.length < texts.length;
  if (distinct < 2 && !isSometimesMissing) return { reason: 'is the same in all runs' };
  const numbers = present.map(({ text }) => numberOf(text));
  const values = present.map(({ row }) => target[row] as number);
  const common = { param, n: present.length, distinct };
  if (numbers.every((number) => number !== null)) {
    const correlation = numbers.length < FEWEST_TO_CORRELATE ? Number.NaN : spearman(numbers, values);
    return {
      ...common,
      kind: isLogarithmic(numbers) ? 'log-number' : 'number',
      correlation: Number.isNaN(correlation) ? null : correlation,
      correlationKind: 'spearman',
      coded: codeNumbers(texts.map((text) => (text === null ? null : numberOf(text)))),
    };
  }
  if (distinct > Math.max(10, present.length / 2))
    return { reason: 'is a text that is different in nearly every run' };
  return {
    ...common,
    kind: 'category',
    correlation: correlationRatio(
      present.map(({ text }) => text),
      values,
    ),
    correlationKind: 'correlation-ratio',
    coded: codeTexts(texts),
  };
}

/** Whether positive numbers span much, with their middle nearer to the middle of their logarithms. */
function isLogarithmic(numbers: readonly number[]): boolean {
  const [low, high, middle] = [Math.min(...numbers), Math.max(...numbers), medianOf(numbers)];
  if (low <= 0 || high / low <= LOG_SPREAD) return false;
  const offCenter = Math.abs((middle - low) / (high - low) - 0.5);
  return Math.abs(Math.log(middle / low) / Math.log(high / low) - 0.5) < offCenter;
}

function numberOf(text: string): number | null {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** 0 for missing, from 1 in the order of the values. */
function codeNumbers(numbers: readonly (number | null)[]): CodedColumn {
  const sorted = numbers.filter((number) => number !== null).sort((a, b) => a - b);
  const distinct = [...new Set(sorted)];
  const steps = MOST_LEVELS - 1;
  const bounds =
    distinct.length <= steps
      ? distinct
      : [
          ...new Set(
            Array.from(
              { length: steps },
              (_, i) => sorted[Math.floor((i * sorted.length) / steps)] as number,
            ),
          ),
        ];
  const codes = Uint8Array.from(numbers, (number) => (number === null ? 0 : placeOf(bounds, number) + 1));
  return { codes, levels: bounds.length + 1, isOrdered: true };
}

/** The last bound that is not above the number. */
function placeOf(bounds: readonly number[], number: number): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((bounds[middle] as number) <= number) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** 0 for missing, then the categories by how often they occur; the rarest share the last code. */
function codeTexts(texts: readonly (string | null)[]): CodedColumn {
  const counts = new Map<string, number>();
  for (const text of texts) if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  const byCount = [...counts].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1));
  const codeOf = new Map(byCount.map(([text], place) => [text, Math.min(place + 1, MOST_LEVELS - 1)]));
  return {
    codes: Uint8Array.from(texts, (text) => (text === null ? 0 : (codeOf.get(text) ?? 0))),
    levels: Math.min(byCount.length + 1, MOST_LEVELS),
    isOrdered: false,
  };
}

/** The share of the spread that lies between categories, as a root (Pearson's η, 0 to 1); null where nothing varies. */
function correlationRatio(labels: readonly string[], values: readonly number[]): number | null {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const groups = new Map<string, { sum: number; count: number }>();
  let total = 0;
  for (const [place, label] of labels.entries()) {
    const away = (values[place] as number) - mean;
    const group = groups.get(label) ?? { sum: 0, count: 0 };
    groups.set(label, { sum: group.sum + away, count: group.count + 1 });
    total += away ** 2;
  }
  let between = 0;
  for (const { sum, count } of groups.values()) between += sum ** 2 / count;
  return total > 0 ? Math.sqrt(Math.min(1, between / total)) : null;
}
