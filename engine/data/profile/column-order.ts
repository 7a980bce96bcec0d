import type { NumberShape } from '../../../local-api/contract/index.ts';
import { type DuckDb, quoteIdentifier } from '../../duckdb/index.ts';
import type { Sample } from './sample.ts';

export type ColumnOrder = NonNullable<NumberShape['order']>;

/**
 * Whether a column only rises or only falls in the order of the file, missing values left out. The sample is asked first:
 * where it goes up and down there is no need to read the rest. Null also for fewer than three values and for constants.
 */
export async function orderOf(
  db: DuckDb,
  table: string,
  sample: Sample,
  name: string,
): Promise<ColumnOrder | null> {
  const first = await orderIn(db, sample.table, name);
  return first === null || sample.isAll ? first : orderIn(db, table, name);
}

async function orderIn(db: DuckDb, table: string, name: string): Promise<ColumnOrder | null> {
  const column = quoteIdentifier(name);
  const [row] = await db.rows(
    `SELECT count(*) FILTER (value > before), count(*) FILTER (value < before), count(*) FILTER (value = before)
     FROM (SELECT value, lag(value) OVER () AS before FROM (SELECT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL))`,
  );
  const [up = 0, down = 0, same = 0] = (row ?? []).map(Number);
  if (up + down + same < 2) return null;
  if (up > 0 && down === 0) return same === 0 ? 'strictly increasing' : 'increasing';
  if (down > 0 && up === 0) return same === 0 ? 'strictly decreasing' : 'decreasing';
  return null;
}
