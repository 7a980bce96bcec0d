import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { ColumnDrift, DriftSettings } from './drift-columns.ts';
import { DriftSection, DriftSections } from './drift-sections.ts';
import { DriftWindow, WindowFacts, WindowLook } from './drift-windows.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { ModelRef } from './models.ts';
import { versionRef } from './version-refs.ts';

export const DriftReport = z
  .object({
    id: z.string(),
    referenceVersionId: z
      .string()
      .nullable()
      .describe('null where no dataset version stands behind the window'),
    currentVersionId: z.string().nullable(),
    referenceName: z.string().describe('flights v1, or the last 1,000 requests of churn'),
    currentName: z.string(),
    referenceRows: z.int(),
    currentRows: z.int(),
    drifted: z.boolean(),
    driftedColumns: z.int(),
    totalColumns: z.int(),
    skippedColumns: z.array(z.object({ name: z.string(), reason: z.string() })),
    columns: z.array(ColumnDrift),
    model: z.string().nullable().default(null).describe('churn/1.2.0: whose answers the report is about'),
    reference: WindowFacts.nullable().default(null).describe('null in reports of before there were windows'),
    current: WindowFacts.nullable().default(null),
    sections: DriftSections.nullable().default(null).describe('null in reports of before there were any'),
    driftedSections: z.array(DriftSection).default([]),
    settings: DriftSettings.nullable().default(null).describe('How it was judged; null in reports of old'),
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DriftReport' });
export type DriftReport = z.infer<typeof DriftReport>;

/** A report in a listing: without its columns and sections. */
export const DriftReportRow = DriftReport.omit({
  columns: true,
  skippedColumns: true,
  reference: true,
  current: true,
  sections: true,
  settings: true,
})
  .extend({
    currentWindow: DriftWindow.nullable()
      .default(null)
      .describe('The rows that were compared; null in reports of old'),
  })
  .meta({ id: 'DriftReportRow' });
export type DriftReportRow = z.infer<typeof DriftReportRow>;

const bothSides = ['reference', 'current'] as const;

export const DriftRequest = z
  .object({
    referenceVersionId: versionRef('Short for reference: {kind: version, versionId}').optional(),
    currentVersionId: versionRef('Short for current: {kind: version, versionId}').optional(),
    reference: DriftWindow.optional().describe('What was normal'),
    current: DriftWindow.optional().describe('What came later'),
    model: ModelRef.optional().describe(
      'Whose answers are compared; left out: that of a baseline or of requests',
    ),
    target: z.string().optional().describe('Column of the truth, where no model tells it'),
    sections: z.array(DriftSection).optional().describe('Only these; all that can be made when left out'),
    seed: z
      .int()
      .min(0)
      .default(0)
      .describe('Of what is drawn at random: rows that are looked at, folds, permutations'),
    columns: z.array(z.string()).optional(),
    ...DriftSettings.shape,
  })
  .superRefine((request, context) => {
    for (const side of bothSides) {
      const given = [request[side], request[`${side}VersionId`]].filter((one) => one !== undefined).length;
      if (given !== 1) {
        context.addIssue({
          code: 'custom',
          path: [side],
          message: given === 0 ? `name the ${side} window` : `give ${side} or ${side}VersionId, not both`,
        });
      }
    }
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
    summary: 'Compare two windows of data (a job whose result is {reportId})',
    description:
      'A window is a dataset version, what a model was trained or tested on, or a part of the request log. Parts of the report that these windows cannot give are left out, with the reason.',
    body: DriftRequest,
    status: 202,
    response: Job,
    errors: [
      'datasets/version-not-found',
      'datasets/bad-expression',
      'drift-reports/no-common-columns',
      'drift-reports/no-baseline',
      'drift-reports/no-requests',
      'endpoints/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
    ],
  }),
  look: endpoint({
    id: 'drift-reports.look',
    method: 'POST',
    path: '/api/v1/drift-windows/look',
    summary: 'Columns and rows of a window, and whether its condition can be used',
    body: z.object({ window: DriftWindow, model: ModelRef.optional() }),
    response: WindowLook,
    errors: [
      'datasets/version-not-found',
      'drift-reports/no-baseline',
      'drift-reports/no-requests',
      'endpoints/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
    ],
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
