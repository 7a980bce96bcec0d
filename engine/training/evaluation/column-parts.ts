import type { TableColumn } from '../table.ts';

/** Columns of numbers and times are cut into so many parts. */
const PARTS = 5;

/** Rows that have the same value of a column, or one of the same stretch. */
export type ColumnPart = { name: string; rows: number[] };

/**
 * The rows of each value of a column, among those given, in order of first appearance. Numbers and times with more than
 * five values are cut into five parts of equal size; missing values are a part of their own. O(rows · log rows).
 */
export function partsOf(column: TableColumn, rows: ArrayLike<number>): ColumnPart[] {
  const parts = new Map<string, number[]>();
  const add = (name: string, row: number) => {
    const members = parts.get(name);
    if (members === undefined) parts.set(name, [row]);
    else members.push(row);
  };
  const nameOf =
    column.role === 'category'
      ? (row: number) => column.categories[column.codes[row] as number]
      : numberNames(column, rows);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    add(nameOf(row) ?? 'missing', row);
  }
  return [...parts].map(([name, members]) => ({ name, rows: members }));
}

function numberNames(
  column: Exclude<TableColumn, { role: 'category' }>,
  rows: ArrayLike<number>,
): (row: number) => string | undefined {
  const { values } = column;
  const sorted = Float64Array.from(rows, (row) => values[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const text = (value: number) => cellText(column, value);
  if (new Set(sorted).size <= PARTS) {
    return (row) => (Number.isNaN(values[row]) ? undefined : text(values[row] as number));
  }
  const edges = Array.from(
    { length: PARTS - 1 },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / PARTS)] as number,
  ).filter((edge, i, all) => edge !== all[i - 1]);
  return (row) => {
    const value = values[row] as number;
    if (Number.isNaN(value)) return undefined;
    const place = edges.findIndex((edge) => value < edge);
    if (place === 0) return `below ${text(edges[0] as number)}`;
    if (place < 0) return `from ${text(edges.at(-1) as number)}`;
    return `${text(edges[place - 1] as number)} to ${text(edges[place] as number)}`;
  };
}

/** A value of a column of numbers, as people read it. */
export function cellText({ type }: Pick<TableColumn, 'type'>, value: number): string {
  if (type === 'boolean') return value === 1 ? 'true' : 'false';
  if (type === 'datetime' || type === 'date') return new Date(value).toISOString().slice(0, 10);
  return String(Number(value.toPrecision(4)));
}
