import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { DatasetName } from './datasets.ts';
import { DriftSettings } from './drift-columns.ts';
import { endpoint } from './endpoint.ts';
import { Cron, TimeZone } from './schedules.ts';
import { versionRef } from './version-refs.ts';

/** What a new version is held against. */
export const MonitorReference = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('version'), versionId: versionRef() }),
  z.object({ kind: z.literal('previous') }).describe('The version before the newest'),
]);
export type MonitorReference = z.infer<typeof MonitorReference>;

const endpointName = z.string().min(1).max(200);
const slice = z.string().trim().min(1).max(4000).optional().describe('Only rows for which this SQL holds');
const columns = z.array(z.string()).optional().describe('Only these; all that can be compared when left out');
const lastRequests = z
  .int()
  .min(20)
  .max(100_000)
  .default(1000)
  .describe('The newest logged requests, at most so many');

/** What is looked at, each time as it is then: the newest version, the last requests. */
export const MonitorWatch = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('drift'),
    dataset: DatasetName,
    reference: MonitorReference,
    slice,
    columns,
    ...DriftSettings.shape,
  }),
  z.object({ kind: z.literal('quality'), dataset: DatasetName }),
  z.object({ kind: z.literal('validation'), dataset: DatasetName }),
  z.object({
    kind: z.literal('endpoint-drift'),
    endpoint: endpointName,
    last: lastRequests,
    reference: z
      .enum(['test', 'training'])
      .default('test')
      .describe('The rows that the training of the answering model held back, or those it was trained on'),
    slice,
    columns,
    ...DriftSettings.shape,
  }),
  z.object({
    kind: z.literal('estimate'),
    endpoint: endpointName,
    last: lastRequests,
    slice,
  }),
  z.object({
    kind: z.literal('performance'),
    endpoint: endpointName,
    last: z
      .int()
      .min(10)
      .max(100_000)
      .default(500)
      .describe('The newest logged answers whose true value is known, at most so many'),
  }),
]);
export type MonitorWatch = z.infer<typeof MonitorWatch>;
export const MonitorKind = z.enum([
  'drift',
  'quality',
  'validation',
  'endpoint-drift',
  'estimate',
  'performance',
]);
export type MonitorKind = z.infer<typeof MonitorKind>;

/** How a figure reads: a share is 0 to 1, `flag` is 1 for yes and 0 for no. */
export type MonitorUnit = 'share' | 'count' | 'hours' | 'number' | 'flag';
export type MonitorMetric = { id: string; title: string; unit: MonitorUnit; worse: 'up' | 'down' };

const driftMetrics: readonly MonitorMetric[] = [
  { id: 'driftedShare', title: 'Drifted columns', unit: 'share', worse: 'up' },
  { id: 'driftedColumns', title: 'Number of drifted columns', unit: 'count', worse: 'up' },
  { id: 'largestEffect', title: 'Largest change (standard deviations)', unit: 'number', worse: 'up' },
  { id: 'domainAuc', title: 'Telling the windows apart (AUC)', unit: 'number', worse: 'up' },
];

/** The figures that a check of each kind gives; a rule names one of them. The first is the usual one. */
export const monitorMetrics: Readonly<Record<MonitorKind, readonly MonitorMetric[]>> = {
  drift: driftMetrics,
  'endpoint-drift': [
    ...driftMetrics,
    { id: 'driftedSections', title: 'Drifted parts of the report', unit: 'count', worse: 'up' },
  ],
  quality: [
    { id: 'missingShare', title: 'Missing values', unit: 'share', worse: 'up' },
    { id: 'badRowShare', title: 'Rows set aside', unit: 'share', worse: 'up' },
    { id: 'duplicateShare', title: 'Duplicate rows', unit: 'share', worse: 'up' },
    { id: 'rows', title: 'Rows', unit: 'count', worse: 'down' },
    { id: 'ageHours', title: 'Age of the newest version', unit: 'hours', worse: 'up' },
    { id: 'warnings', title: 'Warnings of the profile', unit: 'count', worse: 'up' },
  ],
  validation: [
    { id: 'failed', title: 'Broken rules', unit: 'count', worse: 'up' },
    { id: 'warned', title: 'Broken rules that only warn', unit: 'count', worse: 'up' },
    { id: 'unknown', title: 'Rules that could not be judged', unit: 'count', worse: 'up' },
  ],
  estimate: [
    { id: 'outOfRange', title: 'Metrics out of their range', unit: 'count', worse: 'up' },
    { id: 'accuracy', title: 'Estimated accuracy', unit: 'share', worse: 'down' },
    { id: 'f1', title: 'Estimated F1', unit: 'share', worse: 'down' },
    { id: 'auc', title: 'Estimated ROC AUC', unit: 'share', worse: 'down' },
    { id: 'mae', title: 'Estimated mean absolute error', unit: 'number', worse: 'up' },
    { id: 'rmse', title: 'Estimated root mean squared error', unit: 'number', worse: 'up' },
  ],
  performance: [
    { id: 'loss', title: 'Wrong labels, or mean absolute error', unit: 'number', worse: 'up' },
    { id: 'truths', title: 'Answers with a known true value', unit: 'count', worse: 'down' },
  ],
};

/** When checks come. Times missed while the engine was off are made up for by one check. */
export const MonitorSchedule = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('cron'), cron: Cron, timeZone: TimeZone.default('UTC') }),
  z.object({ kind: z.literal('versions') }).describe('On each new version of the dataset'),
  z.object({
    kind: z.literal('requests'),
    every: z.int().min(10).max(1_000_000).describe('Logged requests of the endpoint from check to check'),
  }),
]);
export type MonitorSchedule = z.infer<typeof MonitorSchedule>;

export const AlertSeverity = z.enum(['info', 'warning', 'critical']);
export type AlertSeverity = z.infer<typeof AlertSeverity>;

/** What makes a check a breach. */
export const AlertCondition = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('verdict') }).describe('The report says so: the dataset has drifted'),
  z.object({ kind: z.literal('above'), limit: z.number() }),
  z.object({ kind: z.literal('below'), limit: z.number() }),
  z
    .object({ kind: z.literal('unusual'), deviations: z.number().min(1).max(10).default(3) })
    .describe('So many standard deviations from the mean of the last 30 quiet checks; needs five of them'),
]);
export type AlertCondition = z.infer<typeof AlertCondition>;

export const AlertRule = z.object({
  metric: z.string().min(1).max(100).describe('A figure of the checks; its history is what the page shows'),
  when: AlertCondition,
  consecutive: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .describe('An alert is raised after so many breaches in a row'),
  coolDownMinutes: z
    .int()
    .min(0)
    .max(43_200)
    .default(60)
    .describe('After an alert was raised, no other one for so long'),
  severity: AlertSeverity.default('warning'),
});
export type AlertRule = z.infer<typeof AlertRule>;

/** `pending`: breaches, but not enough in a row yet, or within the cool-down. `waiting`: not checked yet. */
export const MonitorState = z.enum(['waiting', 'ok', 'pending', 'firing']);
export type MonitorState = z.infer<typeof MonitorState>;

/**
 * One look. `unchanged`: there was nothing new since the check before; `nothing`: there was nothing to look at yet. Neither of
 * the two, nor `failed`, counts for the alert rule.
 */
export const MonitorCheck = z
  .object({
    id: z.int(),
    dueAtMs: TimestampMs,
    startedAtMs: TimestampMs,
    endedAtMs: TimestampMs.nullable(),
    trigger: z.enum(['schedule', 'catch-up', 'version', 'requests', 'hand']),
    outcome: z.enum(['running', 'ok', 'breach', 'unchanged', 'nothing', 'failed']),
    subject: z.string().describe('What was looked at: flights v3 against flights v2'),
    values: z.record(z.string(), z.number()),
    value: z.number().nullable().describe('The figure that the rule names'),
    low: z.number().nullable().describe('Lower end of what was fine'),
    high: z.number().nullable().describe('Upper end of what was fine'),
    message: z.string(),
    link: z.string().nullable().describe('Where to look, as a path of the workbench'),
    jobId: z.string().nullable(),
    alertId: z.string().nullable().describe('The alert that it raised or kept up'),
  })
  .meta({ id: 'MonitorCheck' });
export type MonitorCheck = z.infer<typeof MonitorCheck>;

/** Something that is looked at again and again, and raises an alert when a rule is broken. */
export const Monitor = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    watch: MonitorWatch,
    schedule: MonitorSchedule,
    rule: AlertRule,
    isEnabled: z.boolean(),
    mutedUntilMs: TimestampMs.nullable().describe('Until then it checks, but tells nobody'),
    state: MonitorState,
    breaches: z.int().describe('In a row, up to now'),
    isChecking: z.boolean(),
    nextCheckAtMs: TimestampMs.nullable().describe('Null where it has no times, or none are left'),
    requestsToGo: z.int().nullable().describe('Until the next check, for one that counts requests'),
    alertId: z.string().nullable().describe('The alert that is firing'),
    lastCheck: MonitorCheck.nullable().describe('The newest one that has ended'),
    recent: z
      .array(z.object({ atMs: TimestampMs, value: z.number(), isBreach: z.boolean() }))
      .describe('Values of the last 30 checks, oldest first'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Monitor' });
export type Monitor = z.infer<typeof Monitor>;

const name = z.string().trim().min(1).max(128);
const description = z.string().max(4000);

export const CreateMonitor = z.object({
  name,
  description: description.default(''),
  watch: MonitorWatch,
  schedule: MonitorSchedule,
  rule: AlertRule,
  isEnabled: z.boolean().default(true),
});
export type CreateMonitor = z.infer<typeof CreateMonitor>;
export type CreateMonitorInput = z.input<typeof CreateMonitor>;

export const UpdateMonitor = z
  .object({
    name,
    description,
    watch: MonitorWatch,
    schedule: MonitorSchedule,
    rule: AlertRule,
    isEnabled: z.boolean(),
    mutedUntilMs: TimestampMs.nullable(),
  })
  .partial();
export type UpdateMonitor = z.infer<typeof UpdateMonitor>;

const byId = z.object({ monitorId: z.string() });
const definitionErrors = [
  'monitors/name-taken',
  'monitors/bad-definition',
  'schedules/bad-cron',
  'datasets/not-found',
  'datasets/version-not-found',
  'endpoints/not-found',
  'data-schemas/not-found',
] as const;

export const monitorsApi = {
  list: endpoint({
    id: 'monitors.list',
    method: 'GET',
    path: '/api/v1/monitors',
    summary: 'Monitors by name, with what their last checks gave',
    response: z.object({ items: z.array(Monitor) }),
    example: {},
  }),
  create: endpoint({
    id: 'monitors.create',
    method: 'POST',
    path: '/api/v1/monitors',
    summary: 'Look at data or an endpoint again and again, and raise an alert when a rule is broken',
    body: CreateMonitor,
    status: 201,
    response: Monitor,
    errors: definitionErrors,
  }),
  get: endpoint({
    id: 'monitors.get',
    method: 'GET',
    path: '/api/v1/monitors/{monitorId}',
    summary: 'One monitor',
    params: byId,
    response: Monitor,
    errors: ['monitors/not-found'],
  }),
  update: endpoint({
    id: 'monitors.update',
    method: 'PATCH',
    path: '/api/v1/monitors/{monitorId}',
    summary: 'Change, mute, disable or enable a monitor',
    description:
      'Another thing to watch or another rule begins anew: an alert that is firing is closed, and the history stays.',
    params: byId,
    body: UpdateMonitor,
    response: Monitor,
    errors: ['monitors/not-found', ...definitionErrors],
  }),
  delete: endpoint({
    id: 'monitors.delete',
    method: 'DELETE',
    path: '/api/v1/monitors/{monitorId}',
    summary: 'Delete a monitor with its checks and alerts; its reports stay',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['monitors/not-found'],
  }),
  run: endpoint({
    id: 'monitors.run',
    method: 'POST',
    path: '/api/v1/monitors/{monitorId}/run',
    summary: 'Check now',
    params: byId,
    status: 202,
    response: MonitorCheck,
    errors: ['monitors/not-found', 'monitors/still-checking'],
  }),
  checks: endpoint({
    id: 'monitors.checks',
    method: 'GET',
    path: '/api/v1/monitors/{monitorId}/checks',
    summary: 'What came of the checks of a monitor, newest first',
    params: byId,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      before: z.coerce.number().int().optional().describe('Only checks before this one'),
    }),
    response: z.object({ items: z.array(MonitorCheck) }),
    errors: ['monitors/not-found'],
  }),
};
