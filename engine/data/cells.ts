import { DuckDBDateValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { Cell } from '../../local-api/contract/index.ts';

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const DAY_MS = 86_400_000;

/** A value of a snapshot as it travels: big integers, infinities, dates and times as text. */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : String(value);
  }
  if (value instanceof DuckDBTimestampValue) return isoTime(value);
  if (value instanceof DuckDBDateValue) return isoDate(value);
  return String(value);
}

/** ISO 8601 in UTC with milliseconds, or with microseconds where there are some. */
function isoTime(value: DuckDBTimestampValue): string {
  const milliseconds = Number(value.micros / 1000n);
  const rest = Number(((value.micros % 1000n) + 1000n) % 1000n);
  const floor = rest !== 0 && value.micros < 0n ? milliseconds - 1 : milliseconds;
  const date = new Date(floor);
  if (Number.isNaN(date.getTime())) return value.toString();
  const text = date.toISOString();
  return rest === 0 ? text : text.replace('Z', `${String(rest).padStart(3, '0')}Z`);
}

function isoDate(value: DuckDBDateValue): string {
  const date = new Date(value.days * DAY_MS);
  return Number.isNaN(date.getTime()) ? value.toString() : (date.toISOString().split('T', 1)[0] ?? '');
}

/** A number from an aggregate; null stays null, so do values that are no finite number. */
export function numberOf(value: DuckDBValue | undefined): number | null {
  if (value === null || value === undefined) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
