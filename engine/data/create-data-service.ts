import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type DatasetSource, type DatasetVersion, ImportRequest } from '../../local-api/contract/index.ts';
import type { ConnectionsService } from '../connections/index.ts';
import { type DuckDb, duckDbError, openDuckDb, parquetTable } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue, RunBeside } from '../jobs/index.ts';
import { list, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { ImportGuard } from '../validation/index.ts';
import { openBadRowFiles } from './bad-row-files.ts';
import { cellOf } from './cells.ts';
import type { DataService } from './data-service.ts';
import {
  datasetKey,
  datasetListing,
  hasVersions,
  loadDataset,
  loadDatasets,
  loadVersion,
  loadVersions,
  versionListing,
  versionNotFound,
} from './dataset-rows.ts';
import { checkSyntax, expressionType } from './expression.ts';
import { importHandler } from './import-handler.ts';
import { checkQuery } from './query.ts';
import { openSnapshotFiles } from './snapshot-files.ts';
import { createPreviewer } from './sources/preview-source.ts';
import { resolveSource } from './sources/resolve-source.ts';
import type { ResolvedSource } from './sources/resolved-source.ts';
import { openUploads } from './uploads.ts';
import { enterVersion } from './versions/enter-version.ts';
import { resolveVersion } from './versions/resolve-version.ts';
import { filesOfPage, layoutOf } from './versions/snapshot-layout.ts';
import { createVersionTrash } from './versions/version-trash.ts';

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
  connections: Pick<ConnectionsService, 'ready' | 'list'>;
  /** Files with the secrets of the workspace, which no dataset may hold. */
  privateFiles: readonly string[];
  /** Runs what a preview needs in a process of its own. */
  runBeside: RunBeside;
  /** Holds the rows of imports against what their dataset asks for. Known once all rooms are wired. */
  guard(): ImportGuard;
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
  const badRowFiles = await openBadRowFiles(join(options.dir, 'bad-rows'));
  const serially = createSerial();
  const reader = createReader(files.folder, options.tmpDir);

  const previewer = createPreviewer({ tmpDir: options.tmpDir, runBeside: options.runBeside });

  const resolve = (source: DatasetSource): Promise<ResolvedSource> =>
    resolveSource(source, {
      uploads,
      connections: options.connections,
      privateFiles: options.privateFiles,
    });
  const tableOf = async ({ digest }: DatasetVersion): Promise<string> =>
    parquetTable((await layoutOf(db, digest)).map((file) => files.path(file.digest)));
  const versionStore = { store, events, clock, ids, files, serially };
  const trash = createVersionTrash({ ...versionStore, isVersionInUse: options.isVersionInUse });

  const { jobMemoryMb, guard } = options;
  jobs.register(importHandler({ ...versionStore, badRowFiles, resolve, jobMemoryMb, guard }));

  return {
    receiveUpload: (name, bytes) => uploads.receive(name, bytes),
    findUpload: (uploadId) => uploads.find(uploadId),

    async preview(source, read, limit, signal) {
      return previewer.preview(await resolve(source), read, limit, signal);
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

    list: (query) =>
      list(db, datasetListing, query, {
        scope: { id: '', condition: hasVersions },
        load: (keys) => loadDatasets(db, keys),
      }),
    addVersion: (version, snapshot) => enterVersion(versionStore, version, snapshot),

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
        scope: {
          id: String(key),
          condition: sql`dataset_versions.dataset_id = ${key} AND dataset_versions.deleted_at_ms IS NULL`,
        },
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
        const page = filesOfPage(await layoutOf(db, version.digest), offset, limit);
        const table = parquetTable(page.files.map((file) => files.path(file.digest)));
        const rows =
          page.files.length === 0
            ? []
            : await (await reader.open()).rows(
                `SELECT * FROM ${table} LIMIT ${Math.trunc(limit)} OFFSET ${Math.trunc(page.skip)}`,
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

    async badRows(versionId, offset, limit) {
      const { badRows: total } = await loadVersion(db, versionId);
      const page = await badRowFiles.page(versionId, offset, limit);
      return { rows: page?.rows ?? [], offset, total, kept: page?.total ?? 0 };
    },

    deleteVersion: trash.delete,
    restoreVersion: trash.restore,

    async listDeletedVersions(query) {
      return list(db, versionListing, query, {
        scope: { id: 'deleted', condition: sql`dataset_versions.deleted_at_ms IS NOT NULL` },
        load: (keys) => loadVersions(db, keys),
      });
    },

    resolveVersion: (reference) => resolveVersion(db, reference),

    async updateVersion(versionId, { note, tags }) {
      const { dataset } = await loadVersion(db, versionId);
      if (note !== undefined || tags !== undefined)
        await db
          .updateTable('dataset_versions')
          .set({
            ...(note === undefined ? {} : { note }),
            ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
          })
          .where('id', '=', versionId)
          .execute();
      events.emit({ type: 'dataset.changed', data: { dataset, versionId, change: 'updated' } });
      return loadVersion(db, versionId);
    },

    async setAlias(name, alias, number) {
      const { id } = await resolveVersion(db, `${name}@${number}`);
      const { pk, dataset_id } = await db
        .selectFrom('dataset_versions')
        .select(['pk', 'dataset_id'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      const pointed = { version_pk: pk, updated_at_ms: clock.nowMs() };
      await db
        .insertInto('dataset_aliases')
        .values({ dataset_id, name: alias, ...pointed })
        .onConflict((conflict) => conflict.columns(['dataset_id', 'name']).doUpdateSet(pointed))
        .execute();
      events.emit({ type: 'dataset.changed', data: { dataset: name, versionId: id, change: 'updated' } });
      return loadVersion(db, id);
    },

    async deleteAlias(name, alias) {
      const key = await datasetKey(db, name);
      const { numDeletedRows } = await db
        .deleteFrom('dataset_aliases')
        .where('dataset_id', '=', key)
        .where('name', '=', alias)
        .executeTakeFirst();
      if (numDeletedRows === 0n)
        throw new AssayError('datasets/alias-not-found', `No version of ${name} has the name "${alias}"`);
      events.emit({ type: 'dataset.changed', data: { dataset: name, versionId: null, change: 'updated' } });
    },

    async snapshotLayout(versionId) {
      const { digest } = await loadVersion(db, versionId);
      const layout = await layoutOf(db, digest);
      return {
        files: layout.map((file) => ({ ...file, path: files.path(file.digest) })),
        manifest: layout.length > 1 ? files.manifestPath(digest) : null,
      };
    },

    async snapshotFiles(versionId) {
      const layout = await layoutOf(db, (await loadVersion(db, versionId)).digest);
      return layout.map(({ digest }) => files.path(digest));
    },

    async checkExpression(versionId, expression) {
      const version = await loadVersion(db, versionId);
      const reading = await reader.open();
      await checkSyntax(
        reading,
        expression,
        version.columns.map((column) => column.name),
      );
      return expressionType(reading, expression, await tableOf(version));
    },

    async checkQuery(versionId, query) {
      const version = await loadVersion(db, versionId);
      return (await checkQuery(await reader.open(), query, await tableOf(version))).columns;
    },

    async sourceFile(source) {
      const resolved = await resolve(source);
      if (resolved.kind !== 'file')
        throw new AssayError('datasets/source-not-found', `${resolved.name} is no single file`);
      return { path: resolved.path, name: resolved.name };
    },

    async collectGarbage(asked) {
      const emptied = await trash.empty(asked);
      const versions = await db.selectFrom('dataset_versions').select('id').execute();
      const known = new Set(versions.map(({ id }) => id));
      const others = await badRowFiles.removeOthers((id) => known.has(id), {
        ...asked,
        nowMs: clock.nowMs(),
      });
      return {
        ...emptied,
        removed: emptied.removed + others.removed,
        freedBytes: emptied.freedBytes + others.freedBytes,
      };
    },

    async close() {
      await previewer.close();
      await reader.close();
    },
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
