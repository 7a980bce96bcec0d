import { z } from 'zod';
import { Count, Digest, ListQuery, pageOf, RealNumber, Tags, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

export const RunStatus = z.enum(['scheduled', 'running', 'finished', 'failed', 'killed']);
export type RunStatus = z.infer<typeof RunStatus>;

/** The last point of a metric and what it went through. */
export const MetricSummary = z.object({
  last: RealNumber,
  step: z.int(),
  timestampMs: TimestampMs,
  min: RealNumber,
  max: RealNumber,
  count: z.int(),
});
export type MetricSummary = z.infer<typeof MetricSummary>;

export const RunInput = z.object({
  datasetVersionId: z.string().nullable(),
  name: z.string(),
  digest: z.string(),
  context: z.string().describe('training, evaluation …'),
});
export type RunInput = z.infer<typeof RunInput>;

export const Run = z
  .object({
    id: z.string().describe('32 hexadecimal digits'),
    experimentId: z.string(),
    name: z.string(),
    status: RunStatus,
    lifecycle: z.enum(['active', 'deleted']),
    user: z.string(),
    source: z.string().describe('What made it: train, quickstart, api …'),
    parentRunId: z.string().nullable(),
    jobId: z.string().nullable(),
    notes: z.string().describe('Markdown'),
    startedAtMs: TimestampMs,
    endedAtMs: TimestampMs.nullable(),
    params: z.record(z.string(), z.string()),
    metrics: z.record(z.string(), MetricSummary),
    tags: Tags,
    inputs: z.array(RunInput),
  })
  .meta({ id: 'Run' });
export type Run = z.infer<typeof Run>;

/** A run in a listing; params, metrics and tags hold only what `fields` asked for (everything when it asked for nothing). */
export const RunRow = Run.partial()
  .required({ id: true })
  .extend({
    childCount: z
      .int()
      .optional()
      .describe('Runs below it that are not deleted; only when `fields` names it'),
  })
  .meta({ id: 'RunRow' });
export type RunRow = z.infer<typeof RunRow>;

export const MetricKey = z.string().min(1).max(250);

export const MetricPoint = z.object({
  key: MetricKey,
  value: RealNumber,
  step: z.int().default(0),
  timestampMs: TimestampMs.optional().describe('Now, when left out'),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

export const LogBatch = z.object({
  metrics: z.array(MetricPoint).max(10_000).default([]),
  params: z.record(MetricKey, z.string().max(6000)).default({}),
  tags: Tags.default({}),
});
export type LogBatch = z.infer<typeof LogBatch>;

/** One metric's curve: columns of equal length, ordered by step then time. */
export const MetricSeries = z.object({
  runId: z.string(),
  key: z.string(),
  steps: z.array(z.int()),
  timestampsMs: z.array(TimestampMs),
  values: z.array(RealNumber),
  total: z.int().describe('Points in the whole history; more than sent when the curve was down-sampled'),
});
export type MetricSeries = z.infer<typeof MetricSeries>;

export const ArtifactEntry = z.object({
  path: z.string(),
  isDirectory: z.boolean(),
  sizeBytes: z.int().nullable(),
  digest: Digest.nullable(),
});
export type ArtifactEntry = z.infer<typeof ArtifactEntry>;

export const CreateRun = z.object({
  experimentId: z.string().default('0'),
  name: z.string().max(500).optional().describe('A readable one is made when left out'),
  source: z.string().max(500).default('api'),
  parentRunId: z.string().optional(),
  notes: z.string().max(100_000).default(''),
  params: z.record(MetricKey, z.string().max(6000)).default({}),
  tags: Tags.default({}),
  inputs: z.array(RunInput).default([]),
  status: RunStatus.default('running'),
});
export type CreateRun = z.infer<typeof CreateRun>;

const byId = z.object({ runId: z.string() });

export const runsApi = {
  list: endpoint({
    id: 'runs.list',
    method: 'GET',
    path: '/api/v1/runs',
    summary: 'Runs, filtered and sorted',
    description:
      'Filter by id, name, status, experimentId, user, source, parentRunId, startedAtMs, endedAtMs, durationMs, metrics.*, params.*, tags.*. Deleted runs are left out unless the filter names lifecycle.',
    query: ListQuery,
    response: pageOf(RunRow),
    example: {
      query: { filter: "status = 'finished' order by startedAtMs desc", fields: 'name,status,metrics.auc' },
    },
  }),
  count: endpoint({
    id: 'runs.count',
    method: 'GET',
    path: '/api/v1/runs/count',
    summary: 'How many runs match a filter',
    query: ListQuery.pick({ filter: true }),
    response: Count,
    example: {},
  }),
  keys: endpoint({
    id: 'runs.keys',
    method: 'GET',
    path: '/api/v1/runs/keys',
    summary: 'Metric, param and tag keys in use, for column choosers and completion',
    query: z.object({
      experimentId: z.string().optional(),
      prefix: z.string().max(250).optional(),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
    }),
    response: z.object({
      metrics: z.array(z.string()),
      params: z.array(z.string()),
      tags: z.array(z.string()),
    }),
    example: {},
  }),
  values: endpoint({
    id: 'runs.values',
    method: 'GET',
    path: '/api/v1/runs/values',
    summary: 'Values in use of a param or tag, sorted, for completion',
    query: z.object({
      family: z.enum(['params', 'tags']),
      key: MetricKey,
      prefix: z.string().max(250).default(''),
      limit: z.coerce.number().int().min(1).max(1000).default(50),
    }),
    response: z.object({ values: z.array(z.string()) }),
    example: { query: { family: 'params', key: 'trainer' } },
  }),
  create: endpoint({
    id: 'runs.create',
    method: 'POST',
    path: '/api/v1/runs',
    summary: 'Start a run',
    body: CreateRun,
    status: 201,
    response: Run,
    errors: ['experiments/not-found', 'experiments/deleted', 'runs/not-found'],
    example: { body: { name: 'from a script', params: { depth: '6' } } },
  }),
  get: endpoint({
    id: 'runs.get',
    method: 'GET',
    path: '/api/v1/runs/{runId}',
    summary: 'One run with everything it logged',
    params: byId,
    response: Run,
    errors: ['runs/not-found'],
  }),
  update: endpoint({
    id: 'runs.update',
    method: 'PATCH',
    path: '/api/v1/runs/{runId}',
    summary: 'Rename, annotate or end a run',
    params: byId,
    body: z.object({
      name: z.string().min(1).max(500).optional(),
      status: RunStatus.optional(),
      notes: z.string().max(100_000).optional(),
      endedAtMs: TimestampMs.nullable().optional(),
    }),
    response: Run,
    errors: ['runs/not-found', 'runs/deleted'],
  }),
  delete: endpoint({
    id: 'runs.delete',
    method: 'DELETE',
    path: '/api/v1/runs/{runId}',
    summary: 'Delete a run (can be restored)',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['runs/not-found'],
  }),
  restore: endpoint({
    id: 'runs.restore',
    method: 'POST',
    path: '/api/v1/runs/{runId}/restore',
    summary: 'Bring a deleted run back',
    params: byId,
    response: Run,
    errors: ['runs/not-found', 'experiments/deleted'],
  }),
  log: endpoint({
    id: 'runs.log',
    method: 'POST',
    path: '/api/v1/runs/{runId}/log',
    summary: 'Log metrics, params and tags in one transaction',
    description: 'Sending the same points again changes nothing. Answered after the commit.',
    params: byId,
    body: LogBatch,
    status: 204,
    response: 'none',
    errors: ['runs/not-found', 'runs/deleted', 'runs/param-changed'],
  }),
  deleteTag: endpoint({
    id: 'runs.deleteTag',
    method: 'DELETE',
    path: '/api/v1/runs/{runId}/tags/{key}',
    summary: 'Remove a tag',
    params: z.object({ runId: z.string(), key: z.string() }),
    status: 204,
    response: 'none',
    errors: ['runs/not-found', 'runs/deleted'],
  }),
  metrics: endpoint({
    id: 'metrics.series',
    method: 'POST',
    path: '/api/v1/metrics/series',
    summary: 'Curves of some metrics of some runs, down-sampled so that extremes stay',
    body: z.object({
      runIds: z.array(z.string()).min(1).max(500),
      keys: z.array(MetricKey).min(1).max(500),
      maxPoints: z.int().min(2).max(100_000).default(1000).describe('At most this many points a curve'),
      fromStep: z.int().optional(),
      toStep: z.int().optional(),
    }),
    response: z.object({ series: z.array(MetricSeries) }),
    errors: ['runs/not-found'],
  }),
  artifacts: endpoint({
    id: 'artifacts.list',
    method: 'GET',
    path: '/api/v1/runs/{runId}/artifacts',
    summary: 'Files that a run holds, one folder at a time',
    params: byId,
    query: z.object({
      path: z.string().default('').describe('Folder; empty for the top'),
      recursive: z.stringbool().default(false),
    }),
    response: z.object({ items: z.array(ArtifactEntry) }),
    errors: ['runs/not-found', 'artifacts/bad-path'],
  }),
  getArtifact: endpoint({
    id: 'artifacts.get',
    method: 'GET',
    path: '/api/v1/runs/{runId}/artifacts/{path+}',
    summary: 'Download one file of a run',
    params: z.object({ runId: z.string(), path: z.string() }),
    response: 'bytes',
    errors: ['runs/not-found', 'artifacts/not-found', 'artifacts/bad-path', 'artifacts/corrupt'],
    timeoutMs: 3_600_000,
  }),
  putArtifact: endpoint({
    id: 'artifacts.put',
    method: 'PUT',
    path: '/api/v1/runs/{runId}/artifacts/{path+}',
    summary: 'Attach a file to a run',
    params: z.object({ runId: z.string(), path: z.string() }),
    body: 'bytes',
    status: 201,
    response: ArtifactEntry,
    errors: ['runs/not-found', 'runs/deleted', 'artifacts/bad-path', 'artifacts/disk-full'],
    timeoutMs: 3_600_000,
    maxBodyBytes: 64 * 1024 ** 3,
  }),
};
