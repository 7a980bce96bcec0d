import type { HolidayCountry } from '../../../local-api/contract/index.ts';

/** The years for which the graph holds holidays. */
export const holidayYears = { first: 1970, last: 2069 };

type Years = { since?: number; until?: number };
type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/**
 * When a holiday is: a date, a number of days from Easter Sunday, the n-th such weekday of a month (−1: the last), or the
 * first such weekday from a date on. Weekdays count from 0, Monday.
 */
type Rule = Years &
  (
    | { month: number; day: number; observed?: 'monday' | 'nearest' | 'saturdayBefore' }
    | { easter: number }
    | { month: number; weekday: Weekday; nth: number }
    | { month: number; from: number; weekday: Weekday }
  );

const monday = 0;
const thursday = 3;
const saturday = 5;

const goodFriday: Rule = { easter: -2 };
const easterMonday: Rule = { easter: 1 };
const ascension: Rule = { easter: 39 };
const whitMonday: Rule = { easter: 50 };
const corpusChristi: Rule = { easter: 60 };
const newYear: Rule = { month: 1, day: 1 };
const epiphany: Rule = { month: 1, day: 6 };
const labourDay: Rule = { month: 5, day: 1 };
const assumption: Rule = { month: 8, day: 15 };
const allSaints: Rule = { month: 11, day: 1 };
const immaculateConception: Rule = { month: 12, day: 8 };
const christmas: Rule = { month: 12, day: 25 };
const secondChristmas: Rule = { month: 12, day: 26 };

/**
 * Public holidays of the whole country (GB: England and Wales; US: federal), by the laws of recent decades: single days of
 * mourning or jubilee are left out, and so are holidays of a part of the country.
 */
const rules: Record<HolidayCountry, readonly Rule[]> = {
  AT: [
    newYear,
    epiphany,
    easterMonday,
    labourDay,
    ascension,
    whitMonday,
    corpusChristi,
    assumption,
    { month: 10, day: 26 },
    allSaints,
    immaculateConception,
    christmas,
    secondChristmas,
  ],
  BR: [
    newYear,
    goodFriday,
    { month: 4, day: 21 },
    labourDay,
    { month: 9, day: 7 },
    { month: 10, day: 12, since: 1980 },
    { month: 11, day: 2 },
    { month: 11, day: 15 },
    { month: 11, day: 20, since: 2024 },
    christmas,
  ],
  DE: [
    newYear,
    goodFriday,
    easterMonday,
    labourDay,
    ascension,
    whitMonday,
    { month: 6, day: 17, until: 1990 },
    { month: 10, day: 3, since: 1990 },
    christmas,
    secondChristmas,
  ],
  FR: [
    newYear,
    easterMonday,
    labourDay,
    { month: 5, day: 8, since: 1982 },
    ascension,
    whitMonday,
    { month: 7, day: 14 },
    assumption,
    allSaints,
    { month: 11, day: 11 },
    christmas,
  ],
  GB: [
    { ...newYear, since: 1974, observed: 'monday' },
    goodFriday,
    easterMonday,
    { month: 5, weekday: monday, nth: 1, since: 1978 },
    { month: 5, weekday: monday, nth: -1 },
    { month: 8, weekday: monday, nth: -1 },
    { ...christmas, observed: 'monday' },
    { ...secondChristmas, observed: 'monday' },
  ],
  IT: [
    newYear,
    { ...epiphany, until: 1977 },
    { ...epiphany, since: 1986 },
    easterMonday,
    { month: 4, day: 25 },
    labourDay,
    { month: 6, day: 2, since: 2001 },
    assumption,
    { month: 10, day: 4, since: 2026 },
    allSaints,
    immaculateConception,
    christmas,
    secondChristmas,
  ],
  NL: [
    newYear,
    goodFriday,
    easterMonday,
    { month: 4, day: 30, until: 2013 },
    { month: 4, day: 27, since: 2014, observed: 'saturdayBefore' },
    ascension,
    whitMonday,
    christmas,
    secondChristmas,
  ],
  PL: [
    newYear,
    { ...epiphany, since: 2011 },
    easterMonday,
    labourDay,
    { month: 5, day: 3, since: 1990 },
    corpusChristi,
    { ...assumption, since: 1989 },
    allSaints,
    { month: 11, day: 11, since: 1989 },
    { month: 12, day: 24, since: 2025 },
    christmas,
    secondChristmas,
  ],
  SE: [
    newYear,
    epiphany,
    goodFriday,
    easterMonday,
    labourDay,
    ascension,
    { ...whitMonday, until: 2004 },
    { month: 6, day: 6, since: 2005 },
    { month: 6, from: 20, weekday: saturday },
    { month: 10, from: 31, weekday: saturday },
    christmas,
    secondChristmas,
  ],
  US: [
    { ...newYear, observed: 'nearest' },
    { month: 1, weekday: monday, nth: 3, since: 1986 },
    { month: 2, weekday: monday, nth: 3 },
    { month: 5, weekday: monday, nth: -1 },
    { month: 6, day: 19, since: 2021, observed: 'nearest' },
    { month: 7, day: 4, observed: 'nearest' },
    { month: 9, weekday: monday, nth: 1 },
    { month: 10, weekday: monday, nth: 2 },
    { month: 11, day: 11, observed: 'nearest' },
    { month: 11, weekday: thursday, nth: 4 },
    { ...christmas, observed: 'nearest' },
  ],
};

const known = new Map<HolidayCountry, ReadonlySet<number>>();

/** The holidays of a country as day numbers: days since 1 January 1970. */
export function holidayNumbers(country: HolidayCountry): ReadonlySet<number> {
  const days = known.get(country) ?? countHolidays(rules[country]);
  known.set(country, days);
  return days;
}

function countHolidays(of: readonly Rule[]): ReadonlySet<number> {
  const days: number[] = [];
  // A new year's day on a Saturday is observed in the year before.
  for (let year = holidayYears.first; year <= holidayYears.last + 1; year += 1) {
    const taken = new Set<number>();
    for (const rule of of) {
      if (year < (rule.since ?? year) || year > (rule.until ?? year)) continue;
      for (const day of daysOf(rule, year, taken)) taken.add(day);
    }
    days.push(...taken);
  }
  const end = dayNumber(holidayYears.last + 1, 1, 1);
  return new Set(days.filter((day) => day < end).sort((a, b) => a - b));
}

/** The holiday of a year, and the day on which it is observed where that is another. */
function daysOf(rule: Rule, year: number, taken: ReadonlySet<number>): number[] {
  if ('easter' in rule) return [easterSunday(year) + rule.easter];
  if ('from' in rule) return [nextWeekday(dayNumber(year, rule.month, rule.from), rule.weekday)];
  if ('nth' in rule) {
    if (rule.nth > 0) return [nextWeekday(dayNumber(year, rule.month, 1), rule.weekday) + 7 * (rule.nth - 1)];
    return [nextWeekday(dayNumber(year, rule.month + 1, 1), rule.weekday) - 7];
  }
  const day = dayNumber(year, rule.month, rule.day);
  const weekday = weekdayOf(day);
  switch (rule.observed ?? 'never') {
    case 'never':
      return [day];
    case 'saturdayBefore':
      return [weekday === 6 ? day - 1 : day];
    case 'nearest':
      return weekday === 5 ? [day, day - 1] : weekday === 6 ? [day, day + 1] : [day];
    case 'monday':
      return [day, freeDay(day, taken)];
  }
}

function freeDay(from: number, taken: ReadonlySet<number>): number {
  let day = from;
  while (weekdayOf(day) > 4 || taken.has(day)) day += 1;
  return day;
}

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** 0 is Monday; 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (day + 3) % 7;
}

function nextWeekday(from: number, weekday: Weekday): number {
  return from + ((weekday - weekdayOf(from) + 7) % 7);
}

/** Meeus, "Astronomical Algorithms", ch. 8: the Gregorian Easter, as a day number. */
function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const marchDays = h + l - 7 * m + 114;
  return dayNumber(year, Math.floor(marchDays / 31), (marchDays % 31) + 1);
}
