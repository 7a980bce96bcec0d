import { join } from 'node:path';
import {
  type Dataset,
  type DatasetSource,
  ImportRequest,
  type ImportResult,
  type VersionSource,
} from '../../local-api/contract/index.ts';
import type { EventBus } from '../events/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { ImportJobInput, ImportJobOutput } from './import-job.ts';
import type { SnapshotFiles } from './snapshot-files.ts';
import type { SourceFile } from './source.ts';

export type ImportHandlerParts = {
  store: Store;
  events: EventBus;
  clock: Clock;
  ids: Ids;
  files: SnapshotFiles;
  /** Runs one at a time with everything else that adds or removes snapshots. */
  serially<T>(work: () => Promise<T>): Promise<T>;
  resolve(source: DatasetSource): Promise<SourceFile>;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

/**
 * The share of a job's memory that DuckDB may fill before it spills to disk; the rest is for Node and what DuckDB
 * does not count.
 */
const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

/**
 * Imports as jobs. The process writes a snapshot into its own folder; here it is put in place and then entered, in
 * that order, so that an entry never lacks its file. Both may happen twice.
 */
export function importHandler(parts: ImportHandlerParts): JobHandler<unknown, ImportJobOutput> {
  return {
    kind: 'import',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<ImportJobInput> {
      const request = ImportRequest.parse(input);
      const { path, name } = await parts.resolve(request.source);
      const memoryMb = Math.floor(Math.min(MOST_DUCKDB_MB, parts.jobMemoryMb() * DUCKDB_SHARE));
      return { path, name, options: request.options, memoryMb };
    },
    async onSuccess(output, job, tmpDir): Promise<ImportResult> {
      const request = ImportRequest.parse(job.input);
      const { name: sourceName } = await parts.resolve(request.source).catch(() => ({ name: '' }));
      return addVersion(parts, { ...request, sourceName }, output, tmpDir);
    },
  };
}

/** What is said of a new version besides its rows. */
export type NewVersion = Pick<ImportRequest, 'dataset' | 'note' | 'tags'> & {
  source: VersionSource;
  sourceName: string;
};

/** Puts a snapshot that a job has written in place and enters it: no second time when the newest version is the same. */
export async function addVersion(
  parts: Pick<ImportHandlerParts, 'store' | 'events' | 'clock' | 'ids' | 'files' | 'serially'>,
  version: NewVersion,
  output: ImportJobOutput,
  folder: string,
): Promise<ImportResult> {
  const result = await parts.serially(async () => {
    await parts.files.take(join(folder, output.file), output.digest);
    return enter(parts, version, output);
  });
  if (result.created) announce(parts.events, result);
  return result;
}

async function enter(
  { store, clock, ids }: Pick<ImportHandlerParts, 'store' | 'clock' | 'ids'>,
  request: NewVersion,
  output: ImportJobOutput,
): Promise<ImportResult> {
  const now = clock.nowMs();
  return store.transaction(async (trx) => {
    await trx
      .insertInto('datasets')
      .values({ name: request.dataset, created_at_ms: now, updated_at_ms: now })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
    const dataset = await trx
      .selectFrom('datasets')
      .select('id')
      .where('name', '=', request.dataset)
      .executeTakeFirstOrThrow();
    const newest = await trx
      .selectFrom('dataset_versions')
      .select(['id', 'version', 'digest', 'bad_rows'])
      .where('dataset_id', '=', dataset.id)
      .orderBy('version', 'desc')
      .executeTakeFirst();
    const common = { dataset: request.dataset, digest: output.digest, rows: output.rows };
    if (newest?.digest === output.digest) {
      return {
        ...common,
        versionId: newest.id,
        version: newest.version,
        badRows: newest.bad_rows,
        created: false,
      };
    }
    const version = (newest?.version ?? 0) + 1;
    const versionId = ids.id('dsv');
    await trx
      .insertInto('dataset_versions')
      .values({
        id: versionId,
        dataset_id: dataset.id,
        version,
        digest: output.digest,
        row_count: output.rows,
        size_bytes: output.sizeBytes,
        columns: JSON.stringify(output.columns),
        source: JSON.stringify(request.source),
        source_name: request.sourceName,
        options: JSON.stringify(output.options),
        bad_rows: output.badRows,
        profile: JSON.stringify(output.profile),
        note: request.note,
        tags: JSON.stringify(request.tags),
        created_at_ms: now,
      })
      .execute();
    await trx.updateTable('datasets').set({ updated_at_ms: now }).where('id', '=', dataset.id).execute();
    return { ...common, versionId, version, badRows: output.badRows, created: true };
  });
}

function announce(events: EventBus, { dataset, versionId, version, rows }: ImportResult): void {
  events.emit(
    { type: 'dataset.changed', data: { dataset, versionId, change: 'created' } },
    {
      text: `Dataset ${dataset} version ${version} was imported: ${rows.toLocaleString('en')} rows`,
      link: datasetLink(dataset),
    },
  );
}

export function datasetLink(dataset: Dataset['name']): string {
  return `/datasets/${encodeURIComponent(dataset)}`;
}
