import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { ColumnType, Histogram } from './datasets.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';

/** Method ids. Numbers: psi, ks, js, wasserstein. Categories: psi, chi2, js. */
export const DriftMethod = z.enum(['psi', 'ks', 'chi2', 'js', 'wasserstein']);
export type DriftMethod = z.infer<typeof DriftMethod>;

/**
 * Thresholds where a request gives none, as Evidently has them. Of the score for psi, js and wasserstein; of the p-value
 * for ks and chi2.
 */
export const defaultDriftThresholds: Readonly<Record<DriftMethod, number>> = {
  psi: 0.1,
  ks: 0.05,
  chi2: 0.05,
  js: 0.1,
  wasserstein: 0.1,
};

export const DriftResult = z.object({
  method: DriftMethod,
  score: z
    .number()
    .describe(
      'psi: index; ks: D; chi2: statistic; js: distance, natural log; wasserstein: W1 / reference std',
    ),
  pValue: z.number().nullable().describe('ks and chi2; null where the method has none'),
  threshold: z.number().describe('Of the score for psi, js and wasserstein; of the p-value for ks and chi2'),
  drifted: z.boolean(),
});
export type DriftResult = z.infer<typeof DriftResult>;

export const ColumnDrift = z.object({
  name: z.string(),
  type: ColumnType,
  kind: z.enum(['number', 'category']),
  method: DriftMethod.describe('The method that decides'),
  score: z.number(),
  pValue: z
    .number()
    .nullable()
    .describe(
      'Of the significance test that goes with the verdict, corrected for the number of columns (Benjamini–Hochberg)',
    ),
  threshold: z.number(),
  drifted: z.boolean(),
  reason: z.string().describe('The verdict in a sentence'),
  results: z.array(DriftResult).describe('Every method that applies to the column'),
  reference: z.object({
    count: z.int(),
    missing: z.int(),
    mean: z.number().nullable(),
    std: z.number().nullable(),
  }),
  current: z.object({
    count: z.int(),
    missing: z.int(),
    mean: z.number().nullable(),
    std: z.number().nullable(),
  }),
  distribution: z
    .discriminatedUnion('kind', [
      z.object({
        kind: z.literal('histogram'),
        edges: Histogram.shape.edges,
        reference: z.array(z.number()),
        current: z.array(z.number()),
      }),
      z.object({
        kind: z.literal('categories'),
        labels: z.array(z.string()),
        reference: z.array(z.number()),
        current: z.array(z.number()),
      }),
    ])
    .describe('Shares of each side, 0 to 1'),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

export const DriftReport = z
  .object({
    id: z.string(),
    referenceVersionId: z.string(),
    currentVersionId: z.string(),
    referenceName: z.string().describe('dataset v1'),
    currentName: z.string(),
    referenceRows: z.int(),
    currentRows: z.int(),
    drifted: z.boolean(),
    driftedColumns: z.int(),
    totalColumns: z.int(),
    skippedColumns: z.array(z.object({ name: z.string(), reason: z.string() })),
    columns: z.array(ColumnDrift),
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DriftReport' });
export type DriftReport = z.infer<typeof DriftReport>;

/** A report in a listing: without its columns. */
export const DriftReportRow = DriftReport.omit({ columns: true, skippedColumns: true }).meta({
  id: 'DriftReportRow',
});
export type DriftReportRow = z.infer<typeof DriftReportRow>;

export const DriftRequest = z.object({
  referenceVersionId: z.string(),
  currentVersionId: z.string(),
  columns: z.array(z.string()).optional(),
  methods: z
    .record(z.string(), DriftMethod)
    .default({})
    .describe('Method by column, where the default is not wanted'),
  thresholds: z.record(z.string(), z.number().positive()).default({}).describe('Threshold by method'),
  driftShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('The dataset counts as drifted from this share of drifted columns on'),
});
export type DriftRequest = z.infer<typeof DriftRequest>;
export type DriftRequestInput = z.input<typeof DriftRequest>;

const byId = z.object({ reportId: z.string() });

export const driftReportsApi = {
  list: endpoint({
    id: 'drift-reports.list',
    method: 'GET',
    path: '/api/v1/drift-reports',
    summary: 'Drift reports, newest first',
    query: ListQuery,
    response: pageOf(DriftReportRow),
    example: {},
  }),
  create: endpoint({
    id: 'drift-reports.create',
    method: 'POST',
    path: '/api/v1/drift-reports',
    summary: 'Compare two dataset versions (a job whose result is {reportId})',
    body: DriftRequest,
    status: 202,
    response: Job,
    errors: ['datasets/version-not-found', 'drift-reports/no-common-columns'],
  }),
  get: endpoint({
    id: 'drift-reports.get',
    method: 'GET',
    path: '/api/v1/drift-reports/{reportId}',
    summary: 'One drift report',
    params: byId,
    response: DriftReport,
    errors: ['drift-reports/not-found'],
  }),
  delete: endpoint({
    id: 'drift-reports.delete',
    method: 'DELETE',
    path: '/api/v1/drift-reports/{reportId}',
    summary: 'Delete a drift report',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['drift-reports/not-found'],
  }),
};
