import { z } from 'zod';
import { ListQuery } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { SkippedInImport } from './run-imports.ts';

export const RunExportFormat = z.enum(['csv', 'parquet', 'xlsx']);
export type RunExportFormat = z.infer<typeof RunExportFormat>;

export const RunExportQuery = ListQuery.pick({ filter: true, sort: true }).extend({
  format: RunExportFormat.default('csv'),
  fields: ListQuery.shape.fields.describe(
    'Columns in this order: name,metrics.auc,params.*. Every attribute, param, metric and tag of the runs when left out; the id is always the first.',
  ),
});
export type RunExportQuery = z.infer<typeof RunExportQuery>;

/** How an MLflow server is told who sends. */
export const MlflowCredentials = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string().min(1).max(10_000) }),
  z.object({
    kind: z.literal('password'),
    username: z.string().min(1).max(1000),
    password: z.string().max(10_000),
  }),
]);
export type MlflowCredentials = z.infer<typeof MlflowCredentials>;

const MlrunsTarget = z.object({
  kind: z.literal('mlruns'),
  folder: z
    .string()
    .min(1)
    .max(4096)
    .describe(
      'New or empty, or that of an export cut in the middle; a full path on the machine of the engine',
    ),
});
const MlflowTarget = z.object({
  kind: z.literal('mlflow'),
  url: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .refine((url) => !/^\w+:\/\/[^/?#]*@/.test(url), 'holds a name or password: give "credentials"'),
});

/** Where runs are exported to; credentials are no part of it. */
export const RunExportTarget = z.discriminatedUnion('kind', [MlrunsTarget, MlflowTarget]);
export type RunExportTarget = z.infer<typeof RunExportTarget>;

export const RunExportRequest = z
  .object({
    target: z.discriminatedUnion('kind', [
      MlrunsTarget,
      MlflowTarget.extend({
        credentials: MlflowCredentials.optional().describe(
          'Kept sealed, and only as long as the job needs them',
        ),
      }),
    ]),
    filter: ListQuery.shape.filter.describe('Only runs that match; all without it'),
    runIds: z
      .array(z.string().max(100))
      .min(1)
      .max(5000)
      .optional()
      .describe('These runs, instead of a filter'),
  })
  .refine(({ filter, runIds }) => filter === undefined || runIds === undefined, {
    path: ['runIds'],
    message: 'comes with a filter: give one of the two',
  });
export type RunExportRequest = z.infer<typeof RunExportRequest>;

/** Result of a job of kind `export-runs`. */
export const RunExportResult = z
  .object({
    target: RunExportTarget,
    runs: z.int().describe('Runs written'),
    alreadyThere: z.int().describe('Runs that an export before had written'),
    files: z.int().describe('Files of the runs written'),
    skipped: z.array(SkippedInImport).describe('What the target cannot hold'),
  })
  .meta({ id: 'RunExportResult' });
export type RunExportResult = z.infer<typeof RunExportResult>;

const timeoutMs = 3_600_000;

export const runExportsApi = {
  download: endpoint({
    id: 'runs.export',
    method: 'GET',
    path: '/api/v1/runs/export',
    summary: 'All runs that match, as a CSV, Parquet or Excel file',
    description:
      'One row a run; metrics by their last value. CSV: RFC 4180 with times in ISO 8601, and an apostrophe before texts that a spreadsheet would run as a formula. Parquet: times as timestamps, metrics as doubles, params as doubles where every value is a number. Excel (xlsx): as Parquet, with texts that stay texts. A column is called as its field: metrics.auc. Parquet and Excel take 1,000 columns, CSV 16,384.',
    query: RunExportQuery,
    response: 'bytes',
    errors: [
      'request/bad-filter',
      'runs/export-too-wide',
      'datasets/export-does-not-fit',
      'artifacts/disk-full',
    ],
    timeoutMs,
  }),
  downloadSelected: endpoint({
    id: 'runs.exportSelected',
    method: 'POST',
    path: '/api/v1/runs/export',
    summary: 'Some runs, named by their ids, as a CSV, Parquet or Excel file',
    description: 'As GET. Runs that are not there are left out.',
    body: RunExportQuery.omit({ filter: true }).extend({
      runIds: z.array(z.string().max(100)).min(1).max(5000),
    }),
    response: 'bytes',
    errors: ['runs/export-too-wide', 'datasets/export-does-not-fit', 'artifacts/disk-full'],
    timeoutMs,
  }),
  start: endpoint({
    id: 'runExports.start',
    method: 'POST',
    path: '/api/v1/run-exports',
    summary: 'Write runs into an mlruns folder, or send them to an MLflow server (a job)',
    description:
      'With params, tags, datasets, notes, nesting, every point of their histories, and files. Ids stay in a folder; a server gives its own, and tells runs by their tag assay.run_id. A job that was cancelled or died goes on where it was when it is tried again.',
    body: RunExportRequest,
    status: 202,
    response: Job,
    errors: ['export/target-exists', 'export/not-writable', 'request/bad-filter'],
  }),
};
