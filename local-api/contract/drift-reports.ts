import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { ColumnDrift, DriftSettings } from './drift-columns.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';

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
  ...DriftSettings.shape,
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
