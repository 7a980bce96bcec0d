import type { ColumnType, RuleValue } from '../../../local-api/contract/index.ts';
import { quoteText } from '../../duckdb/index.ts';

/** What a column type of Assay is in DuckDB. */
export const duckDbTypes: Readonly<Record<ColumnType, string>> = {
  integer: 'BIGINT',
  float: 'DOUBLE',
  boolean: 'BOOLEAN',
  string: 'VARCHAR',
  datetime: 'TIMESTAMP',
  date: 'DATE',
};

export const isTime = (type: ColumnType): boolean => type === 'date' || type === 'datetime';
export const isNumber = (type: ColumnType): boolean => type === 'integer' || type === 'float';

const isoTime = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * A value of a rule as an SQL literal that compares with a column of this type, or null where no value of the column can
 * equal it: a text beside numbers, a fraction beside integers.
 */
export function literal(value: RuleValue, type: ColumnType): string | null {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? quoteText(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? String(value).toUpperCase() : null;
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value) ? `${value}::BIGINT` : null;
    case 'float':
      return typeof value === 'number' ? `${value}::DOUBLE` : null;
    case 'date':
    case 'datetime':
      return typeof value === 'string' ? timeLiteral(value) : null;
  }
}

/** A limit as an SQL literal, or null when it is none for a column of this type. */
export function boundLiteral(value: number | string, type: ColumnType): string | null {
  if (isNumber(type)) return typeof value === 'number' ? `${value}::DOUBLE` : null;
  return isTime(type) && typeof value === 'string' ? timeLiteral(value) : null;
}

function timeLiteral(text: string): string | null {
  const ms = timeMs(text);
  return ms === null ? null : `TIMESTAMP ${quoteText(new Date(ms).toISOString().replace('Z', ''))}`;
}

/** Milliseconds of a date, or of a date and time, in ISO 8601; null for another text. */
export function timeMs(text: string): number | null {
  if (!isoTime.test(text)) return null;
  // Without a zone it is UTC, as everywhere in Assay.
  const ms = Date.parse(/Z$|[+-]\d{2}:?\d{2}$/.test(text) || text.length === 10 ? text : `${text}Z`);
  return Number.isNaN(ms) ? null : ms;
}
