import type { DuckDBVector } from '@duckdb/node-api';
import { type DuckDb, numberedParquetTable, parquetTable, quoteIdentifier } from '../duckdb/index.ts';
import type { CategoryWindows, NumberWindow } from './comparison.ts';
import type { PlannedColumn } from './drift-plan.ts';
import { finiteSample } from './statistics/sample.ts';

/** A snapshot, or every n-th row of one; `rows` counts those. */
export type WindowFile = { files: readonly string[]; rows: number; every: number };

/** Labels that are told apart; rarer ones are "other". */
const MOST_LABELS = 1000;

/** More rows would change no verdict and cost memory. */
const MOST_ROWS = 5_000_000;

/** Takes every n-th row of a snapshot with more than 5 million rows. */
export function windowOf({ files, rows }: { files: readonly string[]; rows: number }): WindowFile {
  const every = Math.max(1, Math.ceil(rows / MOST_ROWS));
  return { files, rows: Math.ceil(rows / every), every };
}

function tableOf({ files, every }: WindowFile): string {
  if (every === 1) return parquetTable(files);
  return `(SELECT * FROM ${numberedParquetTable(files, '__assay_row')} WHERE __assay_row % ${every} = 0)`;
}

/**
 * The values of some number columns of a snapshot; times as milliseconds. One scan for all of them. NaN, infinities
 * and NULL count as missing. Memory: 8 bytes a value, 16 while it is sorted.
 */
export async function readNumbers(
  db: DuckDb,
  file: WindowFile,
  columns: readonly PlannedColumn[],
): Promise<NumberWindow[]> {
  return (await readValues(db, file, columns)).map(finiteSample);
}

/** A value a row, as they come, in a buffer of their own; NaN where there is none. */
export type ReadValues = Float64Array<ArrayBuffer>;

/** The same, not yet looked at. `spare` buffers of an earlier reading are used again where they are large enough. */
export async function readValues(
  db: DuckDb,
  file: WindowFile,
  columns: readonly PlannedColumn[],
  spare: ArrayBuffer[] = [],
): Promise<ReadValues[]> {
  const list = columns.map(({ name, type }) => {
    const column = quoteIdentifier(name);
    const isTime = type === 'datetime' || type === 'date';
    const value = `CAST(${isTime ? `epoch_ms(CAST(${column} AS TIMESTAMP))` : column} AS DOUBLE)`;
    return `coalesce(${value}, 'nan'::DOUBLE)`;
  });
  const buffers = columns.map(() => {
    const used = spare.findIndex(({ byteLength }) => byteLength >= file.rows * 8);
    const buffer = used === -1 ? new ArrayBuffer(file.rows * 8) : spare.splice(used, 1)[0];
    return new Float64Array(buffer ?? new ArrayBuffer(file.rows * 8), 0, file.rows);
  });
  let rows = 0;
  for await (const chunk of db.chunks(`SELECT ${list.join(', ')} FROM ${tableOf(file)}`)) {
    for (const [column, buffer] of buffers.entries()) {
      buffer.set(doublesOf(chunk.getColumnVector(column), chunk.rowCount), rows);
    }
    rows += chunk.rowCount;
  }
  return buffers.map((buffer) => buffer.fill(Number.NaN, rows));
}

/** The values of a vector without NULL, as they lie in memory: a call for each value would take most of the time. */
function doublesOf(vector: DuckDBVector, count: number): ArrayLike<number> {
  const items: unknown = Reflect.get(vector, 'items');
  if (items instanceof Float64Array) return items.subarray(0, count);
  return Array.from({ length: count }, (_, row) => Number(vector.getItem(row)));
}

export type CategoryReading = {
  windows: CategoryWindows;
  distinct: { reference: number; current: number };
};

/** How often each text occurs in both windows; the thousand labels with the largest shares, the rest as "other". */
export async function readCategories(
  db: DuckDb,
  reference: WindowFile,
  current: WindowFile,
  name: string,
): Promise<CategoryReading> {
  const column = quoteIdentifier(name);
  const side = (file: WindowFile, counted: string) =>
    `SELECT CAST(${column} AS VARCHAR) AS label, ${counted} FROM ${tableOf(file)} WHERE ${column} IS NOT NULL GROUP BY 1`;
  const rows = await db.rows(
    `WITH joined AS MATERIALIZED (
       SELECT label, sum(m) AS m, sum(n) AS n FROM (
         ${side(reference, 'count(*) AS m, 0 AS n')} UNION ALL ${side(current, '0 AS m, count(*) AS n')}
       ) GROUP BY label),
     totals AS (SELECT sum(m) AS m, sum(n) AS n, count(*) FILTER (m > 0) AS distinct_m, count(*) FILTER (n > 0) AS distinct_n FROM joined)
     SELECT label, joined.m, joined.n, totals.m, totals.n, distinct_m, distinct_n FROM joined, totals
     ORDER BY joined.m / greatest(totals.m, 1) + joined.n / greatest(totals.n, 1) DESC, label LIMIT ${MOST_LABELS}`,
  );
  const labels = rows.map((row) => String(row[0]));
  const m = rows.map((row) => Number(row[1]));
  const n = rows.map((row) => Number(row[2]));
  const [, , , totalM, totalN, distinctM, distinctN] = (rows[0] ?? []).map(Number);
  const otherM = (totalM ?? 0) - m.reduce((sum, count) => sum + count, 0);
  const otherN = (totalN ?? 0) - n.reduce((sum, count) => sum + count, 0);
  if (otherM + otherN > 0) {
    labels.push('other');
    m.push(otherM);
    n.push(otherN);
  }
  return {
    windows: {
      labels,
      reference: { counts: m, missing: reference.rows - (totalM ?? 0) },
      current: { counts: n, missing: current.rows - (totalN ?? 0) },
    },
    distinct: { reference: distinctM ?? 0, current: distinctN ?? 0 },
  };
}
