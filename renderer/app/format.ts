import type { RealNumber } from '../../local-api/contract/index.ts';

/** What is shown where there is no value. */
export const NO_VALUE = '–';

const integers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with thousands separators: 1,234,567. */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? NO_VALUE : integers.format(value);
}

/** "1 run", "2,000 runs". `plural` is given where adding an s is wrong. */
export function formatPlural(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/**
 * A number in at most `digits` significant digits, with thousands separators, in scientific notation only where
 * plain digits would be unreadable (below 1e-4 or from 1e9 on). NaN and the infinities are written as words.
 */
export function formatNumber(value: RealNumber | null | undefined, digits = 4): string {
  if (value === null || value === undefined) return NO_VALUE;
  if (typeof value === 'string') return value.replace('Infinity', '∞');
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  if (magnitude < 1e-4 || magnitude >= 1e9)
    return value.toExponential(Math.max(0, digits - 2)).replace('e+', 'e');
  if (Number.isInteger(value)) return integers.format(value);
  if (magnitude >= 10 ** digits) return integers.format(value);
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(magnitude)));
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals });
}

/**
 * A metric as people compare it: four decimals for values below 10, so that columns line up; three significant digits
 * for those that four decimals would hide.
 */
export function formatMetric(value: RealNumber | null | undefined): string {
  if (typeof value !== 'number' || !Number.isFinite(value)) return formatNumber(value);
  const magnitude = Math.abs(value);
  if (Number.isInteger(value) && magnitude >= 10) return integers.format(value);
  if (magnitude < 1e-3) return formatNumber(value, 3);
  return magnitude < 10 ? value.toFixed(4) : formatNumber(value, 5);
}

/** A share (0 to 1) as per cent: 12.3 %; what is neither 0 nor visible reads "< 0.1 %". */
export function formatPercent(share: number | null | undefined, decimals = 1): string {
  if (share === null || share === undefined || Number.isNaN(share)) return NO_VALUE;
  const smallest = 10 ** -decimals;
  const percent = share * 100;
  if (percent > 0 && percent < smallest) return `< ${smallest} %`;
  return `${percent.toLocaleString('en-US', { maximumFractionDigits: decimals })} %`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A size in decimal units with three significant digits: 12.3 MB. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return NO_VALUE;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** A length of time in the two units that matter: 340 ms, 4.2 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export function formatDuration(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) return NO_VALUE;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(minutes / 60);
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** How long an answer takes: 0.42 ms, 12.3 ms, and from a second on as `formatDuration`. */
export function formatLatency(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined || milliseconds >= 1000)
    return formatDuration(milliseconds);
  return `${formatNumber(milliseconds, 3)} ms`;
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

const steps: [limitMs: number, unitMs: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60_000, 1000, 'second'],
  [3_600_000, 60_000, 'minute'],
  [86_400_000, 3_600_000, 'hour'],
  [30 * 86_400_000, 86_400_000, 'day'],
  [365 * 86_400_000, 30 * 86_400_000, 'month'],
];
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** A moment seen from `nowMs`: "just now", "5 min. ago", "yesterday". */
export function formatRelative(timeMs: number, nowMs: number): string {
  const difference = timeMs - nowMs;
  const distance = Math.abs(difference);
  if (distance < 10_000) return 'just now';
  for (const [limit, unitMs, unit] of steps) {
    if (distance < limit) return relative.format(Math.round(difference / unitMs), unit);
  }
  return relative.format(Math.round(difference / (365 * 86_400_000)), 'year');
}

/** The day of a moment in UTC, as data has it: 2001-05-01. */
export function formatUtcDay(timeMs: number): string {
  const date = new Date(timeMs);
  return Number.isNaN(date.getTime()) ? NO_VALUE : date.toISOString().slice(0, 10);
}

/** A moment in full, in the reader's time zone: 2026-11-21 08:03:22. */
export function formatDateTime(timeMs: number): string {
  const date = new Date(timeMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
