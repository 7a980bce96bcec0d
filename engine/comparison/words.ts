import type { Interval } from '../../local-api/contract/index.ts';

/** Decimals at which an interval of this width still shows two figures. */
function decimalsFor(width: number): number {
  if (!Number.isFinite(width) || width <= 0) return 4;
  return Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(width))));
}

/** Decimals that show six figures of a number: values that hardly differ would fill the line with zeros. */
function significantDecimals(size: number): number {
  return size === 0 ? 4 : Math.max(0, 5 - Math.floor(Math.log10(size)));
}

/** A number with two figures of its own error; very large and very small ones with an exponent. */
export function figure(value: number, error: number): string {
  const size = Math.max(Math.abs(value), Math.abs(error));
  if (size !== 0 && (size < 1e-5 || size >= 1e9)) return value.toExponential(2);
  const decimals = Math.min(decimalsFor(error), significantDecimals(size));
  return value.toFixed(decimals).replace(/^-(0(?:\.0+)?)$/, '$1');
}

export function signed(value: number, error: number): string {
  const text = figure(value, error);
  return value > 0 ? `+${text}` : text.replace('-', '−');
}

/** "+0.012 auc (95 % CI 0.004 … 0.020)". */
export function differenceInWords(
  metric: string,
  difference: number,
  interval: Interval | null,
  confidence: number,
): string {
  const error = interval === null ? Math.abs(difference) : (interval.high - interval.low) / 2;
  const shift = `${signed(difference, error)} ${metric}`;
  if (interval === null) return shift;
  const end = (value: number) => figure(value, error).replace('-', '−');
  return `${shift} (${percent(confidence)} CI ${end(interval.low)} … ${end(interval.high)})`;
}

export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

export function chance(pValue: number): string {
  if (pValue < 1e-12) return 'p < 1e-12';
  return pValue < 0.001 ? `p = ${pValue.toExponential(0)}` : `p = ${Number(pValue.toPrecision(2))}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
