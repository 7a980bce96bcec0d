import type { DatetimePart } from '../../../local-api/contract/index.ts';
import type { DatetimeNumber } from './fitted.ts';
import { holidayNumbers } from './holidays.ts';

export const dayMs = 86_400_000;

type Cycle = {
  /** After how many days the part comes round again, and what that is called. */
  days: number;
  name: string;
  /** The part's smallest value, and how many there are. */
  first: number;
  length: number;
};

/** How a part comes round again; a year never does. */
export const partCycles: Record<DatetimePart, Cycle | null> = {
  year: null,
  month: { days: 365.25, name: 'years', first: 1, length: 12 },
  dayOfYear: { days: 365.25, name: 'years', first: 1, length: 366 },
  day: { days: 30.44, name: 'months', first: 1, length: 31 },
  weekday: { days: 7, name: 'weeks', first: 0, length: 7 },
  hour: { days: 1, name: 'days', first: 0, length: 24 },
  minuteOfDay: { days: 1, name: 'days', first: 0, length: 1440 },
  minute: { days: 1 / 24, name: 'hours', first: 0, length: 60 },
};

/** Sine or cosine of where a part is in its cycle, for each value of the part from 0 on. */
export function cyclicTable({ first, length }: Cycle, form: 'sine' | 'cosine'): Float64Array {
  const wave = form === 'sine' ? Math.sin : Math.cos;
  return Float64Array.from({ length: first + length }, (_, value) =>
    wave((2 * Math.PI * (value - first)) / length),
  );
}

const tables = new Map<string, Float64Array>();

/** The number for an instant, as the preprocessing graph computes it. */
export function datetimeNumber(wanted: DatetimeNumber, ms: number): number {
  if (wanted.of === 'daysSince') return (ms - wanted.originMs) / dayMs;
  if (wanted.of === 'holiday') return holidayNumbers(wanted.country).has(Math.floor(ms / dayMs)) ? 1 : 0;
  const value = datetimePart(wanted.part, ms);
  const cycle = partCycles[wanted.part];
  if (wanted.form === 'number' || cycle === null) return value;
  const key = `${wanted.part} ${wanted.form}`;
  const table = tables.get(key) ?? cyclicTable(cycle, wanted.form);
  tables.set(key, table);
  return table[value] ?? Number.NaN;
}

/**
 * A part of an instant in UTC, as the preprocessing graph computes it: month 1–12, day 1–31, weekday 0 (Monday) – 6, hour 0–23,
 * minute 0–59, minuteOfDay 0–1439, dayOfYear 1–366. `ms` is milliseconds since the epoch within the range of Date.
 */
export function datetimePart(part: DatetimePart, ms: number): number {
  const date = new Date(ms);
  switch (part) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'day':
      return date.getUTCDate();
    case 'weekday':
      return (date.getUTCDay() + 6) % 7;
    case 'hour':
      return date.getUTCHours();
    case 'minute':
      return date.getUTCMinutes();
    case 'minuteOfDay':
      return date.getUTCHours() * 60 + date.getUTCMinutes();
    case 'dayOfYear':
      // setUTCFullYear, since Date.UTC takes the years 0 to 99 for 1900 to 1999.
      return Math.floor(ms / dayMs) - new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1) / dayMs + 1;
  }
}
