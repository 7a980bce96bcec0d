import { quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import type { TableColumn } from '../../training/index.ts';
import { columnOf, type Frame } from '../windows/frame.ts';

/** A column of both windows in a few parts: values, or ranges between quantiles of the reference. */
export type BinnedColumn = {
  name: string;
  reference: Uint8Array;
  current: Uint8Array;
  parts: { text: string; sql: string }[];
};

const MOST_VALUES = 20;
const MISSING = 'missing';

/**
 * Cuts a column: texts into the values with most rows and the rest, numbers at quantiles of the reference; missing ones apart.
 * Null when the windows do not both have it, or it has one part only.
 */
export function binColumn(
  reference: Frame,
  current: Frame,
  name: string,
  ranges: number,
): BinnedColumn | null {
  const a = columnOf(reference, name);
  const b = columnOf(current, name);
  if (a === undefined || b === undefined || (a.role === 'category') !== (b.role === 'category')) return null;
  const binned =
    a.role === 'category' && b.role === 'category' ? byValue(name, a, b) : byRange(name, a, b, ranges);
  return binned !== null && binned.parts.length > 1 ? binned : null;
}

/** The share of each part, of rows that count. */
export function sharesOf(
  codes: Uint8Array,
  parts: number,
  counts?: Uint8Array,
): { shares: Float64Array; rows: number } {
  const shares = new Float64Array(parts);
  let rows = 0;
  for (let row = 0; row < codes.length; row++) {
    if (counts !== undefined && counts[row] === 0) continue;
    shares[codes[row] as number] = (shares[codes[row] as number] as number) + 1;
    rows += 1;
  }
  return { shares: shares.map((count) => (rows > 0 ? count / rows : 0)), rows };
}

/**
 * The squared Jensen–Shannon distance (base 2) of a column, less what chance gives on average at these sizes: for equal laws it is
 * about (parts − 1)(1/m + 1/n) / (8 ln 2). Never below 0; 0 with fewer than 20 rows on a side.
 */
export function shiftOf(
  { reference, current, parts }: BinnedColumn,
  only?: { reference: Uint8Array; current: Uint8Array },
): number {
  const p = sharesOf(reference, parts.length, only?.reference);
  const q = sharesOf(current, parts.length, only?.current);
  if (p.rows < 20 || q.rows < 20) return 0;
  const chance = ((parts.length - 1) * (1 / p.rows + 1 / q.rows)) / (8 * Math.LN2);
  return Math.max(0, divergence(p.shares, q.shares) - chance);
}

/** The Jensen–Shannon divergence of two lists of shares, base 2: the square of the distance. */
export function divergence(p: ArrayLike<number>, q: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) {
    const [a, b] = [p[i] as number, q[i] as number];
    const middle = (a + b) / 2;
    if (a > 0) sum += (a * Math.log2(a / middle)) / 2;
    if (b > 0) sum += (b * Math.log2(b / middle)) / 2;
  }
  return Math.max(0, sum);
}

type Category = Extract<TableColumn, { role: 'category' }>;

function byValue(name: string, a: Category, b: Category): BinnedColumn {
  const counts = new Map<string, number>();
  for (const column of [a, b]) {
    for (const code of column.codes) {
      const label = column.categories[code];
      // Both windows count the same, whatever their sizes.
      if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1 / column.codes.length);
    }
  }
  const order = [...counts].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : 1)).map(([label]) => label);
  const shown = order.slice(0, MOST_VALUES);
  const places = new Map(shown.map((label, place) => [label, place]));
  const rest = order.length > shown.length ? shown.length : -1;
  const missing = shown.length + (rest >= 0 ? 1 : 0);
  const codesOf = ({ codes, categories }: Category) => {
    const byCode = categories.map((label) => places.get(label) ?? rest);
    return Uint8Array.from(codes, (code) => byCode[code] ?? missing);
  };
  const column = quoteIdentifier(name);
  const others = shown.map(quoteText).join(', ');
  return {
    name,
    reference: codesOf(a),
    current: codesOf(b),
    parts: [
      ...shown.map((label) => ({
        text: `${name} = ${label}`,
        sql: `CAST(${column} AS VARCHAR) = ${quoteText(label)}`,
      })),
      ...(rest >= 0
        ? [{ text: `${name} is a rarer value`, sql: `CAST(${column} AS VARCHAR) NOT IN (${others})` }]
        : []),
      { text: `${name} is ${MISSING}`, sql: `${column} IS NULL` },
    ],
  };
}

function byRange(name: string, a: TableColumn, b: TableColumn, ranges: number): BinnedColumn | null {
  if (a.role === 'category' || b.role === 'category') return null;
  const sorted = a.values.filter((value) => !Number.isNaN(value)).sort();
  if (sorted.length === 0) return null;
  const cuts: number[] = [];
  for (let i = 1; i < ranges; i++) {
    const cut = sorted[Math.floor((i * sorted.length) / ranges)] as number;
    if (cut > (cuts.at(-1) ?? (sorted[0] as number))) cuts.push(cut);
  }
  const codesOf = (values: Float64Array) =>
    Uint8Array.from(values, (value) => {
      if (Number.isNaN(value)) return cuts.length + 1;
      let part = 0;
      while (part < cuts.length && value >= (cuts[part] as number)) part += 1;
      return part;
    });
  const column = quoteIdentifier(name);
  const isTime = a.type === 'datetime' || a.type === 'date';
  const shown = (value: number) =>
    isTime ? new Date(value).toISOString().slice(0, 16).replace('T', ' ') : plain(value);
  const literal = (value: number) => (isTime ? `TIMESTAMP ${quoteText(shown(value))}` : String(value));
  const part = (from: number | undefined, to: number | undefined) => ({
    text:
      from === undefined
        ? `${name} < ${shown(to ?? 0)}`
        : to === undefined
          ? `${name} ≥ ${shown(from)}`
          : `${shown(from)} ≤ ${name} < ${shown(to)}`,
    sql: [
      ...(from === undefined ? [] : [`${column} >= ${literal(from)}`]),
      ...(to === undefined ? [] : [`${column} < ${literal(to)}`]),
    ].join(' AND '),
  });
  return {
    name,
    reference: codesOf(a.values),
    current: codesOf(b.values),
    parts: [
      ...(cuts.length === 0
        ? [{ text: `${name} has a value`, sql: `${column} IS NOT NULL` }]
        : Array.from({ length: cuts.length + 1 }, (_, i) => part(cuts[i - 1], cuts[i]))),
      { text: `${name} is ${MISSING}`, sql: `${column} IS NULL` },
    ],
  };
}

function plain(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString('en', { maximumFractionDigits: 6 });
}
