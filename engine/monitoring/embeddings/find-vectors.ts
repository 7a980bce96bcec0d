import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import type { PlannedColumn } from '../drift-plan.ts';

/** A column of lists of so many numbers. */
export type ListColumn = { name: string; width: number };

/** Columns numbered one after the other that make up an embedding. */
export type ColumnGroup = { name: string; columns: string[] };

type Files = { files: readonly string[] };

/** Values that are looked at to tell what a column is. */
const LOOKED_AT = 200;
/** Some values may be broken: they count as missing. */
const LEAST_SHARE = 0.9;
const FEWEST_COLUMNS = 3;

/**
 * Which of some text columns hold vectors in both windows: of the first 200 values at least nine of ten are JSON lists of as many
 * numbers, on both sides the same. Cost: the beginning of each column.
 */
export async function findListColumns(
  db: DuckDb,
  { reference, current }: { reference: Files; current: Files },
  columns: readonly { name: string; type: string }[],
): Promise<ListColumn[]> {
  const found: ListColumn[] = [];
  for (const { name, type } of columns) {
    if (type !== 'string') continue;
    const width = await widthOf(db, reference, name);
    if (width !== null && (await widthOf(db, current, name)) === width) found.push({ name, width });
  }
  return found;
}

/** How many numbers the lists of a column have; null where it is no column of vectors. */
export async function widthOf(db: DuckDb, { files }: Files, name: string): Promise<number | null> {
  const column = quoteIdentifier(name);
  const some = `SELECT ${column} AS text FROM ${parquetTable(files)} WHERE ${column} IS NOT NULL LIMIT ${LOOKED_AT}`;
  const [row] = await db.rows(
    `SELECT count(*), mode(width), max(width) FILTER (width = usual)::DOUBLE, count(*) FILTER (width = usual)
     FROM (SELECT *, mode(width) OVER () AS usual FROM (
       SELECT CASE WHEN starts_with(text, '[') THEN len(TRY_CAST(text AS DOUBLE[])) END AS width FROM (${some})))`,
  );
  const [all, , width, usual] = (row ?? []).map((value) => (value === null ? null : Number(value)));
  const isVector = (width ?? 0) >= 2 && (usual ?? 0) >= LEAST_SHARE * Math.max(1, all ?? 0);
  return isVector ? (width ?? null) : null;
}

/** Number columns whose names are the same but for a number at the end that counts on without a gap: emb_0, emb_1, … */
export function columnGroups(columns: readonly Pick<PlannedColumn, 'name' | 'kind'>[]): ColumnGroup[] {
  const groups = new Map<string, { name: string; place: number }[]>();
  for (const { name, kind } of columns) {
    const [, prefix = '', digits] = /^(.*?)[_.\- ]?\[?(\d+)\]?$/.exec(name) ?? [];
    if (kind !== 'number' || prefix === '' || digits === undefined) continue;
    groups.set(prefix, [...(groups.get(prefix) ?? []), { name, place: Number(digits) }]);
  }
  return [...groups].flatMap(([name, members]) => {
    const sorted = members.toSorted((a, b) => a.place - b.place);
    const countsOn = sorted.every(({ place }, i) => place === (sorted[0]?.place ?? 0) + i);
    return sorted.length >= FEWEST_COLUMNS && countsOn
      ? [{ name, columns: sorted.map((member) => member.name) }]
      : [];
  });
}
