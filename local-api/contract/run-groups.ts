import { z } from 'zod';
import { Count, ListQuery, RealNumber, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { MetricKey } from './runs.ts';

/** What the last values of one metric come to over the runs of a group. */
export const MetricAggregate = z.object({
  count: z
    .int()
    .describe('Runs of the group that have the metric; NaN counts, and takes no part in the rest'),
  mean: RealNumber.nullable(),
  std: RealNumber.nullable().describe('Of a sample (n − 1); null below two runs'),
  min: RealNumber.nullable(),
  max: RealNumber.nullable(),
  median: RealNumber.nullable(),
  minRunId: z.string().nullable().describe('A run that has the lowest value; the oldest of several'),
  maxRunId: z.string().nullable().describe('A run that has the highest value; the oldest of several'),
});
export type MetricAggregate = z.infer<typeof MetricAggregate>;

export const RunGroup = z
  .object({
    values: z
      .record(z.string(), z.union([z.string(), z.number()]).nullable())
      .describe('By each field of `by`, as it was written; null where runs have no such value'),
    filter: z
      .string()
      .describe('Selects exactly these runs (the filter of the request included), for runs.list'),
    count: z.int(),
    runIds: z.array(z.string()).describe('The newest ones, at most `runIds` of the request'),
    metrics: z.record(z.string(), MetricAggregate),
    startedAtMs: z.object({ min: TimestampMs, max: TimestampMs }),
  })
  .meta({ id: 'RunGroup' });
export type RunGroup = z.infer<typeof RunGroup>;

export const RunGroupQuery = z.object({
  filter: ListQuery.shape.filter,
  by: z
    .array(z.string().min(1).max(300))
    .min(1)
    .max(3)
    .describe(
      'Params, tags or attributes: params.trainer, tags.team, status, experimentId, user, source, name, parentRunId, lifecycle',
    ),
  metrics: z.array(MetricKey).max(20).default([]).describe('Keys without "metrics."'),
  sort: z
    .string()
    .max(1000)
    .default('-count')
    .describe(
      '"-" before one for descending; several are separated by commas: count, startedAtMs (the newest run), a field of `by`, or count, mean, std, min, max, median of a metric in `metrics`: -mean(metrics.auc). Null comes last.',
    ),
  runIds: z.int().min(0).max(20).default(0).describe('How many of the newest runs of each group to name'),
  limit: z.int().min(1).max(1000).default(100),
  cursor: ListQuery.shape.cursor,
});
export type RunGroupQuery = z.infer<typeof RunGroupQuery>;

export const runGroupsApi = {
  list: endpoint({
    id: 'runs.groups',
    method: 'POST',
    path: '/api/v1/runs/groups',
    summary: 'Runs grouped by up to three params, tags or attributes, with aggregates of metrics',
    description:
      'Runs without the value are a group of their own, with null. The aggregates are of the last value of each metric.',
    body: RunGroupQuery,
    response: z.object({
      items: z.array(RunGroup),
      nextCursor: z.string().nullable(),
      total: z.object({ groups: z.int(), runs: Count.shape.count }),
    }),
    errors: ['request/bad-filter', 'request/bad-cursor'],
    example: { body: { by: ['params.trainer', 'status'], metrics: ['auc'], sort: '-mean(metrics.auc)' } },
  }),
};
