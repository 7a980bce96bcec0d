import { z } from 'zod';
import { Cell, Column, ColumnType } from './columns.ts';
import { Digest, ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';

export const DatasetName = z
  .string()
  .min(1)
  .max(128)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._ -]*$/u,
    'letters, digits, space, dot, dash and underscore; starts with a letter or digit',
  );

export const FileFormat = z.enum(['csv', 'tsv', 'json', 'jsonl', 'parquet']);
export type FileFormat = z.infer<typeof FileFormat>;

export const SampleName = z.enum(['flights', 'penguins']);
export type SampleName = z.infer<typeof SampleName>;

/** Where rows come from: a file the engine can read, a file sent through POST /uploads, or a set that ships with Assay. */
export const DatasetSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('path'), path: z.string().min(1) }),
  z.object({ kind: z.literal('upload'), uploadId: z.string().min(1) }),
  z.object({ kind: z.literal('sample'), name: SampleName }),
]);
export type DatasetSource = z.infer<typeof DatasetSource>;

/** Rows that a transform made. */
export const TransformSource = z.object({
  kind: z.literal('transform'),
  transformId: z.string(),
  name: z.string(),
  version: z.int().describe('Of its definition'),
  runId: z.string().describe('The run of the transform'),
  part: z.string().describe('Of a split; "" when there is none'),
  inputs: z.array(
    z.object({ alias: z.string(), versionId: z.string(), dataset: z.string(), version: z.int() }),
  ),
});
export type TransformSource = z.infer<typeof TransformSource>;

/** Where the rows of a version come from: what was imported, or a transform. */
export const VersionSource = z.discriminatedUnion('kind', [...DatasetSource.options, TransformSource]);
export type VersionSource = z.infer<typeof VersionSource>;

/** How to read the source. Everything is guessed when left out; what is given wins over the guess. */
export const ReadOptions = z.object({
  format: FileFormat.optional(),
  delimiter: z.string().length(1).optional(),
  quote: z.string().length(1).optional(),
  header: z.boolean().optional(),
  nullStrings: z
    .array(z.string())
    .max(20)
    .optional()
    .describe('Texts that mean "missing"; the empty field always does'),
  columns: z
    .array(
      z.object({
        name: z.string().min(1).describe('The name in the source'),
        rename: z.string().min(1).optional(),
        type: ColumnType.optional(),
        skip: z.boolean().optional(),
      }),
    )
    .max(20_000)
    .optional()
    .describe('Corrections by column; columns not named are taken as guessed'),
  where: z
    .string()
    .max(4000)
    .optional()
    .describe("Keep only rows for which this SQL condition holds: date < '2001-03-01'"),
  limit: z.int().min(1).optional().describe('Keep at most this many rows'),
});
export type ReadOptions = z.infer<typeof ReadOptions>;

export const BadRow = z.object({ line: z.int().nullable(), reason: z.string(), text: z.string() });
export type BadRow = z.infer<typeof BadRow>;

export const DatasetPreview = z.object({
  format: FileFormat,
  columns: z.array(Column),
  rows: z.array(z.array(Cell)).describe('The first rows, cells in the order of columns'),
  sizeBytes: z.int(),
  warnings: z.array(z.string()),
  badRows: z.array(BadRow).describe('Rows among the first that could not be read, at most 20'),
  options: ReadOptions.describe('What was guessed, ready to be corrected and sent to the import'),
});
export type DatasetPreview = z.infer<typeof DatasetPreview>;

export const DatasetVersion = z
  .object({
    id: z.string(),
    dataset: z.string(),
    version: z.int().describe('1, 2, 3 … within the dataset'),
    digest: Digest.describe('Digest of the Parquet snapshot; the same rows and options give the same digest'),
    rows: z.int(),
    sizeBytes: z.int(),
    columns: z.array(Column),
    source: VersionSource,
    sourceName: z.string().describe('The file name, for people'),
    options: ReadOptions,
    badRows: z.int().describe('Rows that could not be read and were set aside'),
    note: z.string(),
    tags: Tags,
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DatasetVersion' });
export type DatasetVersion = z.infer<typeof DatasetVersion>;

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
const byVersion = z.object({ versionId: z.string() });

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
    summary: 'Look at a file before importing it',
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
    ],
    timeoutMs: 120_000,
    example: { body: { source: { kind: 'sample', name: 'penguins' } } },
  }),
  import: endpoint({
    id: 'datasets.import',
    method: 'POST',
    path: '/api/v1/datasets/import',
    summary: 'Import a file as a new dataset version (a job)',
    body: ImportRequest,
    status: 202,
    response: Job,
    errors: ['datasets/source-not-found', 'uploads/not-found'],
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
    params: byVersion,
    response: DatasetVersion,
    errors: ['datasets/version-not-found'],
  }),
  rows: endpoint({
    id: 'datasets.rows',
    method: 'GET',
    path: '/api/v1/dataset-versions/{versionId}/rows',
    summary: 'Rows of a dataset version',
    params: byVersion,
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
    errors: ['datasets/version-not-found'],
  }),
  deleteVersion: endpoint({
    id: 'datasets.deleteVersion',
    method: 'DELETE',
    path: '/api/v1/dataset-versions/{versionId}',
    summary: 'Delete a dataset version that nothing refers to',
    params: byVersion,
    status: 204,
    response: 'none',
    errors: ['datasets/version-not-found', 'datasets/in-use'],
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
