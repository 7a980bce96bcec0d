import { z } from 'zod';
import { Digest } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';

export const DataExportFormat = z.enum(['csv', 'tsv', 'jsonl', 'json', 'parquet']);
export type DataExportFormat = z.infer<typeof DataExportFormat>;

export const DataExportRequest = z.object({
  format: DataExportFormat.default('csv'),
  columns: z.array(z.string().min(1)).min(1).max(20_000).optional().describe('Only these, in this order'),
  where: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe("Only rows for which this SQL condition holds: date < '2001-03-01'"),
  compress: z.enum(['none', 'gzip', 'zstd']).default('none').describe('Parquet is compressed by itself'),
});
export type DataExportRequest = z.infer<typeof DataExportRequest>;

/** Result of an export job. The file can be downloaded for some hours. */
export const DataExportResult = z.object({
  exportId: z.string(),
  name: z.string(),
  rows: z.int(),
  sizeBytes: z.int(),
  digest: Digest,
});
export type DataExportResult = z.infer<typeof DataExportResult>;

export const dataExportsApi = {
  create: endpoint({
    id: 'dataExports.create',
    method: 'POST',
    path: '/api/v1/dataset-versions/{versionId}/exports',
    summary: 'Write the rows of a version, or some of them, to a file (a job whose result is {exportId, …})',
    description: 'The version is named by its id or a reference such as flights@3.',
    params: z.object({ versionId: z.string() }),
    body: DataExportRequest,
    status: 202,
    response: Job,
    errors: [
      'datasets/not-found',
      'datasets/version-not-found',
      'datasets/bad-expression',
      'request/invalid',
    ],
  }),
  download: endpoint({
    id: 'dataExports.download',
    method: 'GET',
    path: '/api/v1/data-exports/{exportId}',
    summary: 'Download a file of rows',
    params: z.object({ exportId: z.string() }),
    response: 'bytes',
    errors: ['datasets/export-not-found'],
    timeoutMs: 3_600_000,
  }),
};
