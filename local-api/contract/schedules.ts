import { z } from 'zod';
import { BatchPredictionRequest } from './batch-predictions.ts';
import { TimestampMs } from './common.ts';
import { DatasetName } from './datasets.ts';
import { endpoint } from './endpoint.ts';
import { TrainRequest } from './training.ts';

/** What a schedule starts. A dataset named without a version means the newest one when the time has come. */
export const ScheduledWork = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('batch'), request: BatchPredictionRequest }),
  z.object({
    kind: z.literal('training'),
    dataset: DatasetName.describe('Trained on its newest version, whatever version the recipe names'),
    request: TrainRequest,
  }),
]);
export type ScheduledWork = z.infer<typeof ScheduledWork>;

export const Cron = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .describe(
    'Minute, hour, day of month, month, day of week: "0 6 * * mon-fri"; or @hourly, @daily, @weekly …',
  );
export const TimeZone = z.string().min(1).max(100).describe('An IANA name such as Europe/Berlin');
const name = z.string().trim().min(1).max(128);

export const CatchUp = z
  .enum(['skip', 'once'])
  .describe('For times at which the engine was not running: leave them out, or run once as soon as it is');
export type CatchUp = z.infer<typeof CatchUp>;

/**
 * What came of one time. `skipped`: the job before was still running; `missed`: the engine was not; `failed`: it could not be
 * started.
 */
export const ScheduleRun = z
  .object({
    dueAtMs: TimestampMs,
    startedAtMs: TimestampMs,
    outcome: z.enum(['starting', 'started', 'skipped', 'missed', 'failed']),
    byHand: z.boolean(),
    jobId: z.string().nullable(),
    message: z.string(),
  })
  .meta({ id: 'ScheduleRun' });
export type ScheduleRun = z.infer<typeof ScheduleRun>;

/** Work that starts by itself, again and again. */
export const Schedule = z
  .object({
    id: z.string(),
    name: z.string(),
    cron: Cron,
    timeZone: TimeZone,
    work: ScheduledWork,
    catchUp: CatchUp,
    isPaused: z.boolean(),
    nextRunAtMs: TimestampMs.nullable().describe(
      'Null while it is paused, and when there is no further time',
    ),
    lastRun: ScheduleRun.nullable(),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Schedule' });
export type Schedule = z.infer<typeof Schedule>;

export const CreateSchedule = z.object({
  name,
  cron: Cron,
  timeZone: TimeZone.default('UTC'),
  work: ScheduledWork,
  catchUp: CatchUp.default('skip'),
  isPaused: z.boolean().default(false),
});
export type CreateSchedule = z.infer<typeof CreateSchedule>;

export const UpdateSchedule = z
  .object({
    name,
    cron: Cron,
    timeZone: TimeZone,
    work: ScheduledWork,
    catchUp: CatchUp,
    isPaused: z.boolean(),
  })
  .partial();
export type UpdateSchedule = z.infer<typeof UpdateSchedule>;

const byId = z.object({ scheduleId: z.string() });
const workErrors = [
  'schedules/bad-cron',
  'schedules/bad-work',
  'batch-predictions/columns-do-not-fit',
  'models/not-found',
  'models/version-not-found',
  'models/alias-not-found',
  'models/no-onnx',
  'datasets/not-found',
  'datasets/version-not-found',
  'datasets/source-not-found',
  'datasets/bad-expression',
  'uploads/not-found',
] as const;

export const schedulesApi = {
  list: endpoint({
    id: 'schedules.list',
    method: 'GET',
    path: '/api/v1/schedules',
    summary: 'Schedules by name',
    response: z.object({ items: z.array(Schedule) }),
    example: {},
  }),
  create: endpoint({
    id: 'schedules.create',
    method: 'POST',
    path: '/api/v1/schedules',
    summary: 'Start work by itself, at times given as a cron expression',
    description:
      'A time is left out while the job of the time before still runs. Starting is at least once: an engine that is killed while it starts a job starts it again.',
    body: CreateSchedule,
    status: 201,
    response: Schedule,
    errors: ['schedules/name-taken', ...workErrors],
    timeoutMs: 120_000,
  }),
  times: endpoint({
    id: 'schedules.times',
    method: 'POST',
    path: '/api/v1/schedules/times',
    summary: 'The next times of a cron expression',
    body: z.object({
      cron: Cron,
      timeZone: TimeZone.default('UTC'),
      count: z.int().min(1).max(50).default(5),
    }),
    response: z.object({ times: z.array(TimestampMs) }),
    errors: ['schedules/bad-cron'],
    example: { body: { cron: '0 6 * * mon-fri', timeZone: 'Europe/Berlin' } },
  }),
  get: endpoint({
    id: 'schedules.get',
    method: 'GET',
    path: '/api/v1/schedules/{scheduleId}',
    summary: 'One schedule',
    params: byId,
    response: Schedule,
    errors: ['schedules/not-found'],
  }),
  update: endpoint({
    id: 'schedules.update',
    method: 'PATCH',
    path: '/api/v1/schedules/{scheduleId}',
    summary: 'Change, pause or resume a schedule',
    params: byId,
    body: UpdateSchedule,
    response: Schedule,
    errors: ['schedules/not-found', 'schedules/name-taken', ...workErrors],
    timeoutMs: 120_000,
  }),
  delete: endpoint({
    id: 'schedules.delete',
    method: 'DELETE',
    path: '/api/v1/schedules/{scheduleId}',
    summary: 'Delete a schedule; what it started stays',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['schedules/not-found'],
  }),
  run: endpoint({
    id: 'schedules.run',
    method: 'POST',
    path: '/api/v1/schedules/{scheduleId}/run',
    summary: 'Start the work of a schedule now',
    params: byId,
    status: 202,
    response: ScheduleRun,
    errors: ['schedules/not-found', 'schedules/still-running'],
    timeoutMs: 120_000,
  }),
  runs: endpoint({
    id: 'schedules.runs',
    method: 'GET',
    path: '/api/v1/schedules/{scheduleId}/runs',
    summary: 'The last hundred times of a schedule, newest first',
    params: byId,
    response: z.object({ items: z.array(ScheduleRun) }),
    errors: ['schedules/not-found'],
  }),
};
