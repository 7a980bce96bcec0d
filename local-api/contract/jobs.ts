import { z } from 'zod';
import { Count, ListQuery, pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

export const JobKind = z.enum([
  'import',
  'profile',
  'transform',
  'train',
  'study',
  'remote-train',
  'drift',
  'drift-series',
  'explain',
  'export',
  'deployment-files',
  'quickstart',
  'import-runs',
  'export-runs',
  'exec',
  'bundle',
  'verify-bundle',
  'import-bundle',
  'import-model',
  'gates',
  'compare-versions',
  'diff',
  'export-data',
  'export-dvc',
  'push-data',
  'pull-data',
  'push',
  'push-plan',
  'pull',
  'batch-predict',
  'replay',
  'validate',
  'infer-schema',
]);
export type JobKind = z.infer<typeof JobKind>;

/** `failed`: its input was wrong, trying again would not help. `dead`: gave up after the last attempt (the dead letters). */
export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'dead']);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.object({
  fraction: z.number().min(0).max(1).nullable().describe('0 to 1, or null where it is not known'),
  message: z.string().describe('What it is doing now, for people'),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const JobError = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type JobError = z.infer<typeof JobError>;

export const Job = z
  .object({
    id: z.string(),
    kind: JobKind,
    title: z.string(),
    state: JobState,
    isPaused: z.boolean().describe('Queued, and not started until it is resumed'),
    priority: z.int().describe('Higher runs first; 0 is normal'),
    attempt: z.int(),
    maxAttempts: z.int(),
    parentId: z.string().nullable(),
    runId: z.string().nullable().describe('The run that this job fills, if any'),
    progress: JobProgress,
    input: z.unknown(),
    result: z.unknown().describe('What it gave, null until it succeeded'),
    error: JobError.nullable(),
    createdAtMs: TimestampMs,
    startedAtMs: TimestampMs.nullable(),
    endedAtMs: TimestampMs.nullable(),
  })
  .meta({ id: 'Job' });
export type Job = z.infer<typeof Job>;

export const JobLogLine = z.object({
  seq: z.int(),
  atMs: TimestampMs,
  level: z.enum(['info', 'warn', 'error']),
  text: z.string(),
});
export type JobLogLine = z.infer<typeof JobLogLine>;

const jobId = z.object({ jobId: z.string() });

export const jobsApi = {
  list: endpoint({
    id: 'jobs.list',
    method: 'GET',
    path: '/api/v1/jobs',
    summary: 'Jobs, newest first',
    description:
      'Filter by kind, state, priority, parentId, runId, createdAtMs. Dead letters: state = "dead".',
    query: ListQuery,
    response: pageOf(Job),
    example: { query: { filter: "state = 'running'" } },
  }),
  count: endpoint({
    id: 'jobs.count',
    method: 'GET',
    path: '/api/v1/jobs/count',
    summary: 'How many jobs match a filter',
    query: ListQuery.pick({ filter: true }),
    response: Count,
    example: {},
  }),
  get: endpoint({
    id: 'jobs.get',
    method: 'GET',
    path: '/api/v1/jobs/{jobId}',
    summary: 'One job with its progress and result',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found'],
  }),
  logs: endpoint({
    id: 'jobs.logs',
    method: 'GET',
    path: '/api/v1/jobs/{jobId}/logs',
    summary: 'What a job printed, oldest first',
    params: jobId,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0).describe('Only lines with a greater seq'),
      limit: z.coerce.number().int().min(1).max(5000).default(1000),
    }),
    response: z.object({ items: z.array(JobLogLine) }),
    errors: ['jobs/not-found'],
  }),
  cancel: endpoint({
    id: 'jobs.cancel',
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/cancel',
    summary: 'Stop a job and the jobs it started',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found', 'jobs/not-cancellable'],
  }),
  pause: endpoint({
    id: 'jobs.pause',
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/pause',
    summary: 'Pause a job, to go on later',
    description:
      'For searches (kind study). What is under way is dropped and done again after the pause; all that was finished is kept, also when the engine is stopped meanwhile.',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found', 'jobs/not-pausable'],
  }),
  finish: endpoint({
    id: 'jobs.finish',
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/finish',
    summary: 'Let a running job finish with what it has',
    description:
      'For searches and automatic choices of a model (kind study): nothing more is tried, and the best so far becomes the model. The answer comes at once; the job ends by itself soon after.',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found', 'jobs/not-finishable'],
  }),
  resume: endpoint({
    id: 'jobs.resume',
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/resume',
    summary: 'Let a paused job go on',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found', 'jobs/not-paused'],
  }),
  retry: endpoint({
    id: 'jobs.retry',
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/retry',
    summary: 'Queue a job that failed, died or was cancelled once more',
    params: jobId,
    response: Job,
    errors: ['jobs/not-found', 'jobs/not-retryable'],
  }),
};
