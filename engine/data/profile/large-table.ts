import type { DuckDBValue } from '@duckdb/node-api';
import type { ColumnProfile, ColumnType, Histogram } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { type Bins, edgesOf } from '../../statistics/index.ts';
import { binIndexSql } from './bin-index-sql.ts';
import { orderOf } from './column-order.ts';
import type { Sample } from './sample.ts';

/** Each bin of a histogram is cut into about so many, by which quantiles are told. */
const CUTS = 64;
/** Candidates for the most frequent values that are counted over all rows. */
const CANDIDATES = 40;

export type Quantiles = NonNullable<ColumnProfile['quantiles']>;
type Level = readonly [keyof Quantiles, number];
const LEVELS: readonly Level[] = [
  ['p01', 0.01],
  ['p05', 0.05],
  ['p25', 0.25],
  ['p50', 0.5],
  ['p75', 0.75],
  ['p95', 0.95],
  ['p99', 0.99],
];

/** The 1 % and 99 % quantiles of the sample: they say where the bins over all rows lie. Null where it has no number. */
export async function innerRange(
  db: DuckDb,
  sample: Sample,
  value: string,
): Promise<{ p01: number; p99: number } | null> {
  const [row] = await db.rows(
    `SELECT quantile_cont(value, 0.01), quantile_cont(value, 0.99) FROM (SELECT ${value} AS value FROM ${sample.table})`,
  );
  const [p01, p99] = row ?? [];
  return p01 === null || p01 === undefined ? null : { p01: Number(p01), p99: Number(p99) };
}

/**
 * Counts every row into the bins and reads the quantiles off finer ones, in one scan: between two edges values are taken to lie
 * evenly, so a quantile is off by a small part of 1/64 of a bin. Whole numbers that have a fine bin each are told exactly.
 */
export async function countAndMeasure(
  db: DuckDb,
  table: string,
  column: { value: string; isInteger: boolean },
  bins: Bins,
): Promise<{ histogram: Histogram; quantiles: Quantiles | null }> {
  const cuts = cutsOf(bins, column.isInteger);
  const fine: Bins = { ...bins, step: bins.step / cuts, count: bins.count * cuts };
  const rows = await db.rows(
    `SELECT ${binIndexSql(column.value, fine)} AS bin, count(*) FROM ${table} WHERE ${column.value} IS NOT NULL GROUP BY 1`,
  );
  const outside = bins.lowEdge === null ? 0 : 1;
  const edges = edgesOf(bins);
  const counts = new Array<number>(edges.length - 1).fill(0);
  const fineCounts = new Array<number>(fine.count + outside + (bins.highEdge === null ? 0 : 1)).fill(0);
  for (const [bin, n] of rows) {
    const place = Number(bin);
    fineCounts[place] = Number(n);
    const inside = Math.floor((place - outside) / cuts);
    const coarse = place < outside ? 0 : Math.min(counts.length - 1, inside + outside);
    counts[coarse] = (counts[coarse] ?? 0) + Number(n);
  }
  const isWhole = column.isInteger && fine.step === 1;
  return { histogram: { edges, counts }, quantiles: quantilesOf(fineCounts, edgesOf(fine), isWhole) };
}

/** How often a bin is cut: for whole numbers so that no cut falls between two of them. */
function cutsOf(bins: Bins, isInteger: boolean): number {
  if (!isInteger) return CUTS;
  for (let cuts = CUTS; cuts > 1; cuts--) if (bins.step % cuts === 0) return cuts;
  return 1;
}

/** Quantiles from counts between edges; `isWhole`: each bin holds one whole number, the first one at or above its edge. */
export function quantilesOf(
  counts: readonly number[],
  edges: readonly number[],
  isWhole: boolean,
): Quantiles | null {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return null;
  const found: Quantiles = { p01: 0, p05: 0, p25: 0, p50: 0, p75: 0, p95: 0, p99: 0 };
  let bin = 0;
  let before = 0;
  for (const [name, level] of LEVELS) {
    // The place among the sorted values, as NumPy's "linear" counts it.
    const place = level * (total - 1) + 0.5;
    while (bin < counts.length - 1 && before + (counts[bin] ?? 0) < place) before += counts[bin++] ?? 0;
    const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 0];
    const share = Math.min(1, Math.max(0, (place - before) / Math.max(1, counts[bin] ?? 0)));
    found[name] = isWhole ? Math.ceil(from) : from + share * (to - from);
  }
  return found;
}

/** The most frequent of very many values: those that repeat in the sample, counted over all rows. None where none repeats. */
export async function frequentValues(
  db: DuckDb,
  table: string,
  sample: Sample,
  column: { name: string; type: ColumnType },
  most: number,
): Promise<DuckDBValue[][]> {
  const name = quoteIdentifier(column.name);
  await db.run(
    `CREATE OR REPLACE TEMP TABLE candidates AS SELECT ${name} AS value FROM ${sample.table} WHERE ${name} IS NOT NULL
     GROUP BY 1 HAVING count(*) > 1 ORDER BY count(*) DESC, value LIMIT ${CANDIDATES}`,
  );
  const [counted] = await db.rows('SELECT count(*) FROM candidates');
  if (Number(counted?.[0] ?? 0) === 0) return [];
  return db.rows(
    `SELECT ${name} AS value, count(*) AS n FROM ${table} SEMI JOIN candidates ON ${name} = candidates.value
     GROUP BY 1 ORDER BY n DESC, 1 LIMIT ${most}`,
  );
}

/** Whether a column's values only rise or only fall, and never stay: then no two rows are alike. */
export async function hasStrictOrder(
  db: DuckDb,
  table: string,
  sample: Sample,
  columns: readonly { name: string; type: ColumnType; missing: number }[],
): Promise<boolean> {
  for (const { name, type, missing } of columns) {
    if (type === 'string' || type === 'boolean' || missing > 0) continue;
    const order = await orderOf(db, table, sample, name);
    if (order?.startsWith('strictly')) return true;
  }
  return false;
}
