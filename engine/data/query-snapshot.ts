import { join } from 'node:path';
import type { Column } from '../../local-api/contract/index.ts';
import { parquetTable, withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import { checkQuery } from './query.ts';
import { copyRows, settleFile } from './snapshot.ts';

/**
 * Writes the rows of a SELECT over a snapshot (the table "data") as a snapshot of their own, on disk when it returns. One
 * thread reads and writes: the same query over the same snapshot gives the same bytes. What does not fit in memory goes to
 * `folder`.
 *
 * Errors: as `checkQuery`; `datasets/empty` when there is no row.
 */
export async function writeQuery(
  snapshot: readonly string[],
  query: string,
  options: { folder: string; memoryMb: number; signal: AbortSignal },
): Promise<{ path: string; digest: string; sizeBytes: number; rows: number; columns: Column[] }> {
  const { folder, memoryMb, signal } = options;
  const path = join(folder, 'snapshot.parquet');
  const limits = { readable: snapshot, folders: [folder], memoryMb, threads: 1, signal };
  const { rows, columns } = await withDuckDb(limits, async (db) => {
    const checked = await checkQuery(db, query, parquetTable(snapshot));
    return { rows: await copyRows(db, checked.select, path), columns: checked.columns };
  });
  if (rows === 0) throw new AssayError('datasets/empty', 'The query gives no rows');
  return { path, rows, columns, ...(await settleFile(path)) };
}
