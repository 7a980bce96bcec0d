import { basename, join } from 'node:path';
import type { Column } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { ImportJobOutput } from './import-job.ts';
import { profileSnapshot } from './profile/profile-snapshot.ts';
import { copyRows, settleFile } from './snapshot.ts';

/** Writing takes about this part of the work, profiling the rest. */
const WRITE_SHARE = 0.6;
const PROGRESS_MS = 250;

/**
 * Writes the rows of a SELECT as a snapshot named `name` in a folder and profiles it: what `DataService.addVersion` takes. The
 * columns have the types of a snapshot. With a DuckDB of one thread the same SELECT over the same files gives the same bytes.
 * Errors: `datasets/empty` when there is no row.
 */
export async function writeSelect(
  db: DuckDb,
  query: { select: string; columns: readonly Column[]; what: string },
  to: { folder: string; name: string; onProgress(fraction: number, message: string): void },
): Promise<ImportJobOutput> {
  const path = join(to.folder, `${to.name}.parquet`);
  const timer = setInterval(
    () => to.onProgress((db.progress() ?? 0) * WRITE_SHARE, `Writing ${query.what}`),
    PROGRESS_MS,
  );
  const rows = await copyRows(db, query.select, path).finally(() => clearInterval(timer));
  if (rows === 0) throw new AssayError('datasets/empty', `${query.what} has no rows`);
  const { digest, sizeBytes } = await settleFile(path);
  const profile = await profileSnapshot(db, [path], query.columns, rows, (fraction, message) =>
    to.onProgress(WRITE_SHARE + fraction * (1 - WRITE_SHARE), message),
  );
  const columns = query.columns.map(({ name, type }, index) => ({
    name,
    type,
    nullable: (profile.columns[index]?.missing ?? 0) > 0,
  }));
  return { file: basename(path), digest, rows, sizeBytes, columns, options: {}, badRows: 0, profile };
}
