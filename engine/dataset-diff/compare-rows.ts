import { type DuckDb, numberedParquetTable, quoteIdentifier } from '../duckdb/index.ts';
import type { PairedColumn } from './compare-schemas.ts';

/** Two lists of Parquet files whose rows are compared. An empty list has no rows. */
export type ComparedFiles = { base: readonly string[]; other: readonly string[] };
/** A column that both have. */
export type CommonColumn = { before: string; after: string; isTypeChanged: boolean };

export type ComparedRows = {
  added: number;
  removed: number;
  /** Rows in both with another value somewhere; null without a key. */
  changed: number | null;
  /** Rows whose key another row of the same side has. */
  repeats: number;
  /** By common column: rows in both with another value there; null without a key. */
  changedCells: number[] | null;
};

/** Number of a row among those compared. */
const number = '__assay_row';
type Side = keyof ComparedFiles;
const sides = ['base', 'other'] as const;

export function commonColumns(pairs: readonly PairedColumn[]): CommonColumn[] {
  return pairs.flatMap(({ before, after }) =>
    before !== null && after !== null
      ? [{ before: before.name, after: after.name, isTypeChanged: before.type !== after.type }]
      : [],
  );
}

/** SQL for the value of a column on one side, so that both can be held against each other whatever their types. */
function value(column: CommonColumn, side: Side, table?: string): string {
  const name = quoteIdentifier(side === 'base' ? column.before : column.after);
  const read = table === undefined ? name : `${table}.${name}`;
  return column.isTypeChanged ? `CAST(${read} AS VARCHAR)` : read;
}

/**
 * Finds which rows of two tables match. With a key rows match by its values, the n-th with equal ones with the n-th; without,
 * rows are matched with equal rows. Leaves the table `matched` (base_row, other_row) of those that differ, null where there is
 * no such row. Contents are told apart by a 64-bit hash of the common columns.
 *
 * Cost: a scan of both sides and a hash join of keys and hashes, some 40 bytes a row.
 */
export async function matchRows(
  db: DuckDb,
  files: ComparedFiles,
  common: readonly CommonColumn[],
  key: readonly CommonColumn[],
): Promise<ComparedRows> {
  if (files.base.length + files.other.length === 0) return nothing(common, key);
  const keys = key.length === 0 ? ['k0'] : key.map((_, index) => `k${index}`);
  for (const side of sides)
    await db.run(`CREATE OR REPLACE TEMP TABLE plain_${side} AS ${sideSql(files, side, common, key)}`);
  const repeats = await repeatedKeys(db, keys);
  // Numbering the rows of a key costs a sort, and most keys do not repeat.
  const nth = repeats === 0 ? '1' : `row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY ${number})`;
  const numbered = (side: Side) => `(SELECT *, ${nth} AS nth FROM plain_${side})`;
  const isSame = [...keys, 'nth']
    .map((name) => `base.${name} IS NOT DISTINCT FROM other.${name}`)
    .join(' AND ');
  await db.run(
    `CREATE OR REPLACE TEMP TABLE matched AS SELECT base.${number} AS base_row, other.${number} AS other_row
     FROM ${numbered('base')} AS base FULL OUTER JOIN ${numbered('other')} AS other ON ${isSame}
     WHERE base.content IS DISTINCT FROM other.content OR base.${number} IS NULL OR other.${number} IS NULL`,
  );
  const [counts] = await db.rows(
    'SELECT count(*) FILTER (base_row IS NULL), count(*) FILTER (other_row IS NULL), count(*) FROM matched',
  );
  const [added = 0, removed = 0, all = 0] = (counts ?? []).map(Number);
  if (key.length === 0) return { added, removed, changed: null, repeats: 0, changedCells: null };
  const changed = all - added - removed;
  const changedCells = changed === 0 ? common.map(() => 0) : await countChangedCells(db, files, common);
  return { added, removed, changed, repeats, changedCells };
}

function nothing(common: readonly CommonColumn[], key: readonly CommonColumn[]): ComparedRows {
  const none = { added: 0, removed: 0, repeats: 0 };
  return key.length === 0
    ? { ...none, changed: null, changedCells: null }
    : { ...none, changed: 0, changedCells: common.map(() => 0) };
}

/** Keys, a hash of the content and the number of the rows of a side; one without files takes its types from the other. */
function sideSql(
  files: ComparedFiles,
  side: Side,
  common: readonly CommonColumn[],
  key: readonly CommonColumn[],
): string {
  const isEmpty = files[side].length === 0;
  const read = isEmpty ? (side === 'base' ? 'other' : 'base') : side;
  const content =
    common.length === 0 ? '0' : `hash(${common.map((column) => value(column, read)).join(', ')})`;
  const keys = key.length === 0 ? [content] : key.map((column) => value(column, read));
  const list = [...keys.map((sql, index) => `${sql} AS k${index}`), `${content} AS content`, number];
  return `SELECT ${list.join(', ')} FROM ${numberedParquetTable(files[read], number)}${isEmpty ? ' WHERE false' : ''}`;
}

async function repeatedKeys(db: DuckDb, keys: readonly string[]): Promise<number> {
  let repeats = 0;
  for (const side of sides) {
    const [found] = await db.rows(
      `SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM plain_${side} GROUP BY ${keys.join(', ')}) WHERE n > 1`,
    );
    repeats += Number(found?.[0] ?? 0);
  }
  return repeats;
}

const changedRows = 'base_row IS NOT NULL AND other_row IS NOT NULL';

async function countChangedCells(
  db: DuckDb,
  files: ComparedFiles,
  common: readonly CommonColumn[],
): Promise<number[]> {
  const counts = common.map(
    (column) =>
      `count(*) FILTER (${value(column, 'base', 'base')} IS DISTINCT FROM ${value(column, 'other', 'other')})`,
  );
  const [found] = await db.rows(
    `SELECT ${counts.join(', ')} FROM (SELECT * FROM matched WHERE ${changedRows}) AS pair
     JOIN ${numberedParquetTable(files.base, number)} AS base ON base.${number} = pair.base_row
     JOIN ${numberedParquetTable(files.other, number)} AS other ON other.${number} = pair.other_row`,
  );
  return (found ?? []).map(Number);
}

/** The first rows that are only on one side, by their numbers. */
export function rowsOfOneSide(files: ComparedFiles, side: Side, most: number): string {
  const opposite = side === 'base' ? 'other' : 'base';
  return `SELECT data.* FROM ${numberedParquetTable(files[side], number)} AS data
    JOIN (SELECT ${side}_row FROM matched WHERE ${opposite}_row IS NULL ORDER BY 1 LIMIT ${most}) AS pair
    ON data.${number} = pair.${side}_row ORDER BY data.${number}`;
}

/** The first changed rows by their number in the newer version: the columns of one side and its row number. */
export function changedRowsOf(files: ComparedFiles, side: Side, most: number): string {
  return `SELECT data.* FROM ${numberedParquetTable(files[side], number)} AS data
    JOIN (SELECT * FROM matched WHERE ${changedRows} ORDER BY other_row LIMIT ${most}) AS pair
    ON data.${number} = pair.${side}_row ORDER BY pair.other_row`;
}
