import { sql } from 'kysely';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { loadVersion, versionNotFound } from '../dataset-rows.ts';
import type { SnapshotFile } from '../snapshot-files.ts';
import { datasetLink, type VersionStore } from './enter-version.ts';

export type Garbage = { versions: number; removed: number; freedBytes: number };

/** Deletes, restores and finally removes versions with the files that only they have. */
export type VersionTrash = {
  /** Errors: datasets/version-not-found, datasets/in-use. */
  delete(versionId: string): Promise<void>;
  /** Takes back a delete. Errors: datasets/version-not-found once it was removed for good. */
  restore(versionId: string): Promise<DatasetVersion>;
  /** Removes versions deleted at least `graceMs` ago, and files older than that which no version needs. */
  empty(options: { graceMs: number; dryRun: boolean }): Promise<Garbage>;
};

export function createVersionTrash(
  parts: VersionStore & { isVersionInUse(versionId: string): Promise<boolean> },
): VersionTrash {
  const { store, events, clock, files, serially } = parts;
  const { db } = store;
  const tell = ({ dataset, version, id }: DatasetVersion, change: 'deleted' | 'created', done: string) =>
    events.emit(
      { type: 'dataset.changed', data: { dataset, versionId: id, change } },
      { text: `Dataset ${dataset} version ${version} was ${done}`, link: datasetLink(dataset) },
    );

  /** What would be, or was, removed: versions by key, snapshots and files that nothing else needs. */
  const findGarbage = async (graceMs: number) => {
    const until = clock.nowMs() - graceMs;
    const versions = await db
      .selectFrom('dataset_versions')
      .select('pk')
      .where('deleted_at_ms', '<=', until)
      .execute();
    const kept = db
      .selectFrom('dataset_versions')
      .select('digest')
      .where((where) => where.or([where('deleted_at_ms', 'is', null), where('deleted_at_ms', '>', until)]));
    const snapshots = await db
      .selectFrom('snapshot_chunks')
      .select('snapshot_digest')
      .distinct()
      .where('snapshot_digest', 'not in', kept)
      .execute();
    const needed = await db
      .selectFrom('snapshot_chunks')
      .select('digest')
      .distinct()
      .where('snapshot_digest', 'in', kept)
      .execute();
    const gone = new Set(snapshots.map((row) => row.snapshot_digest));
    const neededRows = new Set(needed.map((row) => row.digest));
    const neededManifests = new Set((await kept.distinct().execute()).map((row) => row.digest));
    const isNeeded = ({ kind, digest }: SnapshotFile) =>
      (kind === 'rows' ? neededRows : neededManifests).has(digest);
    // Files of deleted versions go with them; others may be on their way into a version.
    const old = new Set((await files.list(graceMs, clock.nowMs())).map(({ digest }) => digest));
    const deleted = await chunksOf(gone);
    const unused = (await files.list(Number.NEGATIVE_INFINITY, clock.nowMs())).filter(
      (file) =>
        !isNeeded(file) && (old.has(file.digest) || gone.has(file.digest) || deleted.has(file.digest)),
    );
    return { versions: versions.map((row) => row.pk), snapshots: [...gone], files: unused };
  };

  const chunksOf = async (snapshots: ReadonlySet<string>): Promise<Set<string>> => {
    const found = new Set<string>();
    for (const snapshot of snapshots) {
      const rows = await db
        .selectFrom('snapshot_chunks')
        .select('digest')
        .where('snapshot_digest', '=', snapshot)
        .execute();
      for (const { digest } of rows) found.add(digest);
    }
    return found;
  };

  return {
    delete: (versionId) =>
      serially(async () => {
        const version = await loadVersion(db, versionId);
        if (await parts.isVersionInUse(versionId))
          throw new AssayError(
            'datasets/in-use',
            `Runs or models refer to ${version.dataset} version ${version.version}`,
          );
        await db
          .updateTable('dataset_versions')
          .set({ deleted_at_ms: clock.nowMs() })
          .where('id', '=', versionId)
          .execute();
        tell(version, 'deleted', 'deleted');
      }),

    restore: (versionId) =>
      serially(async () => {
        const { numUpdatedRows } = await db
          .updateTable('dataset_versions')
          .set({ deleted_at_ms: null })
          .where('id', '=', versionId)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) throw versionNotFound(versionId);
        const version = await loadVersion(db, versionId);
        tell(version, 'created', 'restored');
        return version;
      }),

    empty: ({ graceMs, dryRun }) =>
      serially(async () => {
        const garbage = await findGarbage(graceMs);
        if (!dryRun) {
          await store.transaction(async (trx) => {
            for (const pk of garbage.versions)
              await trx.deleteFrom('dataset_versions').where('pk', '=', pk).execute();
            for (const digest of garbage.snapshots)
              await trx.deleteFrom('snapshot_chunks').where('snapshot_digest', '=', digest).execute();
            // A dataset goes with its last version: there is no other way to be rid of it.
            await sql`DELETE FROM datasets WHERE id NOT IN (SELECT dataset_id FROM dataset_versions)`.execute(
              trx,
            );
          });
          for (const file of garbage.files) await files.remove(file);
        }
        return {
          versions: garbage.versions.length,
          removed: garbage.files.length,
          freedBytes: garbage.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        };
      }),
  };
}
