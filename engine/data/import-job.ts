import { basename } from 'node:path';
import type { Column, DatasetProfile, ReadOptions } from '../../local-api/contract/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { profileSnapshot } from './profile/profile-snapshot.ts';
import { writeSnapshot } from './snapshot.ts';
import { sourceFile } from './source.ts';

export type ImportJobInput = {
  path: string;
  name: string;
  options: ReadOptions;
  /** For DuckDB; the process needs some more. */
  memoryMb: number;
};

export type ImportJobOutput = {
  /** Name of the snapshot in the job's folder. */
  file: string;
  digest: string;
  rows: number;
  sizeBytes: number;
  columns: Column[];
  /** With the guesses filled in. */
  options: ReadOptions;
  badRows: number;
  profile: DatasetProfile;
};

/** Writing takes about this part of an import, profiling the rest. */
const WRITE_SHARE = 0.5;

/** Reads a file into a snapshot in the job's folder and profiles it. Errors: as `writeSnapshot`. */
export async function run(context: JobContext<ImportJobInput>): Promise<ImportJobOutput> {
  const { input, tmpDir, signal } = context;
  const file = await sourceFile(input.path, input.name);
  context.progress(0, `Reading ${file.name}`);
  const snapshot = await writeSnapshot(file, {
    read: input.options,
    folder: tmpDir,
    memoryMb: input.memoryMb,
    signal,
    onProgress: (fraction) => context.progress(fraction * WRITE_SHARE, `Reading ${file.name}`),
  });
  for (const warning of snapshot.warnings) context.log(warning, 'warn');
  if (snapshot.badRows.count > 0) {
    context.log(`${snapshot.badRows.count} rows could not be read and were set aside`, 'warn');
    for (const { line, reason } of snapshot.badRows.first) {
      context.log(line === null ? reason : `line ${line}: ${reason}`, 'warn');
    }
  }
  const profile = await withDuckDb(
    { readable: [snapshot.path], folders: [tmpDir], memoryMb: input.memoryMb, signal },
    (db) =>
      profileSnapshot(db, [snapshot.path], snapshot.columns, snapshot.rows, (fraction, message) =>
        context.progress(WRITE_SHARE + fraction * (1 - WRITE_SHARE), message),
      ),
  );
  const columns = snapshot.columns.map(
    ({ name, type }, index): Column => ({ name, type, nullable: (profile.columns[index]?.missing ?? 0) > 0 }),
  );
  const badRows = snapshot.badRows.count;
  const warnings = [...importWarnings(badRows, snapshot.rows), ...snapshot.warnings, ...profile.warnings];
  context.progress(1, `${snapshot.rows} rows, ${columns.length} columns`);
  return {
    file: basename(snapshot.path),
    digest: snapshot.digest,
    rows: snapshot.rows,
    sizeBytes: snapshot.sizeBytes,
    columns,
    options: snapshot.options,
    badRows,
    profile: { ...profile, warnings },
  };
}

function importWarnings(badRows: number, rows: number): string[] {
  return badRows === 0 ? [] : [`${badRows} of ${rows + badRows} rows could not be read and were set aside`];
}
