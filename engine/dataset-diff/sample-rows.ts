import type { DuckDBValue } from '@duckdb/node-api';
import type { Cell, DiffRow, DiffRowKind } from '../../local-api/contract/index.ts';
import { cellOf } from '../data/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { type ComparedFiles, type ComparedRows, changedRowsOf, rowsOfOneSide } from './compare-rows.ts';
import type { PairedColumn } from './compare-schemas.ts';

/** Kept of each kind: more than anyone looks through, and a few megabytes at most. */
const MOST_ROWS = 2000;
const MOST_CELLS = 200_000;

type RowNumbers = { base(row: number): number; other(row: number): number };

/** The first rows of each kind, after `matchRows`. */
export async function sampleRows(
  db: DuckDb,
  files: ComparedFiles,
  {
    base,
    other,
    pairs,
  }: {
    base: readonly { name: string }[];
    other: readonly { name: string }[];
    pairs: readonly PairedColumn[];
  },
  found: ComparedRows,
  numbers: RowNumbers,
): Promise<Record<DiffRowKind, DiffRow[]>> {
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, pairs.length))));
  const placesIn = (columns: readonly { name: string }[], side: 'before' | 'after') => {
    const places = new Map(columns.map(({ name }, index) => [name, index]));
    return pairs.map((pair) => places.get(pair[side]?.name ?? '') ?? -1);
  };
  const places = { base: placesIn(base, 'before'), other: placesIn(other, 'after') };
  const read = async (sql: string, side: 'base' | 'other') =>
    (await db.rows(sql)).map((row) => ({
      cells: places[side].map((place) => (place === -1 ? null : cellOf(row[place] as DuckDBValue))),
      row: numbers[side](Number(row.at(-1))),
    }));
  const oneSide = async (side: 'base' | 'other', count: number): Promise<DiffRow[]> =>
    count === 0
      ? []
      : (await read(rowsOfOneSide(files, side, most), side)).map(({ cells, row }) => ({
          baseRow: side === 'base' ? row : null,
          otherRow: side === 'other' ? row : null,
          cells,
          before: [],
        }));
  const changed = async (): Promise<DiffRow[]> => {
    if (found.changed === null || found.changed === 0) return [];
    const before = await read(changedRowsOf(files, 'base', most), 'base');
    const after = await read(changedRowsOf(files, 'other', most), 'other');
    return after.map(({ cells, row }, index) => {
      const was = before[index];
      return {
        baseRow: was?.row ?? null,
        otherRow: row,
        cells,
        before: changesOf(pairs, was?.cells ?? [], cells),
      };
    });
  };
  return {
    added: await oneSide('other', found.added),
    removed: await oneSide('base', found.removed),
    changed: await changed(),
  };
}

function changesOf(
  pairs: readonly PairedColumn[],
  before: readonly Cell[],
  after: readonly Cell[],
): DiffRow['before'] {
  return pairs.flatMap((pair, column) => {
    if (pair.before === null || pair.after === null) return [];
    const was = before[column] ?? null;
    const is = after[column] ?? null;
    const isSame = pair.before.type === pair.after.type ? was === is : String(was) === String(is);
    return isSame ? [] : [{ column, value: was }];
  });
}
