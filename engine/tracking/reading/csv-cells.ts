import type { ColumnType } from './export-columns.ts';

/** `people`: for spreadsheets. `exact`: every text in quotes, so that an empty one differs from none. */
export type CsvStyle = 'people' | 'exact';

/**
 * One field of a CSV file (RFC 4180). For people a text that a spreadsheet would run as a formula is kept as text by a leading
 * apostrophe, and times are ISO 8601.
 */
export function csvCell(value: string | number | null, type: ColumnType, style: CsvStyle): string {
  if (value === null) return '';
  if (type === 'time') {
    const time = new Date(Number(value)).toISOString();
    return style === 'people' ? time : time.replace('T', ' ').replace('Z', '');
  }
  if (typeof value === 'number') return String(value);
  if (style === 'exact') return type === 'text' ? quoted(value) : value;
  const safe = /^[=+\-@\t\r]/.test(value) && Number.isNaN(Number(value)) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? quoted(safe) : safe;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
