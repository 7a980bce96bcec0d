import { z } from 'zod';
import { Digest } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { byVersionRef, versionRef } from './version-refs.ts';

export const DataExportFormat = z.enum(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'xlsx', 'arrow']);
export type DataExportFormat = z.infer<typeof DataExportFormat>;

const endings: Readonly<Record<string, DataExportFormat>> = {
  csv: 'csv',
  tsv: 'tsv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
  parquet: 'parquet',
  xlsx: 'xlsx',
  arrow: 'arrow',
  feather: 'arrow',
  ipc: 'arrow',
};
/** Endings of file names that tell a format. */
export const exportEndings: readonly string[] = Object.keys(endings);

/** What the ending of a file asks for: `.csv.gz`, `.xlsx`, `.feather`. A format that is given wins. Null: it names none. */
export function exportFormatOf(
  path: string,
  format?: DataExportFormat,
): Pick<DataExportRequest, 'format' | 'compress'> | null {
  const [, ending = '', packed = ''] = /\.([a-z]+)(\.gz|\.zst)?$/i.exec(path) ?? [];
  const found = format ?? endings[ending.toLowerCase()];
  if (found === undefined) return null;
  const compress = packed.toLowerCase() === '.gz' ? 'gzip' : packed === '' ? 'none' : 'zstd';
  return { format: found, compress };
}

export const DataExportRequest = z.object({
  format: DataExportFormat.default('csv'),
  columns: z.array(z.string().min(1)).min(1).max(20_000).optional().describe('Only these, in this order'),
  where: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .describe("Only rows for which this SQL condition holds: date < '2001-03-01'"),
  compress: z
    .enum(['none', 'gzip', 'zstd'])
    .default('none')
    .describe('Text as a whole; Arrow by zstd inside; Parquet and workbooks are compressed by themselves'),
});
export type DataExportRequest = z.infer<typeof DataExportRequest>;

/** Tables that can be written to a file. */
export const DataExportSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('version'),
    versionId: versionRef(),
  }),
  z.object({
    kind: z.literal('batch'),
    batchId: z.string(),
    rows: z.enum(['predictions', 'rejects']).default('predictions'),
  }),
  z.object({
    kind: z.literal('diff'),
    diffId: z.string(),
    rows: z
      .enum(['all', 'added', 'removed', 'changed'])
      .default('all')
      .describe('All of them, not just those that can be looked at'),
  }),
]);
export type DataExportSource = z.infer<typeof DataExportSource>;

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
    params: byVersionRef,
    body: DataExportRequest,
    status: 202,
    response: Job,
    errors: [
      'datasets/not-found',
      'datasets/version-not-found',
      'datasets/bad-expression',
      'datasets/export-does-not-fit',
      'request/invalid',
    ],
  }),
  createOf: endpoint({
    id: 'dataExports.createOf',
    method: 'POST',
    path: '/api/v1/data-exports',
    summary: 'Write a table to a file: a version, predictions of a batch, or rows that differ (a job)',
    description:
      'The result of the job is {exportId, …}. Of rows that differ each has what happened to it, its numbers in both versions, its cells, and the former values of columns that changed. Predictions that were written as CSV cannot be rewritten: their types are gone.',
    body: DataExportRequest.extend({ source: DataExportSource }),
    status: 202,
    response: Job,
    errors: [
      'datasets/not-found',
      'datasets/version-not-found',
      'datasets/diff-not-found',
      'datasets/bad-expression',
      'datasets/export-does-not-fit',
      'batch-predictions/not-found',
      'batch-predictions/no-output',
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
