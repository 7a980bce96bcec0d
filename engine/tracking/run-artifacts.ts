import { setImmediate } from 'node:timers/promises';
import type { ArtifactEntry } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { GroupCommit } from './group-commit.ts';
import { runNotFound } from './run-rows.ts';
import { runDeleted } from './runs.ts';
import type { TrackingService } from './tracking-service.ts';

const maxPathLength = 1000;
/** About 5 ms. */
const FILES_A_PART = 2000;

/** A path as it is kept: relative, forward slashes, nothing that could lead elsewhere. Throws artifacts/bad-path. */
export function artifactPath(path: string): string {
  const segments = path.split('/');
  const problem =
    path === ''
      ? 'is empty'
      : path.length > maxPathLength
        ? `is longer than ${maxPathLength} characters`
        : // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be in a path
          /[\u0000-\u001f\u007f\\]/.test(path)
          ? 'has a backslash or a control character'
          : segments.some((segment) => segment === '' || segment === '.' || segment === '..')
            ? 'has an empty, "." or ".." segment'
            : /^[a-z]:/i.test(path)
              ? 'names a drive'
              : null;
  if (problem === null) return path;
  throw new AssayError('artifacts/bad-path', `The path ${JSON.stringify(path)} ${problem}.`, {
    problems: [{ path: 'path', message: problem, expected: 'folder/file.ext' }],
  });
}

/** The bounds of all paths within a folder; '0' is the character after '/'. */
export function boundsOf(folder: string): { from: string; to: string } {
  return { from: `${folder}/`, to: `${folder}0` };
}

type FileRow = { path: string; digest: string; size_bytes: number };

function toEntry(row: FileRow): ArtifactEntry {
  return { path: row.path, isDirectory: false, sizeBytes: row.size_bytes, digest: row.digest };
}

/** Files directly in `folder`, and the folders in it once each. Rows come sorted by path. */
export function oneLevel(rows: readonly FileRow[], folder: string): ArtifactEntry[] {
  const start = folder === '' ? 0 : folder.length + 1;
  const entries: ArtifactEntry[] = [];
  for (const row of rows) {
    const slash = row.path.indexOf('/', start);
    if (slash < 0) {
      entries.push(toEntry(row));
      continue;
    }
    const path = row.path.slice(0, slash);
    if (entries.at(-1)?.path !== path)
      entries.push({ path, isDirectory: true, sizeBytes: null, digest: null });
  }
  return entries;
}

/** The part of the tracking service that knows which files a run holds. Their bytes are in the artifact store. */
export function artifactMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  writes: GroupCommit;
}): Pick<TrackingService, 'listArtifacts' | 'findArtifact' | 'attachArtifact' | 'artifactDigests'> {
  const { store, events, clock, writes } = options;
  const { db, sqlite } = store;

  const headOf = sqlite.prepare<[string], { pk: number; experimentId: number; lifecycle: string }>(
    'SELECT pk, experiment_id AS experimentId, lifecycle FROM runs WHERE id = ?',
  );
  const clashing = sqlite.prepare<
    { pk: number; folders: string; from: string; to: string },
    { path: string }
  >(
    `SELECT path FROM run_artifacts WHERE run_pk = @pk AND path >= @from AND path < @to
     UNION ALL SELECT path FROM run_artifacts WHERE run_pk = @pk AND path IN (SELECT value FROM json_each(@folders))
     LIMIT 1`,
  );
  const attach = sqlite.prepare(
    `INSERT INTO run_artifacts (run_pk, path, digest, size_bytes, created_at_ms) VALUES (@pk, @path, @digest, @sizeBytes, @nowMs)
     ON CONFLICT (run_pk, path) DO UPDATE SET
       digest = excluded.digest, size_bytes = excluded.size_bytes, created_at_ms = excluded.created_at_ms`,
  );

  const findRun = async (runId: string) => {
    const run = await db
      .selectFrom('runs')
      .select(['pk', 'experiment_id', 'lifecycle'])
      .where('id', '=', runId)
      .executeTakeFirst();
    if (run === undefined) throw runNotFound([runId]);
    return run;
  };

  /** Sorted by path. Read in parts, between which others have their turn: a run may hold tens of thousands of images. */
  const readFiles = async (
    runPk: number,
    bounds: { from: string; to: string } | null,
  ): Promise<FileRow[]> => {
    const files: FileRow[] = [];
    for (;;) {
      let query = db
        .selectFrom('run_artifacts')
        .select(['path', 'digest', 'size_bytes'])
        .where('run_pk', '=', runPk)
        .where('path', '>', files.at(-1)?.path ?? bounds?.from ?? '')
        .orderBy('path')
        .limit(FILES_A_PART);
      if (bounds) query = query.where('path', '<', bounds.to);
      const part = await query.execute();
      files.push(...part);
      if (part.length < FILES_A_PART) return files;
      await setImmediate();
    }
  };

  return {
    async listArtifacts(runId, path, recursive) {
      const folder = path.replace(/\/+$/, '');
      if (folder !== '') artifactPath(folder);
      const { pk } = await findRun(runId);
      const rows = await readFiles(pk, folder === '' ? null : boundsOf(folder));
      return recursive ? rows.map(toEntry) : oneLevel(rows, folder);
    },

    async findArtifact(runId, path) {
      artifactPath(path);
      const { pk } = await findRun(runId);
      const row = await db
        .selectFrom('run_artifacts')
        .selectAll()
        .where('run_pk', '=', pk)
        .where('path', '=', path)
        .executeTakeFirst();
      if (row === undefined) {
        throw new AssayError('artifacts/not-found', `The run ${runId} has no file ${path}.`);
      }
      return { digest: row.digest, sizeBytes: row.size_bytes };
    },

    async attachArtifact(runId, path, blob) {
      artifactPath(path);
      const folders = JSON.stringify(path.split('/').map((_, index, all) => all.slice(0, index).join('/')));
      const { from, to } = boundsOf(path);
      const experimentId = await writes.run(1, () => {
        const run = headOf.get(runId);
        if (run === undefined) throw runNotFound([runId]);
        if (run.lifecycle === 'deleted') throw runDeleted(runId);
        const clash = clashing.get({ pk: run.pk, folders, from, to });
        if (clash !== undefined) {
          throw new AssayError('artifacts/bad-path', `${path} cannot be a file beside ${clash.path}.`, {
            problems: [{ path: 'path', message: `one of the two would be both a file and a folder` }],
          });
        }
        const { digest, sizeBytes } = blob;
        attach.run({ pk: run.pk, path, digest, sizeBytes, nowMs: clock.nowMs() });
        return run.experimentId;
      });
      events.emit({
        type: 'run.changed',
        data: { runId, experimentId: String(experimentId), change: 'updated' },
      });
      return toEntry({ path, digest: blob.digest, size_bytes: blob.sizeBytes });
    },

    async *artifactDigests() {
      for (const table of ['run_artifacts', 'stored_files'] as const) {
        let after = '';
        for (;;) {
          const rows = await db
            .selectFrom(table)
            .select('digest')
            .distinct()
            .where('digest', '>', after)
            .orderBy('digest')
            .limit(1000)
            .execute();
          for (const { digest } of rows) yield digest;
          const last = rows.at(-1);
          if (last === undefined) break;
          after = last.digest;
        }
      }
    },
  };
}
