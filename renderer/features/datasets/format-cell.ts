import type { Cell, ColumnType } from '../../../local-api/contract/index.ts';
import { formatNumber, NO_VALUE } from '../../app/format.ts';

/** A value of a column in few characters, for summaries: numbers rounded, times to the minute. */
export function formatCell(value: Cell, type: ColumnType): string {
  if (value === null) return NO_VALUE;
  if (typeof value === 'number') return formatNumber(value);
  if (type === 'datetime') return String(value).slice(0, 16).replace('T', ' ');
  if (type === 'date') return String(value).slice(0, 10);
  return String(value);
}
