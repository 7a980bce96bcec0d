import type { ChunkRule, DriftChunk, DriftWindow } from '../../../local-api/contract/index.ts';
import { type DuckDb, numberedParquetTable, quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import { AssayError } from '../../errors.ts';
import type { OpenWindow } from '../windows/open-window.ts';
import { windowColumns } from '../windows/window-source.ts';

export type CutWindow = {
  /** SQL over `table` that gives the place of the part of a row, from 0; NULL: of none. */
  part: string;
  /** What stands after FROM. */
  table: string;
  chunks: DriftChunk[];
  /** How it was cut, in words. */
  every: string;
};

type Unit = 'hour' | 'day' | 'week' | 'month';

const hours: Record<Unit, number> = { hour: 1, day: 24, week: 168, month: 730 };
const AIM = 20;
const MOST_CHUNKS = 400;
const PARTS = 10;
const rowColumn = '__assay_row';

/**
 * Cuts a window by time or by count. Without a column of time it is cut by count.
 * Errors: request/invalid when the column of time is not there, or when there would be more than 400 parts.
 */
export async function cutWindow(db: DuckDb, window: OpenWindow, by: ChunkRule): Promise<CutWindow> {
  const table = numberedParquetTable(window.files, rowColumn);
  const time = timeColumn(window, by);
  if (by.kind === 'time' && time !== null) {
    const span = await timeSpan(db, table, time);
    if (span !== null) return byTime(db, window, table, time, by.every === 'auto' ? unitFor(span) : by.every);
  }
  const size = by.kind === 'count' && by.rows !== undefined ? by.rows : Math.ceil(window.rows / PARTS);
  return byCount(db, window, table, Math.max(1, size), by.kind === 'time');
}

/** The column that tells when a row was: the one named, that of requests, or the first column of times. */
export function timeColumn(window: OpenWindow, by: ChunkRule): string | null {
  const named = by.kind === 'time' ? by.column : undefined;
  const times = window.columns.filter(({ type }) => type === 'datetime' || type === 'date');
  if (named !== undefined) {
    if (times.some(({ name }) => name === named)) return named;
    const message = `"${named}" is no column of times`;
    throw new AssayError('request/invalid', message, {
      problems: [{ path: '/by/column', message, expected: times.map(({ name }) => name).join(', ') }],
    });
  }
  return window.extras.has(windowColumns.at) ? windowColumns.at : (times[0]?.name ?? null);
}

async function timeSpan(db: DuckDb, table: string, time: string): Promise<number | null> {
  const at = instant(time);
  const [row] = await db.rows(
    `SELECT epoch_ms(max(${at}))::DOUBLE - epoch_ms(min(${at}))::DOUBLE FROM ${table}`,
  );
  const span = row?.[0];
  return span === null || span === undefined ? null : Number(span);
}

function unitFor(spanMs: number): Unit {
  const parts = (unit: Unit) => spanMs / (hours[unit] * 3_600_000);
  const units: Unit[] = ['month', 'week', 'day', 'hour'];
  return units.find((unit) => parts(unit) >= AIM / 2) ?? 'hour';
}

async function byTime(
  db: DuckDb,
  window: OpenWindow,
  table: string,
  time: string,
  unit: Unit,
): Promise<CutWindow> {
  const at = instant(time);
  const start = `date_trunc(${quoteText(unit)}, ${at})`;
  const rows = await db.rows(
    `SELECT epoch_ms(${start})::DOUBLE AS s, epoch_ms(${start} + INTERVAL 1 ${unit})::DOUBLE, count(*)::DOUBLE
     FROM ${table} WHERE ${at} IS NOT NULL GROUP BY ALL ORDER BY s LIMIT ${MOST_CHUNKS + 1}`,
  );
  if (rows.length > MOST_CHUNKS) throw tooMany(unit);
  const chunks = rows.map(([from, to, count]): DriftChunk => {
    const [fromMs, toMs] = [Number(from), Number(to)];
    return {
      name: nameOfTime(fromMs, unit),
      rows: Number(count),
      fromMs,
      toMs,
      window: between(window.facts.window, time, fromMs, toMs),
    };
  });
  const places = chunks.map(({ fromMs }, place) => `WHEN ${fromMs} THEN ${place}`).join(' ');
  return { table, part: `CASE epoch_ms(${start}) ${places} END`, chunks, every: `by ${unit}` };
}

async function byCount(
  db: DuckDb,
  window: OpenWindow,
  table: string,
  size: number,
  isFallback: boolean,
): Promise<CutWindow> {
  const part = `CAST(${quoteIdentifier(rowColumn)} // ${size} AS INTEGER)`;
  const hasTime = window.extras.has(windowColumns.at);
  const at = instant(windowColumns.at);
  const rows = await db.rows(
    `SELECT ${part} AS p, count(*)::DOUBLE, ${hasTime ? `epoch_ms(min(${at}))::DOUBLE, epoch_ms(max(${at}))::DOUBLE` : 'NULL, NULL'}
     FROM ${table} GROUP BY p ORDER BY p LIMIT ${MOST_CHUNKS + 1}`,
  );
  if (rows.length > MOST_CHUNKS) throw tooMany(`${size} rows`);
  const chunks = rows.map(([place, count, from, to]): DriftChunk => {
    const first = Number(place) * size + 1;
    const [fromMs, toMs] = [from === null ? null : Number(from), to === null ? null : Number(to) + 1];
    return {
      name: `rows ${first.toLocaleString('en')} to ${(first + Number(count) - 1).toLocaleString('en')}`,
      rows: Number(count),
      fromMs,
      toMs,
      window:
        fromMs === null || toMs === null
          ? null
          : between(window.facts.window, windowColumns.at, fromMs, toMs),
    };
  });
  const every = `by ${size.toLocaleString('en')} rows${isFallback ? ', since no column tells the time' : ''}`;
  return { table, part, chunks, every };
}

function tooMany(unit: string): AssayError {
  const message = `Cut by ${unit} there would be more than ${MOST_CHUNKS} parts`;
  return new AssayError('request/invalid', message, {
    problems: [{ path: '/by', message, expected: 'larger parts' }],
  });
}

function instant(name: string): string {
  return `TRY_CAST(${quoteIdentifier(name)} AS TIMESTAMP)`;
}

function nameOfTime(fromMs: number, unit: Unit): string {
  const text = new Date(fromMs).toISOString();
  if (unit === 'hour') return text.slice(0, 16).replace('T', ' ');
  return unit === 'month' ? text.slice(0, 7) : text.slice(0, 10);
}

/** The rows of a window of a time, as a window of their own. */
function between(window: DriftWindow, time: string, fromMs: number, toMs: number): DriftWindow {
  if (window.kind === 'requests') {
    const { last: _, ...others } = window;
    return { ...others, fromMs, toMs };
  }
  const literal = (ms: number) =>
    `TIMESTAMP ${quoteText(new Date(ms).toISOString().slice(0, 23).replace('T', ' '))}`;
  const column = quoteIdentifier(time);
  const condition = `${column} >= ${literal(fromMs)} AND ${column} < ${literal(toMs)}`;
  return { ...window, slice: window.slice === undefined ? condition : `(${window.slice}) AND ${condition}` };
}
