import { type DuckDb, quoteIdentifier } from '../duckdb/index.ts';
import { listItems } from './list-items.ts';
import type { OpenedSource } from './open-relation.ts';
import { anyFails, type ProjectedColumn } from './projection.ts';
import { BAD_ROW_TEXT } from './relation.ts';

type FailingColumn = ProjectedColumn & { fails: string };

function failingColumns({ columns }: OpenedSource): FailingColumn[] {
  return columns.flatMap((column) => (column.fails === null ? [] : [{ ...column, fails: column.fails }]));
}

/**
 * How many rows have a value without a reading in the type of its column, in all and by column (its name in the
 * source). One scan.
 */
export async function countFailures(
  db: DuckDb,
  opened: OpenedSource,
): Promise<{ rows: number; byColumn: Map<string, number> }> {
  const columns = failingColumns(opened);
  if (columns.length === 0) return { rows: 0, byColumn: new Map() };
  const counts = columns.map((column) => `count(*) FILTER (${column.fails})`);
  const [row] = await db.rows(
    `SELECT count(*), ${counts.join(', ')} FROM ${opened.relation.from} WHERE ${anyFails(columns)}`,
  );
  return {
    rows: Number(row?.[0] ?? 0),
    byColumn: new Map(columns.map(({ source }, index) => [source.name, Number(row?.[index + 1] ?? 0)])),
  };
}

/**
 * Those rows with their numbers, from 1 in the order of reading; `among` limits the search to that many rows of the
 * source.
 */
export async function* failedRows(
  db: DuckDb,
  opened: OpenedSource,
  { among = null, most = null }: { among?: number | null; most?: number | null } = {},
): AsyncGenerator<{ row: number; reason: string; text: string }> {
  const columns = failingColumns(opened);
  if (columns.length === 0) return;
  const flags = columns.map((column) => column.fails).join(', ');
  const texts = columns.map(({ source }) => `CAST(${quoteIdentifier(source.name)} AS VARCHAR)`).join(', ');
  const numbered = `SELECT *, row_number() OVER () AS "assay row" FROM ${opened.relation.from}${among === null ? '' : ` LIMIT ${among}`}`;
  const found = db.chunks(
    `SELECT "assay row", list_position([${flags}], true), [${texts}] FROM (${numbered}) WHERE ${anyFails(columns)}${most === null ? '' : ` LIMIT ${most}`}`,
  );
  for await (const chunk of found) {
    for (const [number, first, values] of chunk.getRows()) {
      const index = Number(first) - 1;
      const column = columns[index];
      const text = String(listItems(values)[index] ?? '');
      yield {
        row: Number(number),
        reason: `${JSON.stringify(text.slice(0, BAD_ROW_TEXT))} in column "${column?.source.name}" is no ${column?.type}`,
        text: text.slice(0, BAD_ROW_TEXT),
      };
    }
  }
}
