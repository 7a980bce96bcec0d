import type { DuckDBDataChunk } from '@duckdb/node-api';
import { type DuckDb, quoteIdentifier } from '../duckdb/index.ts';

/** What a column holds once it is read by `plainRows`. */
export type PlainKind = 'integer' | 'float' | 'boolean' | 'string' | 'date' | 'time';
export type PlainColumn = { name: string; kind: PlainKind };
/** The values of one column in a piece of the rows; null where one is missing. */
export type PlainValues = { at(row: number): bigint | number | boolean | string | null };
export type PlainPiece = { rows: number; columns: PlainValues[] };

function kindOf(type: string): PlainKind {
  if (/^(U?(TINY|SMALL|BIG)INT|U?INTEGER)$/.test(type)) return 'integer';
  if (/^(DOUBLE|FLOAT|U?HUGEINT|DECIMAL.*)$/.test(type)) return 'float';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'DATE') return 'date';
  return type.startsWith('TIMESTAMP') ? 'time' : 'string';
}

function plain(value: string, kind: PlainKind): string {
  switch (kind) {
    case 'integer':
      return `${value}::BIGINT`;
    case 'float':
      return `${value}::DOUBLE`;
    case 'boolean':
      return value;
    case 'string':
      return `${value}::VARCHAR`;
    // DuckDB knows infinite days; no file format does.
    case 'date':
      return `CASE WHEN isfinite(${value}) THEN ${value} - DATE '1970-01-01' END::INTEGER`;
    case 'time':
      return `CASE WHEN isfinite(${value}) THEN epoch_us(${value}) END::BIGINT`;
  }
}

/**
 * The rows of a query as plain values, in pieces of about 2,048: integers as bigint, dates as days and times as microseconds
 * (bigint) since 1970, UTC, whatever else is no number or truth as text. Memory: one piece.
 */
export async function plainRows(
  db: DuckDb,
  select: string,
): Promise<{ columns: PlainColumn[]; pieces: AsyncIterable<PlainPiece> }> {
  const columns = (await db.describe(select)).map(({ name, type }) => ({ name, kind: kindOf(type) }));
  const names = columns.map((_, index) => `c${index}`);
  const values = columns.map(({ kind }, index) => plain(`c${index}`, kind));
  const sql = `SELECT ${values.join(', ')} FROM (${select}\n) AS plain(${names.map(quoteIdentifier).join(', ')})`;
  return { columns, pieces: piecesOf(db, sql, columns.length) };
}

async function* piecesOf(db: DuckDb, sql: string, columns: number): AsyncGenerator<PlainPiece> {
  for await (const chunk of db.chunks(sql))
    yield {
      rows: chunk.rowCount,
      columns: Array.from({ length: columns }, (_, column) => valuesOf(chunk, column)),
    };
}

function valuesOf(chunk: DuckDBDataChunk, column: number): PlainValues {
  const vector = chunk.getColumnVector(column);
  return { at: (row) => vector.getItem(row) as ReturnType<PlainValues['at']> };
}
