import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { MonitorAlertNews } from './monitor-alerts.ts';

/** What can happen. Payloads carry ids and little else: a client reads the thing itself when it cares. */
export const EngineEvent = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('job.changed'),
      data: z.object({
        jobId: z.string(),
        kind: z.string(),
        state: z.string(),
        isPaused: z.boolean().optional(),
        title: z.string(),
        fraction: z.number().nullable(),
        message: z.string(),
        runId: z.string().nullable(),
        parentId: z.string().nullable(),
      }),
    }),
    z.object({
      type: z.literal('run.changed'),
      data: z.object({
        runId: z.string(),
        experimentId: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'restored']),
      }),
    }),
    z.object({
      type: z.literal('metrics.logged'),
      data: z.object({ runId: z.string(), keys: z.array(z.string()) }),
    }),
    z.object({
      type: z.literal('experiment.changed'),
      data: z.object({
        experimentId: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'restored']),
      }),
    }),
    z.object({
      type: z.literal('dataset.changed'),
      data: z.object({
        dataset: z.string(),
        versionId: z.string().nullable(),
        change: z.enum(['created', 'updated', 'deleted']),
      }),
    }),
    z.object({
      type: z.literal('transform.changed'),
      data: z.object({
        transformId: z.string(),
        transform: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'started', 'ended']),
      }),
    }),
    z.object({
      type: z.literal('model.changed'),
      data: z.object({
        model: z.string(),
        version: z.string().nullable(),
        change: z.enum(['created', 'updated', 'deleted', 'alias']),
      }),
    }),
    z.object({
      type: z.literal('release.changed'),
      data: z.object({
        model: z.string(),
        version: z.string().nullable(),
        environment: z.string().nullable(),
        change: z.enum([
          'promote',
          'rollback',
          'withdraw',
          'approval',
          'deprecation',
          'policy',
          'gate-report',
        ]),
      }),
    }),
    z.object({
      type: z.literal('drift-series.changed'),
      data: z.object({ seriesId: z.string(), drifted: z.boolean() }),
    }),
    z.object({
      type: z.literal('drift-report.changed'),
      data: z.object({ reportId: z.string(), drifted: z.boolean(), change: z.enum(['created', 'deleted']) }),
    }),
    z.object({
      type: z.literal('data-schema.changed'),
      data: z.object({ dataset: z.string(), version: z.int().nullable() }),
    }),
    z.object({
      type: z.literal('data-validation.changed'),
      data: z.object({
        validationId: z.string(),
        dataset: z.string(),
        versionId: z.string().nullable(),
        verdict: z.string(),
        change: z.enum(['created', 'deleted']),
      }),
    }),
    z
      .object({
        type: z.literal('endpoint.requests-broken'),
        data: z.object({
          endpoint: z.string(),
          requests: z.int(),
          broken: z.int().describe('Requests with a row that breaks a rule'),
          refused: z.int().describe('Of them, those that got no answer for it'),
          refusedShare: z.number().describe('0 to 1, of the requests'),
        }),
      })
      .describe(
        'Requests broke their schema; at most once a minute an endpoint, with all since the one before',
      ),
    z.object({
      type: z.literal('explanation.changed'),
      data: z.object({
        explanationId: z.string(),
        digest: z.string(),
        change: z.enum(['created', 'deleted']),
      }),
    }),
    z.object({
      type: z.literal('traces.changed'),
      data: z.object({
        experimentId: z.string(),
        traceIds: z
          .array(z.string())
          .describe('At most 500; more than these may have changed when it is full'),
        change: z.enum(['logged', 'deleted']),
      }),
    }),
    z.object({
      type: z.literal('view.changed'),
      data: z.object({
        viewId: z.string(),
        experimentId: z.string().nullable(),
        change: z.enum(['created', 'updated', 'deleted', 'restored']),
      }),
    }),
    z.object({
      type: z.literal('target.changed'),
      data: z.object({
        targetId: z.string(),
        target: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'checked']),
      }),
    }),
    z.object({
      type: z.literal('connection.changed'),
      data: z.object({
        connectionId: z.string(),
        connection: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'checked']),
      }),
    }),
    z.object({
      type: z.literal('push.changed'),
      data: z.object({
        pushId: z.string(),
        target: z.string(),
        model: z.string(),
        version: z.string(),
        state: z.string(),
        remoteState: z.string(),
      }),
    }),
    z.object({
      type: z.literal('endpoint.changed'),
      data: z.object({
        endpoint: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'promoted', 'rolled-back', 'step']),
      }),
    }),
    z.object({
      type: z.literal('batch-prediction.changed'),
      data: z.object({
        batchId: z.string(),
        model: z.string(),
        version: z.string(),
        state: z.string().describe('As of the batch prediction, or deleted'),
      }),
    }),
    z.object({
      type: z.literal('schedule.changed'),
      data: z.object({
        scheduleId: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'ran']),
      }),
    }),
    z.object({
      type: z.literal('monitor.changed'),
      data: z.object({
        monitorId: z.string(),
        change: z.enum(['created', 'updated', 'deleted', 'checking', 'checked']),
        jobId: z.string().nullable().describe('Of the check that goes on'),
      }),
    }),
    z.object({ type: z.literal('monitor.alert'), data: MonitorAlertNews }),
    z.object({ type: z.literal('settings.changed'), data: z.object({ keys: z.array(z.string()) }) }),
  ])
  .meta({ id: 'EngineEvent' });
export type EngineEvent = z.infer<typeof EngineEvent>;
export type EngineEventType = EngineEvent['type'];

/** An event as sent. `id` rises by one and is greater than every id of the engine before; send it back as Last-Event-ID to go on where you were. */
export type SentEvent = EngineEvent & { id: number; atMs: number };

export const Activity = z.object({
  id: z.int(),
  atMs: TimestampMs,
  type: z.string(),
  text: z.string().describe('What happened, in a sentence'),
  link: z.string().nullable().describe('Where to look, as a path of the workbench: /runs/…'),
});
export type Activity = z.infer<typeof Activity>;

export const eventsApi = {
  stream: endpoint({
    id: 'events.stream',
    method: 'GET',
    path: '/api/v1/events',
    summary: 'What happens, as Server-Sent Events',
    description:
      'Each message has `event: <type>`, `id:` and `data:` (JSON `{atMs, data}`). Reconnect with the last `id` as Last-Event-ID to miss nothing of the last 10,000 events; when more was missed, or the engine was started anew, the first message is `event: reset`. A message that has only an `id` moves the place to go on from. metrics.logged is sent at most 4 times a second a run, traces.changed 4 times a second an experiment.',
    query: z.object({
      types: z.string().max(1000).optional().describe('Only these types, separated by commas'),
      after: z
        .string()
        .max(30)
        .optional()
        .describe('As Last-Event-ID, for clients that cannot send headers; the header wins'),
    }),
    response: 'events',
  }),
  activity: endpoint({
    id: 'events.activity',
    method: 'GET',
    path: '/api/v1/activity',
    summary: 'What happened lately, newest first',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      before: z.coerce.number().int().optional(),
    }),
    response: z.object({ items: z.array(Activity) }),
    example: {},
  }),
};
