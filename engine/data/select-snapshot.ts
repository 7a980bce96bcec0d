import { join } from 'node:path';
import type { Column } from '../../local-api/contract/index.ts';
import type { DuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { ImportJobOutput } from './import-job.ts';
import { profileSnapshot } from './profile/profile-snapshot.ts';
import { copyRows } from './snapshot.ts';
import { writeChunks } from './versions/write-chunks.ts';

/** Computing the rows takes about this part of the work, writing them until the second, profiling the rest. */
const COMPUTE_SHARE = 0.4;
const WRITE_SHARE = 0.65;
const PROGRESS_MS = 250;

/**
 * Writes the rows of a SELECT as a snapshot into an empty folder and profiles it: what `DataService.addVersion` takes. The
 * columns have the types of a snapshot. With a DuckDB of one thread the same SELECT over the same files gives the same bytes.
 * Errors: `datasets/empty` when there is no row.
 */
export async function writeSelect(
  db: DuckDb,
  query: { select: string; columns: readonly Column[]; what: string },
  to: {
    folder: string;
    memoryMb: number;
    signal: AbortSignal;
    onProgress(fraction: number, message: string): void;
  },
): Promise<ImportJobOutput> {
  const { folder, memoryMb, signal } = to;
  const draft = join(folder, 'draft.parquet');
  const timer = setInterval(
    () => to.onProgress((db.progress() ?? 0) * COMPUTE_SHARE, `Computing ${query.what}`),
    PROGRESS_MS,
  );
  const rows = await copyRows(db, query.select, draft).finally(() => clearInterval(timer));
  if (rows === 0) throw new AssayError('datasets/empty', `${query.what} has no rows`);
  const snapshot = await writeChunks(
    draft,
    { rows, columns: query.columns },
    {
      folder,
      memoryMb,
      signal,
      onProgress: (fraction) =>
        to.onProgress(COMPUTE_SHARE + fraction * (WRITE_SHARE - COMPUTE_SHARE), `Writing ${rows} rows`),
    },
  );
  const profile = await profileSnapshot(db, [draft], query.columns, rows, (fraction, message) =>
    to.onProgress(WRITE_SHARE + fraction * (1 - WRITE_SHARE), message),
  );
  const columns = query.columns.map(({ name, type }, index) => ({
    name,
    type,
    nullable: (profile.columns[index]?.missing ?? 0) > 0,
  }));
  return { snapshot, columns, options: {}, badRows: 0, profile, checked: null };
}
