import type { RunRow } from '../../../../local-api/contract/index.ts';
import { type ColumnId, columnValue, parseColumn } from './run-columns.ts';

/**
 * Runs as CSV (RFC 4180, CRLF) with the shown columns and the id in front. Times are ISO 8601, durations
 * milliseconds, metrics in full precision.
 */
export function runsToCsv(runs: readonly RunRow[], columns: readonly ColumnId[], nowMs: number): string {
  const shown = ['id', ...columns.filter((id) => id !== 'id')];
  const lines = [
    shown.map(csvField).join(','),
    ...runs.map((run) => shown.map((id) => csvField(plainValue(run, id, nowMs))).join(',')),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function plainValue(run: RunRow, id: ColumnId, nowMs: number): string | number | null {
  const value = columnValue(run, id, nowMs);
  const isTime = parseColumn(id).family === 'attributes' && /^(started|ended)AtMs$/.test(id);
  return isTime && typeof value === 'number' ? new Date(value).toISOString() : value;
}

/** One field. Text that a spreadsheet would run as a formula is kept as text by a leading apostrophe. */
export function csvField(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
