import { z } from 'zod';
import { Cell, Column } from './columns.ts';
import { Digest, ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
import { BadRow, DatasetSource, FileFormat, ReadOptions } from './dataset-sources.ts';
import { DatasetVersion } from './dataset-versions.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef } from './version-refs.ts';

export const DatasetName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u,
    'letters, digits, space, dot, dash and underscore; starts with a letter or digit',
  );

export const DatasetPreview = z.object({
  format: FileFormat.nullable().describe('Null: the rows come from a table of a database'),
  tables: z
    .array(z.string())
    .describe('Sheets of a workbook or tables of an SQLite file that can be chosen; else empty'),
  columns: z.array(Column),
  rows: z.array(z.array(Cell)).describe('The first rows, cells in the order of columns'),
  sizeBytes: z.int(),
  warnings: z.array(z.string()),
  badRows: z.array(BadRow).describe('Rows among the first that could not be read, at most 20'),
  options: ReadOptions.describe('What was guessed, ready to be corrected and sent to the import'),
});
export type DatasetPreview = z.infer<typeof DatasetPreview>;

export const Dataset = z
  .object({
    name: DatasetName,
    description: z.string(),
    tags: Tags,
    versions: z.int(),
    latest: DatasetVersion.nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Dataset' });
export type Dataset = z.infer<typeof Dataset>;

export const ImportRequest = z.object({
  dataset: DatasetName,
  source: DatasetSource,
  options: ReadOptions.default({}),
  note: z.string().max(4000).default(''),
  tags: Tags.default({}),
});
export type ImportRequest = z.infer<typeof ImportRequest>;

/** Result of an import job. `created` is false when the same content was there already. */
export const ImportResult = z.object({
  versionId: z.string(),
  dataset: z.string(),
  version: z.int(),
  digest: Digest,
  rows: z.int(),
  badRows: z.int(),
  created: z.boolean(),
});
export type ImportResult = z.infer<typeof ImportResult>;

const byName = z.object({ dataset: z.string() });

/** A text that is pasted travels in the request. */
const MOST_PASTED_BYTES = 64 * 1024 ** 2;

export const datasetsApi = {
  list: endpoint({
    id: 'datasets.list',
    method: 'GET',
    path: '/api/v1/datasets',
    summary: 'Datasets with their newest version',
    query: ListQuery,
    response: pageOf(Dataset),
    example: {},
  }),
  preview: endpoint({
    id: 'datasets.preview',
    method: 'POST',
    path: '/api/v1/datasets/preview',
    summary: 'Look at a source before importing it',
    body: z.object({
      source: DatasetSource,
      options: ReadOptions.default({}),
      limit: z.int().min(1).max(1000).default(50),
    }),
    response: DatasetPreview,
    errors: [
      'datasets/source-not-found',
      'datasets/unreadable',
      'datasets/unsupported-format',
      'datasets/bad-expression',
      'uploads/not-found',
      'connections/not-found',
      'dvc/bad-file',
      'dvc/content-missing',
      'dvc/mismatch',
      'sources/unreachable',
      'sources/refused',
      'sources/unauthorized',
    ],
    timeoutMs: 120_000,
    maxBodyBytes: MOST_PASTED_BYTES,
    example: { body: { source: { kind: 'sample', name: 'penguins' } } },
  }),
  import: endpoint({
    id: 'datasets.import',
    method: 'POST',
    path: '/api/v1/datasets/import',
    summary: 'Import the rows of a source as a new dataset version (a job)',
    body: ImportRequest,
    status: 202,
    response: Job,
    errors: ['datasets/source-not-found', 'uploads/not-found', 'connections/not-found'],
    maxBodyBytes: MOST_PASTED_BYTES,
    example: { body: { dataset: 'penguins', source: { kind: 'sample', name: 'penguins' } } },
  }),
  get: endpoint({
    id: 'datasets.get',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}',
    summary: 'One dataset',
    params: byName,
    response: Dataset,
    errors: ['datasets/not-found'],
  }),
  update: endpoint({
    id: 'datasets.update',
    method: 'PATCH',
    path: '/api/v1/datasets/{dataset}',
    summary: 'Change description or tags',
    params: byName,
    body: z.object({ description: z.string().max(20_000).optional(), tags: Tags.optional() }),
    response: Dataset,
    errors: ['datasets/not-found'],
  }),
  versions: endpoint({
    id: 'datasets.versions',
    method: 'GET',
    path: '/api/v1/datasets/{dataset}/versions',
    summary: 'Versions of a dataset, newest first',
    params: byName,
    query: ListQuery,
    response: pageOf(DatasetVersion),
    errors: ['datasets/not-found'],
  }),
  version: endpoint({
    id: 'datasets.version',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}',
    summary: 'One dataset version',
    params: byVersionRef,
    response: DatasetVersion,
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  rows: endpoint({
    id: 'datasets.rows',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/rows',
    summary: 'Rows of a dataset version',
    params: byVersionRef,
    query: z.object({
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({
      columns: z.array(Column),
      rows: z.array(z.array(Cell)),
      offset: z.int(),
      total: z.int(),
    }),
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  badRows: endpoint({
    id: 'datasets.badRows',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/bad-rows',
    summary: 'Rows of the source that could not be read, with place and reason, in the order of the source',
    params: byVersionRef,
    query: z.object({
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    response: z.object({
      rows: z.array(BadRow),
      offset: z.int(),
      total: z.int().describe('All that were set aside'),
      kept: z
        .int()
        .describe('Those that can be listed: fewer than all only in versions of before all were kept'),
    }),
    errors: ['datasets/not-found', 'datasets/version-not-found'],
  }),
  deleteVersion: endpoint({
    id: 'datasets.deleteVersion',
    method: 'DELETE',
    path: '/api/v1/dataset-versions/{versionId}',
    summary: 'Delete a dataset version that nothing refers to',
    params: byVersionRef,
    status: 204,
    response: 'none',
    errors: ['datasets/not-found', 'datasets/version-not-found', 'datasets/in-use'],
  }),
};

export const Upload = z.object({
  uploadId: z.string(),
  name: z.string(),
  sizeBytes: z.int(),
  digest: Digest,
});
export type Upload = z.infer<typeof Upload>;

export const uploadsApi = {
  create: endpoint({
    id: 'uploads.create',
    method: 'POST',
    path: '/api/v1/uploads',
    summary: 'Send a file; use the id it gives as the source of an import',
    query: z.object({ name: z.string().min(1).max(255).describe('File name with its ending') }),
    body: 'bytes',
    status: 201,
    response: Upload,
    timeoutMs: 3_600_000,
    maxBodyBytes: 64 * 1024 ** 3,
  }),
};
