import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type DatasetSource, type DatasetVersion, ImportRequest } from '../../local-api/contract/index.ts';
import { type DuckDb, duckDbError, openDuckDb, parquetTable } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { list, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { cellOf } from './cells.ts';
import type { DataService } from './data-service.ts';
import {
  datasetKey,
  datasetListing,
  loadDataset,
  loadDatasets,
  loadVersion,
  loadVersions,
  versionListing,
  versionNotFound,
} from './dataset-rows.ts';
import { checkSyntax, expressionType } from './expression.ts';
import { addVersion, datasetLink, importHandler } from './import-handler.ts';
import { previewFile } from './preview.ts';
import { checkQuery } from './query.ts';
import { openSnapshotFiles } from './snapshot-files.ts';
import { type SourceFile, samplePath, sourceFile } from './source.ts';
import { openUploads } from './uploads.ts';

export type DataServiceOptions = {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
  clock: Clock;
  ids: Ids;
  /** Folder of the snapshots, and of uploads below it. */
  dir: string;
  /** For previews; emptied by whoever owns it. */
  tmpDir: string;
  /** Whether a run or a model refers to the version. */
  isVersionInUse(versionId: string): Promise<boolean>;
  /** Memory that a job process may take, in MB; read when a job starts. */
  jobMemoryMb(): number;
};

/** Memory for reading rows and checking expressions; both read little. */
const READER_MEMORY_MB = 512;

/** Opens the data room and registers its job handler: call before the queue starts. */
export async function createDataService(options: DataServiceOptions): Promise<DataService> {
  const { store, jobs, events, clock, ids } = options;
  const { db } = store;
  const files = await openSnapshotFiles(options.dir);
  const uploads = await openUploads(store, clock, ids, join(options.dir, 'uploads'));
  await uploads.removeOld();
  const serially = createSerial();
  const reader = createReader(files.folder, options.tmpDir);

  const resolve = async (source: DatasetSource): Promise<SourceFile> => {
    switch (source.kind) {
      case 'path':
        return sourceFile(source.path);
      case 'sample':
        return sourceFile(samplePath(source.name));
      case 'upload': {
        const { path, name } = await uploads.find(source.uploadId);
        return sourceFile(path, name);
      }
    }
  };
  const tableOf = (version: DatasetVersion): string => parquetTable([files.path(version.digest)]);

  const snapshots = { store, events, clock, ids, files, serially };
  jobs.register(importHandler({ ...snapshots, resolve, jobMemoryMb: options.jobMemoryMb }));

  return {
    receiveUpload: (name, bytes) => uploads.receive(name, bytes),
    findUpload: (uploadId) => uploads.find(uploadId),

    async preview(source, read, limit) {
      return previewFile(await resolve(source), read, limit, options.tmpDir);
    },

    async import(request, parentJobId = null) {
      const input = ImportRequest.parse(request);
      const { name } = await resolve(input.source);
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'import',
        title: `Import ${name} into ${input.dataset}`,
        input,
        parentId: parentJobId,
        dedupKey: `import:${key}`,
      });
    },

    addVersion: (version, output, folder) => addVersion(snapshots, version, output, folder),

    list: (query) => list(db, datasetListing, query, { load: (keys) => loadDatasets(db, keys) }),

    get: (name) => loadDataset(db, name),

    async update(name, patch) {
      const key = await datasetKey(db, name);
      await db
        .updateTable('datasets')
        .set({
          ...(patch.description === undefined ? {} : { description: patch.description }),
          ...(patch.tags === undefined ? {} : { tags: JSON.stringify(patch.tags) }),
          updated_at_ms: clock.nowMs(),
        })
        .where('id', '=', key)
        .execute();
      events.emit({ type: 'dataset.changed', data: { dataset: name, versionId: null, change: 'updated' } });
      return loadDataset(db, name);
    },

    async listVersions(name, query) {
      const key = await datasetKey(db, name);
      return list(db, versionListing, query, {
        scope: { id: String(key), condition: sql`dataset_versions.dataset_id = ${key}` },
        load: (keys) => loadVersions(db, keys),
      });
    },

    getVersion: (versionId) => loadVersion(db, versionId),

    async profile(versionId) {
      const row = await db
        .selectFrom('dataset_versions')
        .select('profile')
        .where('id', '=', versionId)
        .executeTakeFirst();
      if (row === undefined) throw versionNotFound(versionId);
      return JSON.parse(row.profile);
    },

    async rows(versionId, offset, limit) {
      const version = await loadVersion(db, versionId);
      try {
        const rows = await (await reader.open()).rows(
          `SELECT * FROM ${tableOf(version)} LIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(offset)}`,
        );
        return {
          columns: version.columns,
          rows: rows.map((row) => row.map(cellOf)),
          offset,
          total: version.rows,
        };
      } catch (thrown) {
        throw duckDbError(
          thrown,
          'artifacts/corrupt',
          `The snapshot of ${version.dataset} v${version.version} cannot be read`,
        );
      }
    },

    deleteVersion: (versionId) =>
      serially(async () => {
        const { dataset, version, digest } = await loadVersion(db, versionId);
        if (await options.isVersionInUse(versionId)) {
          throw new AssayError('datasets/in-use', `Runs or models refer to ${dataset} version ${version}`);
        }
        const isLastOfDigest = await store.transaction(async (trx) => {
          await trx.deleteFrom('dataset_versions').where('id', '=', versionId).execute();
          // A dataset goes with its last version: there is no other way to be rid of it.
          await trx
            .deleteFrom('datasets')
            .where('name', '=', dataset)
            .where(({ not, exists, selectFrom }) =>
              not(
                exists(
                  selectFrom('dataset_versions')
                    .select('pk')
                    .whereRef('dataset_versions.dataset_id', '=', 'datasets.id'),
                ),
              ),
            )
            .execute();
          const other = await trx
            .selectFrom('dataset_versions')
            .select('pk')
            .where('digest', '=', digest)
            .executeTakeFirst();
          return other === undefined;
        });
        if (isLastOfDigest) await files.remove(digest);
        events.emit(
          { type: 'dataset.changed', data: { dataset, versionId, change: 'deleted' } },
          { text: `Dataset ${dataset} version ${version} was deleted`, link: datasetLink(dataset) },
        );
      }),

    async snapshotFiles(versionId) {
      return [files.path((await loadVersion(db, versionId)).digest)];
    },

    async checkExpression(versionId, expression) {
      const version = await loadVersion(db, versionId);
      const reading = await reader.open();
      await checkSyntax(
        reading,
        expression,
        version.columns.map((column) => column.name),
      );
      return expressionType(reading, expression, tableOf(version));
    },

    async checkQuery(versionId, query) {
      const version = await loadVersion(db, versionId);
      return (await checkQuery(await reader.open(), query, tableOf(version))).columns;
    },

    sourceFile: resolve,

    collectGarbage: ({ graceMs, dryRun }) =>
      serially(async () => {
        const used = new Set(
          (await db.selectFrom('dataset_versions').select('digest').distinct().execute()).map(
            (row) => row.digest,
          ),
        );
        const unused = (await files.list(graceMs, clock.nowMs())).filter(({ digest }) => !used.has(digest));
        if (!dryRun) for (const { digest } of unused) await files.remove(digest);
        return {
          removed: unused.length,
          freedBytes: unused.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
        };
      }),

    close: () => reader.close(),
  };
}

/** Runs one piece of work after another, in the order they come. */
function createSerial(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => {});
    return next;
  };
}

/** One DuckDB for all reads of snapshots, opened at the first: a page of rows then costs milliseconds. */
function createReader(folder: string, tmpDir: string) {
  let opened: Promise<DuckDb> | null = null;
  return {
    open(): Promise<DuckDb> {
      if (opened !== null) return opened;
      const opening = openDuckDb({ readable: [], folders: [tmpDir, folder], memoryMb: READER_MEMORY_MB });
      // A failure is not kept: the next read tries again.
      opening.catch(() => {
        if (opened === opening) opened = null;
      });
      opened = opening;
      return opening;
    },
    async close(): Promise<void> {
      const closing = opened;
      opened = null;
      (await closing)?.close();
    },
  };
}
