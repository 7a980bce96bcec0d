import { type DuckDb, parquetTable, quoteIdentifier } from '../../duckdb/index.ts';
import type { PlannedColumn } from '../drift-plan.ts';

/** A column of lists of so many numbers. */
export type ListColumn = { name: string; width: number };

/** Columns numbered one after the other that make up an embedding. */
export type ColumnGroup = { name: string; columns: string[] };

type Files = { files: readonly string[] };

/** Rows that are looked at to tell what a column is. */
const LOOKED_AT = 500;
/** Some values may be broken: they count as missing. */
const LEAST_SHARE = 0.9;
const FEWEST_COLUMNS = 3;

/**
 * Which of some text columns hold vectors in both windows: of the values of the first 500 rows at least nine of ten are JSON lists of
 * as many numbers, on both sides the same. Cost: the beginning of the columns.
 */
export async function findListColumns(
  db: DuckDb,
  { reference, current }: { reference: Files; current: Files },
  columns: readonly { name: string; type: string }[],
): Promise<ListColumn[]> {
  const names = columns.flatMap(({ name, type }) => (type === 'string' ? [name] : []));
  if (names.length === 0) return [];
  const before = await widthsOf(db, reference, names);
  if (before.every((width) => width === null)) return [];
  const after = await widthsOf(db, current, names);
  return names.flatMap((name, i) => {
    const width = before[i] ?? null;
    return width !== null && after[i] === width ? [{ name, width }] : [];
  });
}

/** How many numbers the lists of each column have; null where it is no column of vectors. */
async function widthsOf(db: DuckDb, { files }: Files, names: readonly string[]): Promise<(number | null)[]> {
  const list = names.map(quoteIdentifier).join(', ');
  const rows = await db.rows(`SELECT ${list} FROM ${parquetTable(files)} LIMIT ${LOOKED_AT}`);
  return names.map((_, column) => {
    const known = rows.map((row) => row[column]).filter((value) => typeof value === 'string');
    if (known[0]?.startsWith('[') !== true) return null;
    const widths = known.map(widthOfText);
    const counts = new Map<number, number>();
    for (const width of widths) counts.set(width, (counts.get(width) ?? 0) + 1);
    const [usual] = [...counts].filter(([width]) => width >= 2).toSorted((a, b) => b[1] - a[1]);
    return usual !== undefined && usual[1] >= LEAST_SHARE * known.length ? usual[0] : null;
  });
}

/** 0 where it is no list of numbers. */
function widthOfText(text: string): number {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === 'number') ? list.length : 0;
  } catch {
    return 0;
  }
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
