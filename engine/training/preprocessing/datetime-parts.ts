import type { DatetimePart } from '../../../local-api/contract/index.ts';

export const dayMs = 86_400_000;

/** After how many days a part comes round again; a year never does. */
export const partCycles: Record<DatetimePart, { days: number; name: string } | null> = {
  year: null,
  month: { days: 365.25, name: 'years' },
  dayOfYear: { days: 365.25, name: 'years' },
  day: { days: 30.44, name: 'months' },
  weekday: { days: 7, name: 'weeks' },
  hour: { days: 1, name: 'days' },
  minuteOfDay: { days: 1, name: 'days' },
  minute: { days: 1 / 24, name: 'hours' },
};

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
