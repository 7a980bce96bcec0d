import { expect, test } from 'vitest';
import { datetimePart, dayMs } from '../../../../../engine/training/preprocessing/datetime-parts.ts';
import { parkMiller } from '../../../../kit/training.ts';

const weekdays = [6, 0, 1, 2, 3, 4, 5];

function partsByDate(ms: number) {
  const date = new Date(ms);
  const year = date.getUTCFullYear();
  const newYear = new Date(0).setUTCFullYear(year, 0, 1);
  return {
    year,
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: weekdays[date.getUTCDay()],
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    minuteOfDay: date.getUTCHours() * 60 + date.getUTCMinutes(),
    dayOfYear: Math.floor(ms / dayMs) - newYear / dayMs + 1,
  };
}

function partsOf(ms: number) {
  const part = (name: Parameters<typeof datetimePart>[0]) => datetimePart(name, ms);
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    weekday: part('weekday'),
    hour: part('hour'),
    minute: part('minute'),
    minuteOfDay: part('minuteOfDay'),
    dayOfYear: part('dayOfYear'),
  };
}

test('the parts of an instant are those of Date, over all that it can tell', () => {
  // A year less than Date can tell, since it has to tell the first day of the year too.
  const range = 8.64e15 - 366 * dayMs;
  const edges = [-range, range, -1, 0, 1, -dayMs, dayMs - 1];
  const aroundYears = [-1, 0, 1, 4, 100, 400, 1600, 1900, 1999, 2000, 2024, 2100].flatMap((year) =>
    [0, 58, 59, 60, 61, 364, 365].map((days) => new Date(0).setUTCFullYear(year, 0, 1) + days * dayMs),
  );
  const anywhere = [...parkMiller(3000, 5)].map((u) => Math.round((2 * u - 1) * range));
  const near = [...parkMiller(3000, 6)].map((u) => Math.round((2 * u - 1) * 1e4 * 365 * dayMs));
  for (const ms of [...edges, ...aroundYears, ...anywhere, ...near]) {
    expect({ ms, ...partsOf(ms) }).toEqual({ ms, ...partsByDate(ms) });
  }
});
