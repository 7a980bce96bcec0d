import type { Readable } from 'node:stream';
import type {
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
import type { NewVersion } from './import-handler.ts';
import type { ImportJobOutput } from './import-job.ts';

export type DataService = {
  receiveUpload(name: string, bytes: Readable): Promise<Upload>;
  /** Where the bytes are and what they were called, for job processes. Errors: uploads/not-found. */
  findUpload(uploadId: string): Promise<{ path: string; name: string }>;
  preview(source: DatasetSource, options: ReadOptions, limit: number): Promise<DatasetPreview>;
  /** Submits an import job whose result is an ImportResult. */
  import(request: ImportRequest, parentJobId?: string | null): Promise<Job>;
  /**
   * Makes a version of what `writeSelect` has written into `folder`; the newest version again when it is the same. May be called
   * twice with the same: after a crash.
   */
  addVersion(version: NewVersion, output: ImportJobOutput, folder: string): Promise<ImportResult>;
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
  /** A dataset goes with its last version. */
  deleteVersion(versionId: string): Promise<void>;
  /**
   * The Parquet files that hold the rows of a version, in their order: for job processes, and `parquetTable` of engine/duckdb.
   * Never written to. Errors: datasets/version-not-found.
   */
  snapshotFiles(versionId: string): Promise<string[]>;
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
  /** The file behind a source, for job processes. Errors: datasets/source-not-found, uploads/not-found. */
  sourceFile(source: DatasetSource): Promise<{ path: string; name: string }>;
  /**
   * Removes snapshot files that no version names and that are older than `graceMs`: left by a crash between file
   * and entry.
   */
  collectGarbage(options: {
    graceMs: number;
    dryRun: boolean;
  }): Promise<{ removed: number; freedBytes: number }>;
  close(): Promise<void>;
};
