import type { DuckDBVector } from '@duckdb/node-api';
import {
  areRowsNumbered,
  collectYoung,
  type DuckDb,
  numberedParquetTable,
  parquetTable,
  quoteIdentifier,
} from '../duckdb/index.ts';
import type { CategoryWindows, NumberWindow } from './comparison.ts';
import type { PlannedColumn } from './drift-plan.ts';
import { finiteSample } from './statistics/sample.ts';

/** A snapshot, or every n-th row of one; `rows` counts those. */
export type WindowFile = { files: readonly string[]; rows: number; every: number };

/** Labels that are told apart; rarer ones are "other". */
const MOST_LABELS = 1000;

/** More rows would change no verdict and cost memory. */
const MOST_ROWS = 5_000_000;

/** Takes every n-th row of each file of a snapshot with more than 5 million rows. */
export function windowOf({ files, rows }: { files: readonly string[]; rows: number }): WindowFile {
  const every = Math.max(1, Math.ceil(rows / MOST_ROWS));
  return { files, rows: Math.ceil(rows / every), every };
}

async function tableOf(db: DuckDb, { files, every }: WindowFile): Promise<string> {
  if (every === 1) return parquetTable(files);
  return (await areRowsNumbered(db, files))
    ? `(SELECT * FROM ${parquetTable(files)} WHERE file_row_number % ${every} = 0)`
    : `(SELECT * FROM ${numberedParquetTable(files, '__assay_row')} WHERE __assay_row % ${every} = 0)`;
}

/** Vectors of chunks that are read before their memory is freed: 16 MB. */
const VECTORS_KEPT = 1024;
let vectors = 0;

function freeNowAndThen(read: number): void {
  vectors += read;
  if (vectors < VECTORS_KEPT) return;
  vectors = 0;
  collectYoung();
}

/** How many rows of a window there can be: every n-th of each file, rounded up. */
function mostRowsOf({ files, rows, every }: WindowFile): number {
  return every === 1 ? rows : rows + files.length;
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
  const most = mostRowsOf(file);
  const buffers = columns.map(() => {
    const used = spare.findIndex(({ byteLength }) => byteLength >= most * 8);
    const buffer = used === -1 ? undefined : spare.splice(used, 1)[0];
    return new Float64Array(buffer ?? new ArrayBuffer(most * 8), 0, most);
  });
  let rows = 0;
  for await (const chunk of db.chunks(`SELECT ${list.join(', ')} FROM ${await tableOf(db, file)}`)) {
    for (const [column, buffer] of buffers.entries()) {
      buffer.set(doublesOf(chunk.getColumnVector(column), chunk.rowCount), rows);
    }
    rows += chunk.rowCount;
    freeNowAndThen(buffers.length);
  }
  return buffers.map((buffer) => buffer.subarray(0, rows));
}

/** The values of a vector without NULL, as they lie in memory: a call for each value would take most of the time. */
function doublesOf(vector: DuckDBVector, count: number): ArrayLike<number> {
  const items: unknown = Reflect.get(vector, 'items');
  if (items instanceof Float64Array) return items.subarray(0, count);
  return Array.from({ length: count }, (_, row) => Number(vector.getItem(row)));
}

/** How many rows are compared: of a part of the rows of many files a few more than `rows`. */
async function rowsOf(db: DuckDb, file: WindowFile): Promise<number> {
  if (file.every === 1) return file.rows;
  const [row] = await db.rows(`SELECT count(*)::DOUBLE FROM ${await tableOf(db, file)}`);
  return Number(row?.[0]);
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
  const side = async (file: WindowFile, counted: string) =>
    `SELECT CAST(${column} AS VARCHAR) AS label, ${counted} FROM ${await tableOf(db, file)} WHERE ${column} IS NOT NULL GROUP BY 1`;
  const sides = [
    await side(reference, 'count(*) AS m, 0 AS n'),
    await side(current, '0 AS m, count(*) AS n'),
  ].join(' UNION ALL ');
  const rows = await db.rows(
    `WITH joined AS MATERIALIZED (SELECT label, sum(m) AS m, sum(n) AS n FROM (${sides}) GROUP BY label),
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
      reference: { counts: m, missing: (await rowsOf(db, reference)) - (totalM ?? 0) },
      current: { counts: n, missing: (await rowsOf(db, current)) - (totalN ?? 0) },
    },
    distinct: { reference: distinctM ?? 0, current: distinctN ?? 0 },
  };
}

/** From so many rows on it pays to ask first whether a column is worth counting. */
const MANY_ROWS = 200_000;
/** One of so many texts is looked at. */
const TEXTS_OUT_OF = 64;

/**
 * How many different texts a column has, for each that it has: of large windows from one of 64 texts with all their rows, chosen by a
 * hash. Null of small ones: those are counted at once. Cost: one scan.
 */
export async function differentShare(db: DuckDb, file: WindowFile, name: string): Promise<number | null> {
  if (file.rows < MANY_ROWS) return null;
  const [row] = await db.rows(
    `SELECT count(text)::DOUBLE, count(DISTINCT text)::DOUBLE FROM (SELECT CAST(${quoteIdentifier(name)} AS VARCHAR) AS text FROM ${await tableOf(db, file)})
     WHERE hash(text) % ${TEXTS_OUT_OF} = 0`,
  );
  const [count, distinct] = [Number(row?.[0]), Number(row?.[1])];
  return count < 1000 ? null : distinct / count;
}
