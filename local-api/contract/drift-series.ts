import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { DriftWindow, WindowFacts } from './drift-windows.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { ModelRef } from './models.ts';

/** How the current window is cut into parts. */
export const ChunkRule = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('time'),
    every: z.enum(['hour', 'day', 'week', 'month', 'auto']).default('auto').describe('auto: about 20 parts'),
    column: z.string().optional().describe('Time of a row; of requests it is when they were answered'),
  }),
  z.object({
    kind: z.literal('count'),
    rows: z.int().min(20).optional().describe('Rows of a part; left out: ten parts'),
  }),
]);
export type ChunkRule = z.infer<typeof ChunkRule>;

export const DriftSeriesRequest = z.object({
  reference: DriftWindow,
  current: DriftWindow,
  by: ChunkRule.prefault({ kind: 'time' }),
  columns: z.array(z.string()).optional(),
  model: ModelRef.optional().describe('Left out: that of a baseline or of requests'),
  seed: z.int().min(0).default(0),
});
export type DriftSeriesRequest = z.infer<typeof DriftSeriesRequest>;
export type DriftSeriesRequestInput = z.input<typeof DriftSeriesRequest>;

export const DriftChunk = z.object({
  name: z.string().describe('2026-03-01, or rows 1 to 500'),
  rows: z.int(),
  fromMs: TimestampMs.nullable(),
  toMs: TimestampMs.nullable(),
  window: DriftWindow.nullable().describe('The rows of the part; null where no condition tells them'),
});
export type DriftChunk = z.infer<typeof DriftChunk>;

export const ColumnSeries = z.object({
  name: z.string(),
  kind: z.enum(['number', 'category']),
  values: z
    .array(z.number().nullable())
    .describe('Jensen–Shannon distance (base 2, 0 to 1) of each part from the reference; null: too few rows'),
  limits: z
    .array(z.number())
    .describe(
      'Above this a part is outside of what the parts of the reference do, and of what chance does at its size',
    ),
  reference: z.array(z.number()).describe('The same distances of the parts of the reference'),
  alerts: z.int(),
  firstAlert: z.int().nullable().describe('Place of the first part outside'),
});
export type ColumnSeries = z.infer<typeof ColumnSeries>;

export const PerformanceSeries = z.object({
  metric: z.string(),
  higherIsBetter: z.boolean(),
  method: z.enum(['cbpe', 'dle']),
  reference: z.number().nullable(),
  low: z
    .array(z.number().nullable())
    .describe('Three standard errors around the reference, by the size of each part'),
  high: z.array(z.number().nullable()),
  estimates: z.array(z.number().nullable()),
  realised: z.array(z.number().nullable()).describe('By true values, where they are known'),
  alerts: z.int(),
});
export type PerformanceSeries = z.infer<typeof PerformanceSeries>;

export const DriftSeries = z
  .object({
    id: z.string(),
    referenceName: z.string(),
    currentName: z.string(),
    by: ChunkRule,
    every: z.string().describe('How it was cut, in words'),
    drifted: z.boolean().describe('Whether a column is outside in the last part'),
    driftedColumns: z.int().describe('In the last part'),
    totalColumns: z.int(),
    firstAlert: z.int().nullable(),
    chunks: z.array(DriftChunk),
    columns: z.array(ColumnSeries).describe('The most alerts first'),
    shares: z.array(z.number()).describe('Share of the columns outside, of each part'),
    performance: z.array(PerformanceSeries),
    performanceNote: z.string().nullable().describe('Why there is no estimate'),
    reference: WindowFacts,
    current: WindowFacts,
    seconds: z.number(),
    createdAtMs: TimestampMs,
  })
  .meta({ id: 'DriftSeries' });
export type DriftSeries = z.infer<typeof DriftSeries>;

export const DriftSeriesRow = DriftSeries.pick({
  id: true,
  referenceName: true,
  currentName: true,
  every: true,
  drifted: true,
  driftedColumns: true,
  totalColumns: true,
  seconds: true,
  createdAtMs: true,
})
  .extend({ chunks: z.int() })
  .meta({ id: 'DriftSeriesRow' });
export type DriftSeriesRow = z.infer<typeof DriftSeriesRow>;

const byId = z.object({ seriesId: z.string() });
const notFound = ['drift-series/not-found'] as const;

export const driftSeriesApi = {
  list: endpoint({
    id: 'drift-series.list',
    method: 'GET',
    path: '/api/v1/drift-series',
    summary: 'Drift over time, newest first',
    query: ListQuery,
    response: pageOf(DriftSeriesRow),
    example: {},
  }),
  create: endpoint({
    id: 'drift-series.create',
    method: 'POST',
    path: '/api/v1/drift-series',
    summary: 'Compare each part of a window with a reference (a job whose result is {seriesId})',
    body: DriftSeriesRequest,
    status: 202,
    response: Job,
    errors: [
      'datasets/version-not-found',
      'drift-reports/no-common-columns',
      'drift-reports/no-baseline',
      'drift-reports/no-requests',
      'endpoints/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
    ],
  }),
  get: endpoint({
    id: 'drift-series.get',
    method: 'GET',
    path: '/api/v1/drift-series/{seriesId}',
    summary: 'Drift over time of a window',
    params: byId,
    response: DriftSeries,
    errors: notFound,
  }),
  delete: endpoint({
    id: 'drift-series.delete',
    method: 'DELETE',
    path: '/api/v1/drift-series/{seriesId}',
    summary: 'Delete a drift series',
    params: byId,
    status: 204,
    response: 'none',
    errors: notFound,
  }),
};
