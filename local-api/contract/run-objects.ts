import { z } from 'zod';
import { Cell, ColumnType } from './columns.ts';
import { Digest, pageOf, TimestampMs } from './common.ts';
import { Histogram } from './dataset-profiles.ts';
import { endpoint } from './endpoint.ts';
import { ArtifactEntry } from './runs.ts';

/** What a run can show besides numbers. */
export const ObjectKind = z.enum([
  'image',
  'figure',
  'table',
  'text',
  'audio',
  'video',
  'html',
  'histogram',
  'confusion-matrix',
  'curve',
]);
export type ObjectKind = z.infer<typeof ObjectKind>;

/** Counts of answers by truth: `counts[truth][answer]`, in the order of `labels`. */
export const ConfusionMatrixObject = z.object({
  labels: z.array(z.string()).min(1).max(500),
  counts: z.array(z.array(z.number())).max(500).describe('Rows: truth, columns: answer'),
});
export type ConfusionMatrixObject = z.infer<typeof ConfusionMatrixObject>;

/** A curve that judges a classifier: `x` and `y` of equal length. */
export const CurveObject = z.object({
  type: z.enum(['roc', 'precision-recall', 'calibration', 'other']),
  x: z.array(z.number()).max(100_000),
  y: z.array(z.number()).max(100_000),
  xLabel: z.string().max(200).optional(),
  yLabel: z.string().max(200).optional(),
});
export type CurveObject = z.infer<typeof CurveObject>;

/** The layout of pandas' `to_json(orient='split')`, which MLflow's `log_table` writes. */
export const TableObject = z.object({
  columns: z.array(z.string()).max(2000),
  data: z.array(z.array(Cell)).max(200_000),
});
export type TableObject = z.infer<typeof TableObject>;

/** Objects of one key, over all their steps. */
export const ObjectGroup = z.object({
  kind: ObjectKind,
  key: z.string().describe('As logged; the path of a file that was logged without a step'),
  count: z.int(),
  firstStep: z.int(),
  lastStep: z.int(),
});
export type ObjectGroup = z.infer<typeof ObjectGroup>;

/** One object: which file holds it. */
export const ObjectStep = z.object({
  step: z.int(),
  timestampMs: TimestampMs,
  path: z.string().describe('The file of the run that holds it'),
  digest: Digest,
  sizeBytes: z.int(),
  thumbnailPath: z.string().nullable().describe('A smaller copy of an image, where the client made one'),
  captionPath: z.string().nullable().describe('A file with the caption, where one was given'),
});
export type ObjectStep = z.infer<typeof ObjectStep>;

const common = {
  key: z
    .string()
    .min(1)
    .max(200)
    .regex(/^[\p{L}\p{N}_\-. /]+$/u, 'letters, digits, space, dot, dash, underscore and slash'),
  step: z.int().default(0),
  timestampMs: TimestampMs.optional().describe('Now, when left out'),
  caption: z.string().max(4000).optional(),
  artifactPath: z
    .string()
    .optional()
    .describe('A file that the run holds already, in place of the content; its bytes are not stored again'),
};
const encoded = (...formats: [string, ...string[]]) =>
  z.object({ format: z.enum(formats), base64: z.base64().max(16 * 1024 ** 2) });

/** One object to log: a key, a step, and either its content or the path of a file that is there. */
export const LogObject = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('image'),
    ...common,
    content: encoded('png', 'jpg', 'gif', 'webp', 'svg').optional(),
  }),
  z.object({
    kind: z.literal('figure'),
    ...common,
    content: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('A Vega-Lite specification with its data, or a Plotly figure ({data, layout})'),
  }),
  z.object({ kind: z.literal('table'), ...common, content: TableObject.optional() }),
  z.object({ kind: z.literal('text'), ...common, content: z.string().max(4_000_000).optional() }),
  z.object({
    kind: z.literal('audio'),
    ...common,
    content: encoded('wav', 'mp3', 'ogg', 'flac', 'm4a').optional(),
  }),
  z.object({ kind: z.literal('video'), ...common, content: encoded('mp4', 'webm').optional() }),
  z.object({ kind: z.literal('html'), ...common, content: z.string().max(4_000_000).optional() }),
  z.object({ kind: z.literal('histogram'), ...common, content: Histogram.optional() }),
  z.object({ kind: z.literal('confusion-matrix'), ...common, content: ConfusionMatrixObject.optional() }),
  z.object({ kind: z.literal('curve'), ...common, content: CurveObject.optional() }),
]);
export type LogObject = z.infer<typeof LogObject>;

const byRun = z.object({ runId: z.string() });

/** A page of a file that is read as a table. */
export const ArtifactTable = z.object({
  columns: z.array(z.object({ name: z.string(), type: ColumnType })),
  rows: z.array(z.array(Cell)),
  offset: z.int(),
  total: z.int().describe('Rows that match'),
});
export type ArtifactTable = z.infer<typeof ArtifactTable>;

export const runObjectsApi = {
  list: endpoint({
    id: 'objects.list',
    method: 'GET',
    path: '/api/v1/runs/{runId}/objects',
    summary: 'Images, figures, tables and other objects that a run logged, by key',
    description:
      "Objects are files of the run in known places: what POST to this address writes (`objects/<kind>/<key>/<step>.<ending>`), what MLflow's `log_image` writes (`images/<key>+step+…`), tables that MLflow's `log_table` names in the tag `mlflow.loggedArtifacts`, and single images, pages, sounds and figures outside of models. Nothing is stored twice.",
    params: byRun,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(200),
      cursor: z.string().max(4000).optional().describe('nextCursor of the page before'),
    }),
    response: pageOf(ObjectGroup),
    errors: ['runs/not-found'],
  }),
  steps: endpoint({
    id: 'objects.steps',
    method: 'GET',
    path: '/api/v1/runs/{runId}/objects/steps',
    summary: 'The objects of one key, by step',
    params: byRun,
    query: z.object({
      kind: ObjectKind,
      key: z.string().min(1).max(1000),
      limit: z.coerce.number().int().min(1).max(2000).default(1000),
      cursor: z.string().max(4000).optional().describe('nextCursor of the page before'),
    }),
    response: pageOf(ObjectStep),
    errors: ['runs/not-found'],
  }),
  log: endpoint({
    id: 'objects.log',
    method: 'POST',
    path: '/api/v1/runs/{runId}/objects',
    summary: 'Log objects: many in one call',
    description:
      'Each becomes a file of the run; an object of the same kind, key, step and time is replaced. Send large files with PUT to `/artifacts/{path}` and name them here by `artifactPath`.',
    params: byRun,
    body: z.object({ objects: z.array(LogObject).min(1).max(1000) }),
    status: 201,
    response: z.object({ items: z.array(ArtifactEntry) }),
    errors: [
      'runs/not-found',
      'runs/deleted',
      'artifacts/not-found',
      'artifacts/bad-path',
      'artifacts/disk-full',
    ],
    timeoutMs: 600_000,
    maxBodyBytes: 32 * 1024 ** 2,
  }),
  table: endpoint({
    id: 'artifacts.table',
    method: 'GET',
    path: '/api/v1/runs/{runId}/artifact-table',
    summary: 'Rows of a CSV, TSV, Parquet or JSON file of a run',
    description:
      'JSON may be a list of objects, one object a line, or the split layout of pandas. The first page of a file that is not Parquet reads it once; further pages take milliseconds. CSV, TSV and lines of JSON up to 512 MB, one JSON document up to 64 MB, Parquet of any size.',
    params: byRun,
    query: z.object({
      path: z.string().min(1).max(1000),
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      sort: z.string().max(1000).optional().describe('A column, "-" before it for descending'),
      contains: z.string().max(1000).optional().describe('Only rows in which some value contains this text'),
    }),
    response: ArtifactTable,
    errors: ['runs/not-found', 'artifacts/not-found', 'artifacts/bad-path', 'artifacts/not-a-table'],
    timeoutMs: 120_000,
  }),
  zip: endpoint({
    id: 'artifacts.zip',
    method: 'GET',
    path: '/api/v1/runs/{runId}/artifact-zip',
    summary: 'Download a folder of a run as a ZIP file',
    params: byRun,
    query: z.object({ path: z.string().max(1000).default('').describe('Folder; empty for all files') }),
    response: 'bytes',
    errors: ['runs/not-found', 'artifacts/not-found', 'artifacts/bad-path'],
    timeoutMs: 3_600_000,
  }),
};
