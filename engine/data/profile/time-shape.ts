import type { ColumnProfile, TimeShape } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { numberOf } from '../cells.ts';
import { orderOf } from './column-order.ts';
import type { Sample } from './sample.ts';

/** Beyond so many different times, they are put into as many slots first. */
const MOST_TIMES = 1_000_000;
const MOST_GAPS = 10;
/** A step this many times the typical one is a gap. */
const GAP = 5;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** So many of the steps must agree for a frequency to be told. */
const FEWEST_REGULAR = 0.5;

/** How the times of a column are spread: steps between different times, gaps, weekdays and hours. Cost: two or three scans. */
export async function timeShape(
  db: DuckDb,
  table: string,
  sample: Sample,
  column: ColumnProfile,
): Promise<TimeShape | null> {
  if (column.count === 0) return null;
  const time = `epoch_ms(CAST(${quoteIdentifier(column.name)} AS TIMESTAMP))`;
  const isExact = column.distinct <= MOST_TIMES;
  const slot = isExact ? null : await slotWidth(db, table, time);
  const value = slot === null ? time : `(${time} // ${slot}) * ${slot}`;
  await db.run(
    `CREATE OR REPLACE TEMP TABLE steps AS
     SELECT value, lead(value) OVER (ORDER BY value) - value AS step FROM (SELECT DISTINCT ${value} AS value FROM ${table} WHERE ${time} IS NOT NULL)`,
  );
  const [row] = await db.rows(
    `SELECT count(*), median(step), mode(step), count(step), count(*) FILTER (step BETWEEN ${28 * DAY} AND ${31 * DAY}),
       count(*) FILTER (step BETWEEN ${89 * DAY} AND ${92 * DAY}), count(*) FILTER (step BETWEEN ${365 * DAY} AND ${366 * DAY}) FROM steps`,
  );
  const [different, typical, mode, count, months, quarters, years] = (row ?? []).map(numberOf);
  const steps = count ?? 0;
  const [agreeing] =
    mode === null || mode === undefined
      ? []
      : await db.rows(`SELECT count(*) FROM steps WHERE step = ${mode}`);
  const regularShare = steps === 0 ? null : Number(agreeing?.[0] ?? 0) / steps;
  const { weekdays, hours } = await calendar(db, table, time);
  const share = (n: number | null | undefined) => (n ?? 0) / Math.max(1, steps);
  return {
    order: await orderOf(db, table, sample, column.name),
    different: different ?? 0,
    typicalStepMs: typical ?? null,
    regularShare,
    frequency: frequencyOf({
      mode: isExact && (regularShare ?? 0) >= FEWEST_REGULAR ? (mode ?? null) : null,
      monthly: share(months),
      quarterly: share(quarters),
      yearly: share(years),
      weekdays,
      steps,
    }),
    gaps:
      typical === null || typical === undefined ? [] : await gapsOf(db, GAP * Math.max(typical, slot ?? 0)),
    weekdays,
    hours: column.type === 'date' ? null : hours,
    isExact,
  };
}

async function slotWidth(db: DuckDb, table: string, time: string): Promise<number> {
  const [row] = await db.rows(`SELECT max(${time}) - min(${time}) FROM ${table}`);
  return Math.max(1, Math.ceil(Number(row?.[0] ?? 0) / MOST_TIMES));
}

async function gapsOf(db: DuckDb, least: number): Promise<TimeShape['gaps']> {
  const rows = await db.rows(
    `SELECT value, value + step FROM steps WHERE step > ${least} ORDER BY step DESC, value LIMIT ${MOST_GAPS}`,
  );
  return rows.map(([from, to]) => ({ fromMs: Number(from), toMs: Number(to) }));
}

/** Rows by day of the week and by hour, from counts by hour since the epoch. */
async function calendar(
  db: DuckDb,
  table: string,
  time: string,
): Promise<{ weekdays: number[]; hours: number[] }> {
  const weekdays = new Array<number>(7).fill(0);
  const hours = new Array<number>(24).fill(0);
  // Floor division: times before 1970 are below 0. The epoch was a Thursday.
  const hour = `CAST(floor(${time} / ${HOUR}) AS BIGINT)`;
  const rows = await db.rows(
    `WITH counted AS (SELECT ${hour} AS hour, count(*) AS n FROM ${table} WHERE ${time} IS NOT NULL GROUP BY 1)
     SELECT ((CAST(floor(hour / 24) AS BIGINT) + 3) % 7 + 7) % 7, (hour % 24 + 24) % 24, sum(n) FROM counted GROUP BY 1, 2`,
  );
  for (const [weekday, clock, n] of rows) {
    weekdays[Number(weekday)] = (weekdays[Number(weekday)] ?? 0) + Number(n);
    hours[Number(clock)] = (hours[Number(clock)] ?? 0) + Number(n);
  }
  return { weekdays, hours };
}

export type StepFacts = {
  /** The most frequent step, where enough of them agree. */
  mode: number | null;
  /** Shares of the steps that are as long as a month, a quarter, a year. */
  monthly: number;
  quarterly: number;
  yearly: number;
  weekdays: readonly number[];
  steps: number;
};

const NEARLY_ALL = 0.9;
const FEWEST_STEPS = 3;

/** What people call a series with such steps; null where it has no regular one. */
export function frequencyOf({ mode, monthly, quarterly, yearly, weekdays, steps }: StepFacts): string | null {
  if (steps < FEWEST_STEPS) return null;
  if (monthly >= NEARLY_ALL) return 'monthly';
  if (quarterly >= NEARLY_ALL) return 'quarterly';
  if (yearly >= NEARLY_ALL) return 'yearly';
  if (mode === null || mode <= 0) return null;
  if (mode === DAY) return weekdays[5] === 0 && weekdays[6] === 0 ? 'daily, weekdays only' : 'daily';
  if (mode === 7 * DAY) return 'weekly';
  if (mode === HOUR) return 'hourly';
  return `every ${durationOf(mode)}`;
}

const units = [
  ['d', DAY],
  ['h', HOUR],
  ['min', 60_000],
  ['s', 1000],
] as const;

function durationOf(ms: number): string {
  const unit = units.find(([, length]) => ms % length === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[1]} ${unit[0]}`;
}
