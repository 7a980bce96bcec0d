import { type Kysely, sql, type Transaction } from 'kysely';
import type {
  Column,
  DatasetProfile,
  ImportResult,
  ReadOptions,
  Tags,
  VersionSource,
} from '../../../local-api/contract/index.ts';
import type { EventBus } from '../../events/index.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock, Ids } from '../../system/index.ts';
import type { SnapshotFiles } from '../snapshot-files.ts';
import type { WrittenChunks } from './write-chunks.ts';

export type VersionStore = {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  ids: Ids;
  files: SnapshotFiles;
  /** Runs one at a time with everything else that adds or removes snapshots. */
  serially<T>(work: () => Promise<T>): Promise<T>;
};

/** What is known of a version besides its rows. */
export type NewVersion = {
  dataset: string;
  columns: Column[];
  source: VersionSource;
  sourceName: string;
  options: ReadOptions;
  badRows: number;
  profile: DatasetProfile;
  note: string;
  tags: Tags;
};

/**
 * Puts the files of a snapshot in place and then enters it as the next version of a dataset, in that order, so that an entry
 * never lacks its files. May happen twice: the same content as the newest version makes no new one. Tells of what is new.
 */
export async function enterVersion(
  parts: VersionStore,
  version: NewVersion,
  snapshot: WrittenChunks,
): Promise<ImportResult> {
  const result = await parts.serially(async () => {
    const { chunks, manifest, digest } = snapshot;
    await parts.files.take([
      ...chunks.map((chunk) => ({ from: chunk.path, digest: chunk.digest, kind: 'rows' as const })),
      ...(manifest === null ? [] : [{ from: manifest, digest, kind: 'manifest' as const }]),
    ]);
    return enter(parts, version, snapshot);
  });
  if (result.created) announce(parts.events, result);
  return result;
}

async function enter(
  { store, clock, ids }: VersionStore,
  made: NewVersion,
  snapshot: WrittenChunks,
): Promise<ImportResult> {
  const now = clock.nowMs();
  const { digest, rows } = snapshot;
  return store.transaction(async (trx) => {
    await trx
      .insertInto('datasets')
      .values({ name: made.dataset, created_at_ms: now, updated_at_ms: now })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const dataset = await trx
      .selectFrom('datasets')
      .select('id')
      .where('name', '=', made.dataset)
      .executeTakeFirstOrThrow();
    const newest = await trx
      .selectFrom('dataset_versions')
      .select(['id', 'version', 'digest', 'bad_rows', 'deleted_at_ms'])
      .where('dataset_id', '=', dataset.id)
      .orderBy('version', 'desc')
      .executeTakeFirst();
    const common = { dataset: made.dataset, digest, rows };
    if (newest?.digest === digest && newest.deleted_at_ms === null) {
      const { id: versionId, version, bad_rows: badRows } = newest;
      return { ...common, versionId, version, badRows, created: false };
    }
    const version = (newest?.version ?? 0) + 1;
    const versionId = ids.id('dsv');
    await enterChunks(trx, snapshot);
    await trx
      .insertInto('dataset_versions')
      .values({
        id: versionId,
        dataset_id: dataset.id,
        version,
        digest,
        row_count: rows,
        size_bytes: snapshot.sizeBytes,
        added_bytes: await addedBytes(trx, dataset.id, digest),
        columns: JSON.stringify(made.columns),
        source: JSON.stringify(made.source),
        source_name: made.sourceName,
        options: JSON.stringify(made.options),
        bad_rows: made.badRows,
        profile: JSON.stringify(made.profile),
        note: made.note,
        tags: JSON.stringify(made.tags),
        created_at_ms: now,
      })
      .execute();
    await trx.updateTable('datasets').set({ updated_at_ms: now }).where('id', '=', dataset.id).execute();
    return { ...common, versionId, version, badRows: made.badRows, created: true };
  });
}

/** More than SQLite takes at once in one statement. */
const CHUNKS_AT_ONCE = 200;

async function enterChunks(trx: Transaction<Database>, { digest, chunks }: WrittenChunks): Promise<void> {
  const rows = chunks.map((chunk, position) => ({
    snapshot_digest: digest,
    position,
    digest: chunk.digest,
    row_count: chunk.rows,
    size_bytes: chunk.sizeBytes,
  }));
  for (let first = 0; first < rows.length; first += CHUNKS_AT_ONCE)
    await trx
      .insertInto('snapshot_chunks')
      .values(rows.slice(first, first + CHUNKS_AT_ONCE))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Bytes of the files of a snapshot that no version of the dataset has yet. */
async function addedBytes(db: Kysely<Database>, datasetId: number, digest: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    SELECT coalesce(sum(own.size_bytes), 0) AS bytes
    FROM (SELECT DISTINCT digest, size_bytes FROM snapshot_chunks WHERE snapshot_digest = ${digest}) AS own
    WHERE own.digest NOT IN (
      SELECT known.digest FROM snapshot_chunks AS known
      JOIN dataset_versions ON dataset_versions.digest = known.snapshot_digest
      WHERE dataset_versions.dataset_id = ${datasetId})`.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

function announce(events: Pick<EventBus, 'emit'>, { dataset, versionId, version, rows }: ImportResult): void {
  events.emit(
    { type: 'dataset.changed', data: { dataset, versionId, change: 'created' } },
    {
      text: `Dataset ${dataset} version ${version} was imported: ${rows.toLocaleString('en')} rows`,
      link: datasetLink(dataset),
    },
  );
}

export function datasetLink(dataset: string): string {
  return `/datasets/${encodeURIComponent(dataset)}`;
}
