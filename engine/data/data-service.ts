import type { Readable } from 'node:stream';
import type {
  BadRow,
  Cell,
  Column,
  Dataset,
  DatasetPreview,
  DatasetProfile,
  DatasetSource,
  DatasetVersion,
  ImportRequest,
  ImportResult,
  Job,
  ListQuery,
  Page,
  ReadOptions,
  Tags,
  Upload,
} from '../../local-api/contract/index.ts';
import type { NewVersion } from './versions/enter-version.ts';
import type { LaidOutFile } from './versions/snapshot-layout.ts';
import type { Garbage } from './versions/version-trash.ts';
import type { WrittenChunks } from './versions/write-chunks.ts';

export type DataService = {
  receiveUpload(name: string, bytes: Readable): Promise<Upload>;
  /** Where the bytes are and what they were called, for job processes. Errors: uploads/not-found. */
  findUpload(uploadId: string): Promise<{ path: string; name: string }>;
  preview(
    source: DatasetSource,
    options: ReadOptions,
    limit: number,
    signal?: AbortSignal,
  ): Promise<DatasetPreview>;
  /** Submits an import job whose result is an ImportResult. */
  import(request: ImportRequest, parentJobId?: string | null): Promise<Job>;
  /**
   * Makes a version of what `writeSelect` has written; the newest version again when it is the same. May be called twice with
   * the same: after a crash.
   */
  addVersion(version: NewVersion, snapshot: WrittenChunks): Promise<ImportResult>;
  list(query: ListQuery): Promise<Page<Dataset>>;
  get(name: string): Promise<Dataset>;
  update(
    name: string,
    patch: { description?: string | undefined; tags?: Tags | undefined },
  ): Promise<Dataset>;
  listVersions(name: string, query: ListQuery): Promise<Page<DatasetVersion>>;
  getVersion(versionId: string): Promise<DatasetVersion>;
  profile(versionId: string): Promise<DatasetProfile>;
  rows(
    versionId: string,
    offset: number,
    limit: number,
  ): Promise<{ columns: Column[]; rows: Cell[][]; offset: number; total: number }>;
  /**
   * The version that a reference names: an id, `name`, `name@3`, `name@latest`, `name@alias`, `name@2026-11-01`.
   * Errors: datasets/not-found, datasets/version-not-found.
   */
  resolveVersion(reference: string): Promise<DatasetVersion>;
  updateVersion(
    versionId: string,
    patch: { note?: string | undefined; tags?: Tags | undefined },
  ): Promise<DatasetVersion>;
  /** Moves the name when another version of the dataset has it. */
  setAlias(dataset: string, alias: string, version: number): Promise<DatasetVersion>;
  /** Errors: datasets/alias-not-found. */
  deleteAlias(dataset: string, alias: string): Promise<void>;
  /** Rows of the source that could not be read: `total` were set aside, `kept` of them can be listed. */
  badRows(
    versionId: string,
    offset: number,
    limit: number,
  ): Promise<{ rows: BadRow[]; offset: number; total: number; kept: number }>;
  /** It can be restored until the garbage is collected. A dataset goes with its last version. Errors: datasets/in-use. */
  deleteVersion(versionId: string): Promise<void>;
  restoreVersion(versionId: string): Promise<DatasetVersion>;
  listDeletedVersions(query: ListQuery): Promise<Page<DatasetVersion>>;
  /**
   * The Parquet files that hold the rows of a version, in their order: for job processes, and `parquetTable` of engine/duckdb.
   * Never written to. Errors: datasets/version-not-found.
   */
  snapshotFiles(versionId: string): Promise<string[]>;
  /** The same files with their digests and rows, and where the manifest lies: null for a version in one file. */
  snapshotLayout(
    versionId: string,
  ): Promise<{ files: (LaidOutFile & { path: string })[]; manifest: string | null }>;
  /**
   * Checks a boolean/scalar SQL expression over the columns of a version; gives its result type. Throws
   * datasets/bad-expression.
   */
  checkExpression(versionId: string, expression: string): Promise<Column['type']>;
  /**
   * Checks a SELECT over the table "data", the rows of a version; gives the columns of its answer. Throws
   * datasets/bad-expression.
   */
  checkQuery(versionId: string, query: string): Promise<Column[]>;
  /** The one file behind a source, for job processes. Errors: datasets/source-not-found, uploads/not-found. */
  sourceFile(source: DatasetSource): Promise<{ path: string; name: string }>;
  /**
   * Removes versions that were deleted at least `graceMs` ago, and files that no version needs and that are older than that:
   * left by a crash between file and entry. Gives how many versions and files, and their bytes.
   */
  collectGarbage(options: { graceMs: number; dryRun: boolean }): Promise<Garbage>;
  close(): Promise<void>;
};
