import type { ColumnProfile, Histogram, NumberShape } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { numberOf } from '../cells.ts';
import { type ColumnOrder, orderOf } from './column-order.ts';
import type { Sample } from './sample.ts';

/** Beyond it squares leave the range of a float. */
const MOST_FOR_MOMENTS = 1e150;
const COLUMNS_AT_ONCE = 16;
const LOG_BINS = 40;
/** A smaller spread reads as well without a logarithm. */
const LOG_SPREAD = 100;
const TUKEY = 1.5;

type Standard = { column: ColumnProfile; mean: number; std: number; low: number; high: number };

/**
 * The form of number columns: moments, signs, order, values beyond Tukey's fences, and a histogram of the logarithm for
 * those that spread widely above 0. All exact but for the fences, which stand on the quantiles of the profile. Cost: about two
 * scans of each column.
 */
export async function numberShapes(
  db: DuckDb,
  table: string,
  sample: Sample,
  columns: readonly ColumnProfile[],
): Promise<Map<string, NumberShape>> {
  const shapes = new Map<string, NumberShape>();
  for (let start = 0; start < columns.length; start += COLUMNS_AT_ONCE) {
    const part = columns.slice(start, start + COLUMNS_AT_ONCE).map(standardOf);
    const [row = []] = await db.rows(`SELECT ${part.map(momentsSql).join(', ')} FROM ${table}`);
    const width = row.length / part.length;
    for (const [index, one] of part.entries()) {
      const cells = row.slice(index * width, (index + 1) * width).map((cell) => numberOf(cell) ?? 0);
      const order = await orderOf(db, table, sample, one.column.name);
      shapes.set(one.column.name, shapeOf(one, cells, order, await logHistogram(db, table, one.column)));
    }
  }
  return shapes;
}

function standardOf(column: ColumnProfile): Standard {
  const { p25 = Number.NaN, p75 = Number.NaN } = column.quantiles ?? {};
  const reach = TUKEY * (p75 - p25);
  return {
    column,
    mean: column.mean ?? 0,
    std: column.std !== null && column.std > 0 ? column.std : 1,
    low: p25 - reach,
    high: p75 + reach,
  };
}

/** What the smallest and largest value tell already is not counted. */
function momentsSql({ column, mean, std, low, high }: Standard): string {
  const value = `CAST(${quoteIdentifier(column.name)} AS DOUBLE)`;
  const { min, max } = column;
  const isBounded =
    typeof min === 'number' && typeof max === 'number' && Math.max(-min, max) < MOST_FOR_MOMENTS;
  const scaled = `((${value} - (${mean})) / ${std})`;
  const z = isBounded ? scaled : `CASE WHEN abs(${value}) < ${MOST_FOR_MOMENTS} THEN ${scaled} END`;
  const beyond = (condition: string, canBe: boolean) =>
    canBe || !isBounded ? `count(*) FILTER (${condition})` : '0';
  return [
    `count(${z})`,
    `sum(${z})`,
    `sum(${z} * ${z})`,
    `sum(${z} * ${z} * ${z})`,
    `sum((${z} * ${z}) * (${z} * ${z}))`,
    beyond(`${value} < 0`, Number(min) < 0),
    beyond(`isinf(${value}) OR isnan(${value})`, false),
    Number.isFinite(low) ? beyond(`${value} < ${low}`, Number(min) < low) : '0',
    Number.isFinite(high) ? beyond(`${value} > ${high}`, Number(max) > high) : '0',
  ].join(', ');
}

function shapeOf(
  { column, low, high }: Standard,
  cells: readonly number[],
  order: ColumnOrder | null,
  log: Histogram | null,
): NumberShape {
  const [
    n = 0,
    sum = 0,
    squares = 0,
    cubes = 0,
    fourths = 0,
    negatives = 0,
    infinite = 0,
    below = 0,
    above = 0,
  ] = cells;
  const { skewness, kurtosis } = momentsOf(n, [sum, squares, cubes, fourths]);
  return {
    skewness,
    kurtosis,
    negatives,
    infinite,
    order,
    fences: column.quantiles === null ? null : { low, high, below, above },
    logHistogram: log,
  };
}

/**
 * Skewness G1 and excess kurtosis G2, both corrected for bias (Joanes and Gill, 1998), from sums of powers of values that
 * were brought near mean 0 and deviation 1; what rounding left of their mean is taken out here. Null where they are not
 * defined: fewer than 3 or 4 values, or all alike.
 */
export function momentsOf(
  n: number,
  [sum, squares, cubes, fourths]: readonly [number, number, number, number],
): { skewness: number | null; kurtosis: number | null } {
  if (n < 3) return { skewness: null, kurtosis: null };
  const d = sum / n;
  const m2 = squares / n - d * d;
  if (!(m2 > 1e-28)) return { skewness: null, kurtosis: null };
  const m3 = cubes / n - 3 * d * (squares / n) + 2 * d ** 3;
  const m4 = fourths / n - 4 * d * (cubes / n) + 6 * d * d * (squares / n) - 3 * d ** 4;
  const skewness = (Math.sqrt(n * (n - 1)) / (n - 2)) * (m3 / m2 ** 1.5);
  const excess = m4 / m2 ** 2 - 3;
  const kurtosis = n < 4 ? null : ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * excess + 6);
  return { skewness, kurtosis };
}

async function logHistogram(db: DuckDb, table: string, column: ColumnProfile): Promise<Histogram | null> {
  const { min, max } = column;
  if (typeof min !== 'number' || typeof max !== 'number' || min <= 0 || max / min < LOG_SPREAD) return null;
  const from = Math.log10(min);
  const step = (Math.log10(max) - from) / LOG_BINS;
  const value = `CAST(${quoteIdentifier(column.name)} AS DOUBLE)`;
  const place = `CAST(greatest(0, least(${LOG_BINS - 1}, floor((log10(${value}) - (${from})) / ${step}))) AS UTINYINT)`;
  const rows = await db.rows(
    `SELECT ${place} AS bin, count(*) FROM ${table} WHERE ${value} > 0 AND ${value} < ${MOST_FOR_MOMENTS} GROUP BY 1`,
  );
  const counts = new Array<number>(LOG_BINS).fill(0);
  for (const [bin, n] of rows) counts[Number(bin)] = Number(n);
  const edges = Array.from({ length: LOG_BINS + 1 }, (_, index) =>
    index === 0 ? min : index === LOG_BINS ? max : 10 ** (from + index * step),
  );
  return { edges, counts };
}
