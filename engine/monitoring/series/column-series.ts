import type { ColumnSeries } from '../../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier, quoteText } from '../../duckdb/index.ts';
import { divergence } from '../causes/binned-columns.ts';
import type { PlannedColumn } from '../drift-plan.ts';
import type { OpenWindow } from '../windows/open-window.ts';
import type { CutWindow } from './cut-window.ts';

const RANGES = 10;
const LABELS = 30;
/** Parts of fewer rows are not judged. */
export const FEWEST_ROWS = 20;
/** Standard deviations of the parts of the reference. */
const BAND = 3;

/**
 * How far each part of a window is from the reference, column by column: the Jensen–Shannon distance (base 2) over tenths of the
 * reference, or over its thirty most frequent values; missing ones apart. The limit of a part is the mean of the parts of the
 * reference and three standard deviations, or what chance alone reaches at its size, whichever is larger: so small parts do not
 * alarm for being small. Cost: a scan of each side and column.
 */
export async function columnSeries(
  db: DuckDb,
  { reference, cut, referenceCut }: { reference: OpenWindow; cut: CutWindow; referenceCut: CutWindow },
  column: PlannedColumn,
): Promise<ColumnSeries> {
  const { sql, bins } = await binsOf(db, reference, column);
  const before = await countParts(db, referenceCut, sql, bins);
  const after = await countParts(db, cut, sql, bins);
  const whole = new Float64Array(bins);
  for (const counts of before)
    counts.forEach((count, bin) => {
      whole[bin] = (whole[bin] as number) + count;
    });
  const total = sumOf(whole);
  const shares = whole.map((count) => count / Math.max(1, total));
  const distance = (counts: Float64Array): number | null => {
    const rows = sumOf(counts);
    if (rows < FEWEST_ROWS) return null;
    return Math.sqrt(
      divergence(
        counts.map((count) => count / rows),
        shares,
      ),
    );
  };
  const known = before.flatMap((counts) => distance(counts) ?? []);
  const band = bandOf(known);
  const used = whole.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  const limits = after.map((counts) => Math.max(band, chanceLimit(used, sumOf(counts), total)));
  const values = after.map(distance);
  const outside = values.map((value, i) => value !== null && value > (limits[i] as number));
  const first = outside.indexOf(true);
  return {
    name: column.name,
    kind: column.kind,
    values,
    limits,
    reference: known,
    alerts: outside.filter(Boolean).length,
    firstAlert: first < 0 ? null : first,
  };
}

function bandOf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return mean + BAND * Math.sqrt(variance);
}

/**
 * What the distance of `n` rows from `total` of the same law stays below but for 1 part of 740: 8 ln 2 · JS · (1/n + 1/total)⁻¹
 * follows chi-squared with bins − 1 degrees (its quantile after Wilson and Hilferty 1931).
 */
export function chanceLimit(bins: number, n: number, total: number): number {
  const degrees = Math.max(1, bins - 1);
  const term = 2 / (9 * degrees);
  const quantile = degrees * (1 - term + BAND * Math.sqrt(term)) ** 3;
  return Math.sqrt((quantile * (1 / Math.max(1, n) + 1 / Math.max(1, total))) / (8 * Math.LN2));
}

/** SQL that gives the bin of a row, and how many bins there are. */
async function binsOf(
  db: DuckDb,
  reference: OpenWindow,
  { name, kind }: PlannedColumn,
): Promise<{ sql: string; bins: number }> {
  const column = quoteIdentifier(name);
  const table = parquetTable(reference.files);
  if (kind === 'category') {
    const text = `CAST(${column} AS VARCHAR)`;
    const rows = await db.rows(
      `SELECT ${text} AS label FROM ${table} WHERE ${text} IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, label LIMIT ${LABELS}`,
    );
    const cases = rows.map(([label], place) => `WHEN ${quoteText(String(label))} THEN ${place}`).join(' ');
    const other = rows.length;
    const known = rows.length === 0 ? String(other) : `CASE ${text} ${cases} ELSE ${other} END`;
    return { sql: `CASE WHEN ${text} IS NULL THEN ${other + 1} ELSE ${known} END`, bins: other + 2 };
  }
  const number = `TRY_CAST(${column} AS DOUBLE)`;
  const isKnown = `${number} IS NOT NULL AND isfinite(${number})`;
  const quantiles = Array.from({ length: RANGES - 1 }, (_, i) => (i + 1) / RANGES).join(', ');
  const [row] = await db
    .rows(
      `SELECT unnest(list_distinct(quantile_disc(${number}, [${quantiles}]))) AS cut FROM ${table} WHERE ${isKnown} HAVING count(*) > 0`,
    )
    .then((found) => [found.map(([cut]) => Number(cut)).sort((a, b) => a - b)]);
  const cuts = row ?? [];
  const cases = cuts.map((cut, place) => `WHEN ${number} < ${cut} THEN ${place}`).join(' ');
  return {
    sql: `CASE WHEN NOT (${isKnown}) OR ${number} IS NULL THEN ${cuts.length + 1} ${cases} ELSE ${cuts.length} END`,
    bins: cuts.length + 2,
  };
}

async function countParts(
  db: DuckDb,
  { table, part, chunks }: CutWindow,
  bin: string,
  bins: number,
): Promise<Float64Array[]> {
  const counts = chunks.map(() => new Float64Array(bins));
  for (const [place, code, count] of await db.rows(
    `SELECT ${part} AS p, ${bin} AS b, count(*)::DOUBLE FROM ${table} GROUP BY p, b`,
  )) {
    const own = place === null ? undefined : counts[Number(place)];
    if (own !== undefined) own[Number(code)] = Number(count);
  }
  return counts;
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
