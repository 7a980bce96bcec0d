import type { DatasetProfile, ProfileDetails } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import { cellOf } from '../cells.ts';

const MOST_EXAMPLES = 10;
const MOST_ROWS = 10_000_000;
const MOST_CELLS = 200_000_000;

/** The rows that occur most often, where any occurs twice. Null where they were not counted or the table is too large to group. */
export async function duplicateExamples(
  db: DuckDb,
  table: string,
  { rows, columns, duplicateRows }: DatasetProfile,
): Promise<ProfileDetails['duplicates']> {
  const names = columns.map(({ name }) => name);
  if (duplicateRows === 0) return { columns: names, examples: [] };
  if (duplicateRows === null || rows > MOST_ROWS || rows * names.length > MOST_CELLS) return null;
  const list = names.map(quoteIdentifier).join(', ');
  const found = await db.rows(
    `WITH often AS (SELECT hash(${list}) AS h, count(*) AS n FROM ${table} GROUP BY 1 HAVING count(*) > 1 ORDER BY n DESC, h LIMIT ${MOST_EXAMPLES})
     SELECT any_value(n), ${names.map((name) => `any_value(${quoteIdentifier(name)})`).join(', ')}
     FROM ${table} JOIN often ON hash(${list}) = h GROUP BY h ORDER BY 1 DESC, h`,
  );
  return {
    columns: names,
    examples: found.map(([n, ...cells]) => ({ cells: cells.map(cellOf), count: Number(n) })),
  };
}
