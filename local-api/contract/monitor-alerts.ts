import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { AlertSeverity, MonitorKind } from './monitors.ts';

/** A rule of a monitor that was broken, from the check that raised it until it was fine again. */
export const MonitorAlert = z
  .object({
    id: z.string(),
    monitorId: z.string(),
    monitor: z.string().describe('Its name'),
    kind: MonitorKind.describe('What the monitor watches'),
    severity: AlertSeverity,
    state: z.enum(['firing', 'resolved']),
    title: z.string().describe('What is wrong, in a few words'),
    text: z.string().describe('What is wrong and how much, in a sentence or two'),
    metric: z.string(),
    value: z.number().nullable().describe('At the newest breach'),
    subject: z.string().describe('What was looked at'),
    link: z.string().nullable().describe('Where to look, as a path of the workbench'),
    sinceMs: TimestampMs.describe('The first breach of the row that raised it'),
    firedAtMs: TimestampMs,
    lastBreachAtMs: TimestampMs,
    resolvedAtMs: TimestampMs.nullable(),
    resolution: z
      .enum(['recovered', 'changed', 'disabled'])
      .nullable()
      .describe('Why it is over: fine again, the monitor was changed, or it was disabled'),
    checks: z.int().describe('Breaches up to now'),
    isMuted: z.boolean().describe('Raised while the monitor was muted: nobody was told'),
    acknowledged: z.object({ by: z.string(), note: z.string(), atMs: TimestampMs }).nullable(),
  })
  .meta({ id: 'MonitorAlert' });
export type MonitorAlert = z.infer<typeof MonitorAlert>;

/** What is told of an alert: all that a message to a person needs, without another question. */
export const MonitorAlertNews = MonitorAlert.extend({
  change: z.enum(['firing', 'resolved', 'acknowledged']),
});
export type MonitorAlertNews = z.infer<typeof MonitorAlertNews>;

const byId = z.object({ alertId: z.string() });

export const monitorAlertsApi = {
  list: endpoint({
    id: 'monitor-alerts.list',
    method: 'GET',
    path: '/api/v1/monitor-alerts',
    summary: 'Alerts of monitors, newest first',
    query: z.object({
      monitorId: z.string().max(100).optional(),
      state: MonitorAlert.shape.state.optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    response: z.object({
      items: z.array(MonitorAlert),
      unread: z.int().describe('Firing, not muted and not acknowledged, of all monitors'),
    }),
    example: { query: { state: 'firing' } },
  }),
  get: endpoint({
    id: 'monitor-alerts.get',
    method: 'GET',
    path: '/api/v1/monitor-alerts/{alertId}',
    summary: 'One alert',
    params: byId,
    response: MonitorAlert,
    errors: ['monitor-alerts/not-found'],
  }),
  acknowledge: endpoint({
    id: 'monitor-alerts.acknowledge',
    method: 'POST',
    path: '/api/v1/monitor-alerts/{alertId}/acknowledge',
    summary: 'Say that somebody looks after an alert',
    params: byId,
    body: z.object({
      by: z.string().trim().min(1).max(200).optional(),
      note: z.string().max(4000).default(''),
    }),
    response: MonitorAlert,
    errors: ['monitor-alerts/not-found'],
  }),
};
