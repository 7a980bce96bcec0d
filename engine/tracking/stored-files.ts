import { sql } from 'kysely';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { defaultArtifactLocation } from './experiment-records.ts';
import { artifactPath, boundsOf, oneLevel } from './run-artifacts.ts';
import type { TrackingService } from './tracking-service.ts';

export type FileEntry = { path: string; isDirectory: boolean; sizeBytes: number | null };

/** Files by their whole path below mlflow-artifacts:/, whoever they belong to. Those of runs are the runs' artifacts. */
export type StoredFiles = {
  /** What is directly in a folder, sorted; nothing for what is not there or is a file. Errors: artifacts/bad-path. */
  listFiles(folder: string): Promise<FileEntry[]>;
  /** Errors: artifacts/not-found, artifacts/bad-path. */
  findFile(path: string): Promise<{ digest: string; sizeBytes: number }>;
  /** Refers to a blob that is in the artifact store; a file that is there is replaced. Errors: artifacts/bad-path, runs/deleted. */
  putFile(path: string, blob: { digest: string; sizeBytes: number }): Promise<void>;
  /** Removes a file, or a folder with all in it; gives how many files. What is not there is none. Errors: artifacts/bad-path. */
  deleteFiles(path: string): Promise<number>;
};

type Place = { run: { id: string; pk: number; experimentId: number } | null; path: string };

const runFolder = /(?:^|\/)([0-9a-f]{32})\/artifacts(?:\/|$)/g;

/** The part of the tracking service that keeps files by path: see `StoredFiles`. */
export function storedFileMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
  runs: Pick<TrackingService, 'findArtifact' | 'attachArtifact' | 'listArtifacts'>;
}): StoredFiles {
  const { store, events, clock, runs } = options;
  const { db } = store;

  /** Whether a path lies in the folder of a run; its path is then the one within the run. */
  const placeOf = async (path: string): Promise<Place> => {
    for (const match of path.matchAll(runFolder)) {
      const [whole, runId = ''] = match;
      const run = await db
        .selectFrom('runs')
        .innerJoin('experiments', 'experiments.id', 'runs.experiment_id')
        .select(['runs.pk', 'experiments.id as experimentId', 'experiments.artifact_location as location'])
        .where('runs.id', '=', runId)
        .executeTakeFirst();
      if (run === undefined) continue;
      const location = run.location ?? defaultArtifactLocation(run.experimentId);
      const end = match.index + whole.length;
      const root = path.slice(0, end).replace(/\/$/, '');
      if (root !== `${pathOfLocation(location)}/${runId}/artifacts`) continue;
      const { pk, experimentId } = run;
      return { run: { id: runId, pk, experimentId }, path: path.slice(end) };
    }
    return { run: null, path };
  };

  const within = (folder: string) => {
    const all = db.selectFrom('stored_files').selectAll().orderBy('path');
    if (folder === '') return all;
    const { from, to } = boundsOf(folder);
    return all.where('path', '>=', from).where('path', '<', to);
  };

  const listFree = async (folder: string): Promise<FileEntry[]> =>
    oneLevel(await within(folder).execute(), folder).map(({ path, isDirectory, sizeBytes }) => ({
      path,
      isDirectory,
      sizeBytes,
    }));

  const putFree = (path: string, blob: { digest: string; sizeBytes: number }): Promise<void> =>
    store.transaction(async (trx) => {
      const folders = path.split('/').map((_, index, all) => all.slice(0, index).join('/'));
      const { from, to } = boundsOf(path);
      const clash = await trx
        .selectFrom('stored_files')
        .select('path')
        .where((eb) =>
          eb.or([eb('path', 'in', folders), eb.and([eb('path', '>=', from), eb('path', '<', to)])]),
        )
        .executeTakeFirst();
      if (clash !== undefined) {
        throw new AssayError('artifacts/bad-path', `${path} cannot be a file beside ${clash.path}.`, {
          problems: [{ path: 'path', message: 'one of the two would be both a file and a folder' }],
        });
      }
      const values = { digest: blob.digest, size_bytes: blob.sizeBytes, created_at_ms: clock.nowMs() };
      await trx
        .insertInto('stored_files')
        .values({ path, ...values })
        .onConflict((conflict) => conflict.column('path').doUpdateSet(values))
        .execute();
    });

  return {
    async listFiles(folder) {
      if (folder !== '') artifactPath(folder);
      const { run, path } = await placeOf(folder);
      if (run === null) return listFree(path);
      const entries = await runs.listArtifacts(run.id, path, false);
      return entries.map(({ isDirectory, sizeBytes, ...entry }) => ({
        path: entry.path,
        isDirectory,
        sizeBytes,
      }));
    },

    async findFile(whole) {
      artifactPath(whole);
      const { run, path } = await placeOf(whole);
      if (run !== null && path !== '') return runs.findArtifact(run.id, path);
      const row = await db.selectFrom('stored_files').selectAll().where('path', '=', path).executeTakeFirst();
      if (row === undefined) throw new AssayError('artifacts/not-found', `There is no file ${whole}.`);
      return { digest: row.digest, sizeBytes: row.size_bytes };
    },

    async putFile(whole, blob) {
      artifactPath(whole);
      const { run, path } = await placeOf(whole);
      if (run === null) await putFree(path, blob);
      else await runs.attachArtifact(run.id, path, blob);
    },

    async deleteFiles(whole) {
      artifactPath(whole);
      const { run, path } = await placeOf(whole);
      const { from, to } = boundsOf(path);
      if (run === null) {
        const { rows } =
          await sql`DELETE FROM stored_files WHERE path = ${path} OR (path >= ${from} AND path < ${to}) RETURNING path`.execute(
            db,
          );
        return rows.length;
      }
      const isIn = path === '' ? sql`1` : sql`(path = ${path} OR (path >= ${from} AND path < ${to}))`;
      const { rows } =
        await sql`DELETE FROM run_artifacts WHERE run_pk = ${run.pk} AND ${isIn} RETURNING path`.execute(db);
      if (rows.length > 0) {
        events.emit({
          type: 'run.changed',
          data: { runId: run.id, experimentId: String(run.experimentId), change: 'updated' },
        });
      }
      return rows.length;
    },
  };
}

/** The path below mlflow-artifacts:/ that a location names; another kind of location gives one that no file has. */
function pathOfLocation(location: string): string {
  const [, path] = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.*?)\/*$/.exec(location) ?? [];
  return path ?? `:${location}`;
}
