import type { ColumnProfile, DatasetProfile } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { numberOf } from '../cells.ts';

const MOST_COLUMNS = 60;
/** About a second of work; with more, every n-th row is taken. */
const MOST_ROW_PAIRS = 150_000_000;

/**
 * Pearson correlations between the first 60 number columns that vary, over the rows where both have a finite value;
 * null where there is none. On large tables they are estimated from every n-th row. Null when there are fewer than
 * two such columns.
 */
export async function correlationsOf(
  db: DuckDb,
  { table, rows }: { table: string; rows: number },
  profiles: readonly ColumnProfile[],
): Promise<DatasetProfile['correlations']> {
  const columns = profiles
    .filter((column) => (column.std ?? 0) > 0)
    .slice(0, MOST_COLUMNS)
    .map((column) => column.name);
  if (columns.length < 2) return null;
  const pairs = (columns.length * (columns.length - 1)) / 2;
  const every = Math.max(1, Math.ceil((rows * pairs) / MOST_ROW_PAIRS));
  const values = columns.map((name, index) => {
    const column = `CAST(${quoteIdentifier(name)} AS DOUBLE)`;
    return `CASE WHEN abs(${column}) < 1e150 THEN ${column} END AS c${index}`;
  });
  // The number of a row is the same each time, so the same rows are taken.
  const sample =
    every === 1
      ? table
      : `(SELECT *, row_number() OVER () AS "assay row" FROM ${table}) WHERE "assay row" % ${every} = 0`;
  const aggregates: string[] = [];
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) aggregates.push(`corr(c${a}, c${b})`);
  }
  const [row] = await db.rows(
    `SELECT ${aggregates.join(', ')} FROM (SELECT ${values.join(', ')} FROM ${sample})`,
  );
  const pearson = columns.map((_, a) => columns.map((_, b): number | null => (a === b ? 1 : null)));
  let next = 0;
  for (let a = 0; a < columns.length; a++) {
    for (let b = a + 1; b < columns.length; b++) {
      const value = numberOf(row?.[next++]);
      (pearson[a] as (number | null)[])[b] = value;
      (pearson[b] as (number | null)[])[a] = value;
    }
  }
  return { columns, pearson };
}
