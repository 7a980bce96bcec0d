import type { Column } from '../../local-api/contract/index.ts';
import { type DuckDb, parquetTable, quoteIdentifier } from '../duckdb/index.ts';

type Profiled = Pick<Column, 'name' | 'type'> & { distinct: number; missing: number };

/** Tried at most: each costs a pass over its column on both sides. */
const MOST_TRIES = 3;
const keyNames = /^(id|key|uuid|guid)$|[_ .-](id|key|uuid|no|nr|number|code)$|[a-z](Id|ID|Key)$/i;
const keyTypes: readonly Column['type'][] = ['integer', 'string', 'datetime', 'date'];

/** Columns that may name the rows of both versions, by what their profiles say; those named like keys first. */
export function keyCandidates(
  base: { rows: number; columns: readonly Profiled[] },
  other: { rows: number; columns: readonly Profiled[] },
): string[] {
  // Counts of large data are estimates, a few per cent off.
  const looksUnique = ({ distinct, missing }: Profiled, rows: number) =>
    missing === 0 && distinct >= rows * 0.95;
  const others = new Map(other.columns.map((column) => [column.name, column]));
  const rank = ({ name, type }: Profiled) =>
    (keyNames.test(name) ? 0 : keyTypes.length) + keyTypes.indexOf(type);
  return base.columns
    .filter((column) => {
      const twin = others.get(column.name);
      return (
        keyTypes.includes(column.type) &&
        twin?.type === column.type &&
        looksUnique(column, base.rows) &&
        looksUnique(twin, other.rows)
      );
    })
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST_TRIES)
    .map(({ name }) => name);
}

/** The first candidate without missing or equal values on both sides; null when there is none. */
export async function findKey(
  db: DuckDb,
  candidates: readonly string[],
  sides: readonly { files: readonly string[]; rows: number }[],
): Promise<string | null> {
  for (const name of candidates) {
    let isUnique = true;
    for (const { files, rows } of sides) {
      const [found] = await db.rows(
        `SELECT count(DISTINCT ${quoteIdentifier(name)}) FROM ${parquetTable(files)}`,
      );
      if (Number(found?.[0]) !== rows) isUnique = false;
      if (!isUnique) break;
    }
    if (isUnique) return name;
  }
  return null;
}
