import type { Column, DatasetProfile, DvcFound, ReadOptions } from '../../local-api/contract/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import type { CheckedImport, ImportCheck } from '../validation/index.ts';
import { profileSnapshot } from './profile/profile-snapshot.ts';
import { writeSnapshot } from './snapshot.ts';
import { gather } from './sources/gather.ts';
import type { ResolvedSource } from './sources/resolved-source.ts';
import { type WrittenChunks, writeChunks } from './versions/write-chunks.ts';

export type ImportJobInput = {
  /** With the secrets that it takes; they go no further. */
  source: ResolvedSource;
  options: ReadOptions;
  /** For DuckDB; the process needs some more. */
  memoryMb: number;
  /** What the rows must be like to become a version; null when nothing is asked. */
  check: ImportCheck | null;
};

export type ImportJobOutput = {
  /** In the job's folder. */
  snapshot: WrittenChunks;
  columns: Column[];
  /** With the guesses filled in. */
  options: ReadOptions;
  badRows: number;
  profile: DatasetProfile;
  /** What came of the check; null without one. */
  checked: CheckedImport | null;
  /** Where an output of DVC was found. */
  dvc?: DvcFound;
};

/** Nothing was read: this version was made of the same content before. */
export type KnownImport = { madeBefore: string };

/** Reading takes about this part of an import, cutting and compressing up to the second, profiling the rest. */
const READ_SHARE = 0.3;
const WRITE_SHARE = 0.55;

/** Reads a file into a snapshot in the job's folder and profiles it. Errors: as `writeSnapshot`. */
export async function run(context: JobContext<ImportJobInput>): Promise<ImportJobOutput | KnownImport> {
  const { input, tmpDir, signal } = context;
  const file = await gather(input.source, {
    read: input.options,
    folder: tmpDir,
    headRows: null,
    signal,
    progress: (_, message) => context.progress(0, message),
  });
  if (file.madeBefore !== undefined) return { madeBefore: file.madeBefore };
  context.progress(0, `Reading ${file.name}`);
  const draft = await writeSnapshot(file, {
    read: input.options,
    folder: tmpDir,
    memoryMb: input.memoryMb,
    isDraft: true,
    signal,
    onProgress: (fraction) => context.progress(fraction * READ_SHARE, `Reading ${file.name}`),
  });
  const snapshot = await writeChunks(draft.path, draft, {
    folder: tmpDir,
    memoryMb: input.memoryMb,
    signal,
    onProgress: (fraction) =>
      context.progress(READ_SHARE + fraction * (WRITE_SHARE - READ_SHARE), `Writing ${draft.rows} rows`),
  });
  for (const warning of draft.warnings) context.log(warning, 'warn');
  if (draft.badRows.count > 0) {
    context.log(`${draft.badRows.count} rows could not be read and were set aside`, 'warn');
    for (const { line, reason } of draft.badRows.first) {
      context.log(line === null ? reason : `line ${line}: ${reason}`, 'warn');
    }
  }
  const profile = await withDuckDb(
    { readable: [draft.path], folders: [tmpDir], memoryMb: input.memoryMb, signal },
    (db) =>
      profileSnapshot(db, [draft.path], draft.columns, draft.rows, (fraction, message) =>
        context.progress(WRITE_SHARE + fraction * (1 - WRITE_SHARE), message),
      ),
  );
  const columns = draft.columns.map(
    ({ name, type }, index): Column => ({ name, type, nullable: (profile.columns[index]?.missing ?? 0) > 0 }),
  );
  const badRows = draft.badRows.count;
  const warnings = [...importWarnings(badRows, draft.rows), ...draft.warnings, ...profile.warnings];
  context.progress(1, `${draft.rows} rows, ${columns.length} columns`);
  return {
    snapshot,
    columns,
    options: draft.options,
    badRows,
    profile: { ...profile, warnings },
    checked: null,
    ...(file.dvc === undefined ? {} : { dvc: file.dvc }),
  };
}

function importWarnings(badRows: number, rows: number): string[] {
  return badRows === 0 ? [] : [`${badRows} of ${rows + badRows} rows could not be read and were set aside`];
}
