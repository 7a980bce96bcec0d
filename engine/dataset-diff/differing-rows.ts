import type { DatasetDiffColumn } from '../../local-api/contract/index.ts';
import { type DuckDb, numberedParquetTable, quoteIdentifier } from '../duckdb/index.ts';
import { type CommonColumn, matchRows } from './compare-rows.ts';
import { type VersionFile, type VersionFiles, withoutShared } from './version-files.ts';

/** Two versions that were compared, and what came of it, as far as it is needed to find the rows again. */
export type DifferingVersions = {
  base: VersionFiles;
  other: VersionFiles;
  key: { columns: string[]; repeats: number };
  columns: Pick<DatasetDiffColumn, 'name' | 'before' | 'after' | 'renamedFrom' | 'changedCells'>[];
};

/** Number of a row among those that are compared. */
const number = '__assay_row';

const wanted = {
  all: 'true',
  added: 'base_row IS NULL',
  removed: 'other_row IS NULL',
  changed: 'base_row IS NOT NULL AND other_row IS NOT NULL',
} as const;

/**
 * SQL for all rows that differ between two versions: what happened to each (`change`), its number in both versions from 1
 * (`row before`, `row after`), its cells (of the newer version where it is there), and after each column with changed cells what
 * it was (`delay before`; missing for rows that are in one version only). In the order of the newer version, what was removed
 * last. Cost: as of the comparison of the rows.
 */
export async function differingRows(
  db: DuckDb,
  { base, other, key, columns }: DifferingVersions,
  rows: keyof typeof wanted,
): Promise<string> {
  const both = columns.flatMap(({ name, before, after, renamedFrom }): CommonColumn[] =>
    before !== null && after !== null
      ? [{ before: renamedFrom ?? name, after: name, isTypeChanged: before !== after }]
      : [],
  );
  // The n-th row of a repeated key is the n-th of all files.
  const left = key.repeats === 0 ? withoutShared(base.files, other.files) : null;
  const used = { base: left?.base ?? base.files, other: left?.other ?? other.files };
  const files = { base: used.base.map(({ path }) => path), other: used.other.map(({ path }) => path) };
  await matchRows(
    db,
    files,
    both,
    both.filter(({ after }) => key.columns.includes(after)),
  );
  const tables = {
    base: files.base.length > 0 ? files.base : files.other,
    other: files.other.length > 0 ? files.other : files.base,
  };
  if (tables.base.length === 0) return "SELECT '' AS change WHERE false";
  const names = new Set<string>();
  const as = (sql: string, name: string): string => {
    let free = name;
    while (names.has(free.toLowerCase())) free += '_';
    names.add(free.toLowerCase());
    return `${sql} AS ${quoteIdentifier(free)}`;
  };
  const own = columns.map(({ name }) => name.toLowerCase());
  for (const name of own) names.add(name);
  const list = [
    as(
      "CASE WHEN base_row IS NULL THEN 'added' WHEN other_row IS NULL THEN 'removed' ELSE 'changed' END",
      'change',
    ),
    as(rowNumber(used.base, 'base_row'), 'row before'),
    as(rowNumber(used.other, 'other_row'), 'row after'),
    ...columns.flatMap((column) => cellsOf(column, as)),
  ];
  return `SELECT ${list.join(', ')} FROM matched
    LEFT JOIN ${numberedParquetTable(tables.base, number)} AS base ON base.${number} = base_row
    LEFT JOIN ${numberedParquetTable(tables.other, number)} AS other ON other.${number} = other_row
    WHERE ${wanted[rows]} ORDER BY other_row NULLS LAST, base_row`;
}

function cellsOf(
  { name, before, after, renamedFrom, changedCells }: DifferingVersions['columns'][number],
  as: (sql: string, name: string) => string,
): string[] {
  const now = `other.${quoteIdentifier(name)}`;
  const then = `base.${quoteIdentifier(renamedFrom ?? name)}`;
  const named = (sql: string) => `${sql} AS ${quoteIdentifier(name)}`;
  if (before === null) return [named(now)];
  if (after === null) return [named(then)];
  const cast = (sql: string) => (before === after ? sql : `CAST(${sql} AS VARCHAR)`);
  const cell = named(`CASE WHEN other_row IS NULL THEN ${cast(then)} ELSE ${cast(now)} END`);
  if ((changedCells ?? 0) === 0) return [cell];
  return [cell, as(`CASE WHEN other_row IS NOT NULL THEN ${then} END`, `${name} before`)];
}

/** SQL for the number of a row of the version, from 1, by its number among the rows of some files. */
function rowNumber(files: readonly VersionFile[], row: string): string {
  let end = 0;
  const shifts: { end: number; shift: number }[] = [];
  for (const { start, rows } of files) {
    const shift = start - end;
    end += rows;
    const last = shifts.at(-1);
    if (last?.shift === shift) last.end = end;
    else shifts.push({ end, shift });
  }
  const last = shifts.pop();
  const cases = shifts.map((part) => `WHEN ${row} < ${part.end} THEN ${part.shift}`);
  const shift =
    cases.length === 0 ? `${last?.shift ?? 0}` : `CASE ${cases.join(' ')} ELSE ${last?.shift ?? 0} END`;
  return `${row} + ${shift} + 1`;
}
