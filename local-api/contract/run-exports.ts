import { z } from 'zod';
import { ListQuery } from './common.ts';
import { endpoint } from './endpoint.ts';

export const RunExportQuery = ListQuery.pick({ filter: true, sort: true }).extend({
  format: z.enum(['csv', 'parquet']).default('csv'),
  fields: ListQuery.shape.fields.describe(
    'Columns in this order: name,metrics.auc,params.*. Every attribute, param, metric and tag of the runs when left out; the id is always the first.',
  ),
});
export type RunExportQuery = z.infer<typeof RunExportQuery>;

const timeoutMs = 3_600_000;

export const runExportsApi = {
  download: endpoint({
    id: 'runs.export',
    method: 'GET',
    path: '/api/v1/runs/export',
    summary: 'All runs that match, as a CSV or Parquet file',
    description:
      'One row a run; metrics by their last value. CSV: RFC 4180 with times in ISO 8601, and an apostrophe before texts that a spreadsheet would run as a formula. Parquet: times as timestamps, metrics as doubles, params as doubles where every value is a number. A column is called as its field: metrics.auc. Parquet takes 1,000 columns, CSV 16,384.',
    query: RunExportQuery,
    response: 'bytes',
    errors: ['request/bad-filter', 'runs/export-too-wide', 'artifacts/disk-full'],
    timeoutMs,
  }),
  downloadSelected: endpoint({
    id: 'runs.exportSelected',
    method: 'POST',
    path: '/api/v1/runs/export',
    summary: 'Some runs, named by their ids, as a CSV or Parquet file',
    description: 'As GET. Runs that are not there are left out.',
    body: RunExportQuery.omit({ filter: true }).extend({
      runIds: z.array(z.string().max(100)).min(1).max(5000),
    }),
    response: 'bytes',
    errors: ['runs/export-too-wide', 'artifacts/disk-full'],
    timeoutMs,
  }),
};
