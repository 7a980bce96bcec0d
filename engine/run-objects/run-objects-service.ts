import type { Readable } from 'node:stream';
import type { ArtifactEntry, ArtifactTable, LogObject } from '../../local-api/contract/index.ts';

export type TableQuery = {
  path: string;
  offset: number;
  limit: number;
  /** A column; `-` before it for descending. */
  sort?: string | undefined;
  contains?: string | undefined;
};

/** A ZIP file whose length is known before its first byte is read. */
export type ZipDownload = { name: string; sizeBytes: number; digest: string; open(): Readable };

/** What goes with the objects and files of runs: logging objects, reading files as tables, folders as ZIP files. */
export type RunObjects = {
  /** Errors: request/invalid, runs/not-found, runs/deleted, artifacts/not-found (an artifactPath), artifacts/disk-full. */
  log(runId: string, objects: readonly LogObject[]): Promise<ArtifactEntry[]>;
  /** A page of a file as a table. Errors: artifacts/not-found, artifacts/not-a-table. */
  table(runId: string, query: TableQuery): Promise<ArtifactTable>;
  /** A folder as a ZIP file, not compressed. Errors: artifacts/not-found. */
  zip(runId: string, folder: string): Promise<ZipDownload>;
  close(): Promise<void>;
};
