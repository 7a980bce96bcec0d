import type { TableColumn } from '../../training/index.ts';
import { number } from './verdict.ts';

const PARTS = 5;

export type Slice = { name: string; rows: number[] };

/**
 * The rows of each value of a column. Numbers and times with more than five values are cut into five parts of equal size;
 * missing values are a part of their own.
 */
export function slicesOf(column: TableColumn): Slice[] {
  const slices = new Map<string, number[]>();
  const add = (name: string, row: number) => {
    const rows = slices.get(name);
    if (rows === undefined) slices.set(name, [row]);
    else rows.push(row);
  };
  if (column.role === 'category') {
    column.codes.forEach((code, row) => {
      add(column.categories[code] ?? 'missing', row);
    });
  } else {
    const nameOf = partNames(column);
    column.values.forEach((value, row) => {
      add(Number.isNaN(value) ? 'missing' : nameOf(value), row);
    });
  }
  return [...slices].map(([name, rows]) => ({ name, rows }));
}

function partNames({ type, values }: Exclude<TableColumn, { role: 'category' }>): (value: number) => string {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const text = (value: number): string => {
    if (type === 'boolean') return value === 1 ? 'true' : 'false';
    if (type === 'datetime' || type === 'date') return new Date(value).toISOString().slice(0, 10);
    return number(value);
  };
  if (new Set(sorted).size <= PARTS) return text;
  const edges = Array.from(
    { length: PARTS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / PARTS)],
  ).filter((edge, i, all) => edge !== undefined && edge !== all[i - 1]) as number[];
  return (value) => {
    const place = edges.findIndex((edge) => value < edge);
    if (place === 0) return `below ${text(edges[0] as number)}`;
    if (place < 0) return `from ${text(edges.at(-1) as number)}`;
    return `${text(edges[place - 1] as number)} to ${text(edges[place] as number)}`;
  };
}
