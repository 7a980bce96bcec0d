import type { WindowLook } from '../../../local-api/contract/index.ts';

type Column = WindowLook['columns'][number];

/** One comparison as a form holds it. */
export type Term = { column: string | null; operator: string; value: string };

export const operators = [
  { value: '=', label: 'is', takesValue: true },
  { value: '<>', label: 'is not', takesValue: true },
  { value: '<', label: 'below', takesValue: true },
  { value: '<=', label: 'at most', takesValue: true },
  { value: '>', label: 'above', takesValue: true },
  { value: '>=', label: 'at least', takesValue: true },
  { value: 'contains', label: 'contains', takesValue: true },
  { value: 'IS NULL', label: 'is missing', takesValue: false },
  { value: 'IS NOT NULL', label: 'is there', takesValue: false },
] as const;

/** The comparison in SQL; null while the value is missing or does not fit the column. */
export function termOf({ name, type }: Column, { operator, value }: Term): string | null {
  // Always quoted: "order" is a name as good as any.
  const column = `"${name.replaceAll('"', '""')}"`;
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return `${column} ${operator}`;
  const text = value.trim();
  if (text === '') return null;
  const quoted = `'${text.replaceAll("'", "''")}'`;
  if (operator === 'contains') return type === 'string' ? `contains(${column}, ${quoted})` : null;
  switch (type) {
    case 'integer':
    case 'float':
      return Number.isFinite(Number(text)) ? `${column} ${operator} ${Number(text)}` : null;
    case 'boolean':
      return /^(true|false)$/i.test(text) ? `${column} ${operator} ${text.toLowerCase()}` : null;
    case 'datetime':
      return Number.isNaN(Date.parse(text)) ? null : `${column} ${operator} TIMESTAMP ${quoted}`;
    case 'date':
      return Number.isNaN(Date.parse(text)) ? null : `${column} ${operator} DATE ${quoted}`;
    default:
      return `${column} ${operator} ${quoted}`;
  }
}

/** Both conditions at once. */
export function joined(slice: string, term: string): string {
  const before = slice.trim();
  if (before === '') return term;
  return /\bOR\b/i.test(before) ? `(${before}) AND ${term}` : `${before} AND ${term}`;
}
