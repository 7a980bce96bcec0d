import { z } from 'zod';
import { Cell, Column } from './columns.ts';
import { Digest, ListQuery, Problem, pageOf, TimestampMs } from './common.ts';
import { ReadOptions } from './dataset-sources.ts';
import { endpoint } from './endpoint.ts';
import { JobError } from './jobs.ts';
import { ModelRef, SemVer } from './models.ts';
import { DatasetRef } from './version-refs.ts';

const datasetVersion = {
  dataset: DatasetRef,
  version: z.int().min(1).optional().describe('The newest at the time it starts when left out'),
};

/** The rows to predict. */
export const BatchSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('dataset'), ...datasetVersion }),
  z.object({
    kind: z.literal('sql'),
    ...datasetVersion,
    sql: z
      .string()
      .min(1)
      .max(20_000)
      .describe('One SELECT over the table "data": the rows of the dataset version'),
  }),
  z.object({
    kind: z.literal('path'),
    path: z.string().min(1).describe('A file on the machine of the engine'),
    options: ReadOptions.prefault({}),
  }),
  z.object({
    kind: z.literal('upload'),
    uploadId: z.string().min(1),
    options: ReadOptions.prefault({}),
  }),
]);
export type BatchSource = z.infer<typeof BatchSource>;

export const BatchFormat = z.enum(['parquet', 'csv']);
export type BatchFormat = z.infer<typeof BatchFormat>;

export const BatchPredictionRequest = z.object({
  model: ModelRef,
  source: BatchSource,
  format: BatchFormat.default('parquet'),
  keep: z
    .union([z.literal('all'), z.array(z.string().min(1)).max(1000)])
    .default([])
    .describe('Columns of the data to write beside the predictions'),
  probabilities: z
    .boolean()
    .default(true)
    .describe('Classification: also write a column probability_<class> for each class'),
  fillMissing: z
    .boolean()
    .default(false)
    .describe('Take a column that the data lacks as missing in every row, where the model allows that'),
});
export type BatchPredictionRequest = z.infer<typeof BatchPredictionRequest>;
export type BatchPredictionRequestInput = z.input<typeof BatchPredictionRequest>;

export const BatchState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']);
export type BatchState = z.infer<typeof BatchState>;

const BatchFile = z.object({ name: z.string(), sizeBytes: z.int(), digest: Digest });
export type BatchFile = z.infer<typeof BatchFile>;

/** Predictions for a whole table, made by a job and kept as a file. */
export const BatchPrediction = z
  .object({
    id: z.string(),
    jobId: z.string(),
    state: BatchState,
    model: z.string(),
    version: SemVer.describe('Fixed when it was asked for, as is the version of the dataset'),
    modelDigest: Digest,
    source: BatchSource,
    sourceName: z.string().describe('For people: "flights v2" or the name of the file'),
    dataDigest: Digest.nullable().describe('Of the rows that were read, as a Parquet snapshot'),
    format: BatchFormat,
    keep: z.union([z.literal('all'), z.array(z.string())]),
    probabilities: z.boolean(),
    fillMissing: z.boolean(),
    rows: z.int().nullable().describe('Rows of the data, those that could not be read included'),
    predicted: z.int().nullable(),
    rejected: z.int().nullable().describe('Rows kept aside, with a reason each, in the file of rejects'),
    reasons: z
      .array(z.object({ reason: z.string(), rows: z.int() }))
      .describe('Why rows were kept aside, most frequent first'),
    rowsPerSecond: z.number().nullable(),
    seconds: z.number().nullable(),
    output: BatchFile.nullable(),
    rejects: BatchFile.nullable(),
    error: JobError.nullable(),
    scheduleId: z.string().nullable().describe('The schedule that started it'),
    createdAtMs: TimestampMs,
    startedAtMs: TimestampMs.nullable(),
    endedAtMs: TimestampMs.nullable(),
  })
  .meta({ id: 'BatchPrediction' });
export type BatchPrediction = z.infer<typeof BatchPrediction>;

/** What a batch would do, without doing it. */
export const BatchCheck = z.object({
  model: z.string(),
  version: SemVer,
  sourceName: z.string(),
  rows: z.int().nullable().describe('Known for a dataset version'),
  columns: z.array(Column).describe('Of the data'),
  problems: z.array(Problem).describe('Why it would be refused; empty when it would start'),
  notes: z.array(z.string()).describe('What happens to columns of another type than the model takes'),
});
export type BatchCheck = z.infer<typeof BatchCheck>;

export const BatchPreview = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(Cell)).describe('The first hundred, cells in the order of columns'),
});
export type BatchPreview = z.infer<typeof BatchPreview>;

const byId = z.object({ batchId: z.string() });
const modelErrors = [
  'models/not-found',
  'models/version-not-found',
  'models/alias-not-found',
  'models/no-onnx',
] as const;
const sourceErrors = [
  'datasets/not-found',
  'datasets/version-not-found',
  'datasets/source-not-found',
  'datasets/unreadable',
  'datasets/unsupported-format',
  'datasets/empty',
  'datasets/bad-expression',
  'uploads/not-found',
] as const;

export const batchPredictionsApi = {
  list: endpoint({
    id: 'batchPredictions.list',
    method: 'GET',
    path: '/api/v1/batch-predictions',
    summary: 'Batch predictions, newest first',
    description: 'Filter by id, model, version, state, sourceName, format, scheduleId, rows, createdAtMs.',
    query: ListQuery,
    response: pageOf(BatchPrediction),
    example: { query: { filter: "state = 'succeeded'" } },
  }),
  check: endpoint({
    id: 'batchPredictions.check',
    method: 'POST',
    path: '/api/v1/batch-predictions/check',
    summary: 'What a batch would do, and why it would be refused',
    body: BatchPredictionRequest,
    response: BatchCheck,
    errors: [...modelErrors, ...sourceErrors],
    timeoutMs: 120_000,
  }),
  create: endpoint({
    id: 'batchPredictions.create',
    method: 'POST',
    path: '/api/v1/batch-predictions',
    summary: 'Predict every row of a table (a job)',
    description:
      'Columns that the model needs and the data lacks are named before anything starts. Rows that do not fit are kept aside with their reasons. The same model and data give the same bytes. A job that is cut off goes on with the chunk it was at.',
    body: BatchPredictionRequest,
    status: 202,
    response: BatchPrediction,
    errors: ['batch-predictions/columns-do-not-fit', ...modelErrors, ...sourceErrors],
    timeoutMs: 120_000,
  }),
  get: endpoint({
    id: 'batchPredictions.get',
    method: 'GET',
    path: '/api/v1/batch-predictions/{batchId}',
    summary: 'One batch prediction',
    params: byId,
    response: BatchPrediction,
    errors: ['batch-predictions/not-found'],
  }),
  preview: endpoint({
    id: 'batchPredictions.preview',
    method: 'GET',
    path: '/api/v1/batch-predictions/{batchId}/rows',
    summary: 'The first rows of the result',
    params: byId,
    response: BatchPreview,
    errors: ['batch-predictions/not-found', 'batch-predictions/no-output'],
  }),
  output: endpoint({
    id: 'batchPredictions.output',
    method: 'GET',
    path: '/api/v1/batch-predictions/{batchId}/output',
    summary: 'Download the predictions',
    params: byId,
    response: 'bytes',
    errors: ['batch-predictions/not-found', 'batch-predictions/no-output'],
  }),
  rejects: endpoint({
    id: 'batchPredictions.rejects',
    method: 'GET',
    path: '/api/v1/batch-predictions/{batchId}/rejects',
    summary: 'Download the rows that were kept aside, with reasons',
    params: byId,
    response: 'bytes',
    errors: ['batch-predictions/not-found', 'batch-predictions/no-output'],
  }),
  delete: endpoint({
    id: 'batchPredictions.delete',
    method: 'DELETE',
    path: '/api/v1/batch-predictions/{batchId}',
    summary: 'Delete a batch prediction that has ended, with its files',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['batch-predictions/not-found', 'batch-predictions/under-way'],
  }),
};
