import { join } from 'node:path';
import { type DuckDb, quoteIdentifier, quoteText } from '../duckdb/index.ts';
import { misfitFlags, utc } from './column-types.ts';
import { listItems } from './list-items.ts';
import { type OpenOptions, type Relation, type SourceColumn, TIME } from './relation.ts';

/**
 * DuckDB takes a time that grows with the square of the columns to plan a query that names each of them more than once:
 * 30 s for the guarded conversions of 5,000. So a wide table is first copied as it is read, then its columns are looked
 * at some at a time, and those that lose nothing are converted without a guard, by naming them once.
 */
const WIDE_COLUMNS = 400;
export const COLUMNS_AT_ONCE = 100;
/** Of a preview. */
const HEAD_ROWS = 2048;
/** A row group is held in memory: so many cells at once. */
const CELLS_IN_GROUP = 16_000_000;
const VECTOR_ROWS = 2048;

/** Rows in a row group of a table of so many columns. */
export function rowGroupRows(columns: number, most: number): number {
  return Math.min(most, Math.max(VECTOR_ROWS, Math.floor(CELLS_IN_GROUP / Math.max(1, columns))));
}

/** The relation in a form that DuckDB plans fast, and the columns that need no guard. A CSV of few columns as it is. */
export async function narrowed(
  db: DuckDb,
  relation: Relation,
  { workFolder, headOnly }: OpenOptions,
): Promise<{ relation: Relation; safe: ReadonlySet<string> }> {
  if (relation.rejects === null || relation.columns.length < WIDE_COLUMNS)
    return { relation, safe: new Set() };
  const path = join(workFolder, 'wide.parquet');
  const rows = headOnly ? `(SELECT * FROM ${relation.from} LIMIT ${HEAD_ROWS})` : relation.from;
  const group = rowGroupRows(relation.columns.length, 100_000);
  await db.run(
    `COPY (SELECT * FROM ${rows}) TO ${quoteText(path)} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${group})`,
  );
  const from = `read_parquet(${quoteText(path)}, hive_partitioning = false)`;
  const safe = new Set<string>();
  for (let first = 0; first < relation.columns.length; first += COLUMNS_AT_ONCE) {
    const some = relation.columns.slice(first, first + COLUMNS_AT_ONCE);
    const [flags] = await db.rows(`SELECT ${some.map(flagsOf).join(', ')} FROM ${from}`);
    for (const [index, { name }] of some.entries()) {
      if (!listItems(flags?.[index]).includes(true)) safe.add(name);
    }
  }
  return { relation: { ...relation, from }, safe };
}

/** SQL for a list of truth values: what stands in the way of a plain conversion. */
function flagsOf({ name, nativeType, becomes }: SourceColumn): string {
  const column = quoteIdentifier(name);
  if (becomes?.onMisfit === 'abort' && becomes.type === 'date') return misfitFlags(column, 'date');
  // NaN counts as larger than any number.
  if (becomes?.onMisfit === 'abort' && becomes.type === 'integer')
    return `[coalesce(bool_or(${column} <> floor(${column})), false), coalesce(max(abs(${column})) > ${Number.MAX_SAFE_INTEGER}, false)]`;
  if (nativeType === 'DOUBLE') return `[coalesce(bool_or(isnan(${column})), false)]`;
  if (nativeType === TIME) return `[coalesce(bool_or(NOT isfinite(${column})), false)]`;
  return '[false]';
}

/** The conversion of a column that was found safe; null for one that has to be converted with care in any case. */
export function plainConversion({ name, nativeType, becomes }: SourceColumn): string | null {
  const column = quoteIdentifier(name);
  if (becomes === null) return nativeType === TIME ? utc(column) : column;
  if (becomes.onMisfit === 'set-aside') return null;
  return becomes.type === 'date' ? `CAST(${utc(column)} AS DATE)` : `CAST(${column} AS BIGINT)`;
}
