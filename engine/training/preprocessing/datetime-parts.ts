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
  const whole = Math.trunc(ms);
  const days = Math.floor(whole / dayMs);
  const minutes = Math.floor((whole - days * dayMs) / 60_000);
  switch (part) {
    case 'year':
      return dateOf(days).year;
    case 'month':
      return dateOf(days).month;
    case 'day':
      return dateOf(days).day;
    case 'weekday':
      // 1970 began on a Thursday.
      return (((days + 3) % 7) + 7) % 7;
    case 'hour':
      return Math.floor(minutes / 60);
    case 'minute':
      return minutes % 60;
    case 'minuteOfDay':
      return minutes;
    case 'dayOfYear':
      return dateOf(days).dayOfYear;
  }
}

/** Days of 400 years, from 1 March 0000 to 1 January 1970, and before 1 March in a year. */
const [eraDays, marchToEpoch, daysBeforeMarch] = [146_097, 719_468, 59];

/**
 * The date of a day since the epoch in the Gregorian calendar, counted in years that begin in March, where the leap day is the
 * last (Hinnant, "chrono-compatible low-level date algorithms", 2013). A Date a row costs ten times as much.
 */
function dateOf(days: number): { year: number; month: number; day: number; dayOfYear: number } {
  const shifted = days + marchToEpoch;
  const era = Math.floor(shifted / eraDays);
  const ofEra = shifted - era * eraDays;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const sinceMarch = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * sinceMarch + 2) / 153);
  const isNextYear = fromMarch >= 10;
  const year = yearOfEra + era * 400 + (isNextYear ? 1 : 0);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return {
    year,
    month: isNextYear ? fromMarch - 9 : fromMarch + 3,
    day: sinceMarch - Math.floor((153 * fromMarch + 2) / 5) + 1,
    dayOfYear: isNextYear ? sinceMarch - 305 : sinceMarch + daysBeforeMarch + (isLeap ? 1 : 0) + 1,
  };
}
