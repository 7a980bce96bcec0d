import { z } from 'zod';
import { Column } from './columns.ts';
import { TimestampMs } from './common.ts';
import { EndpointName } from './endpoint-routes.ts';
import { ModelRef } from './models.ts';
import { versionRef } from './version-refs.ts';

const slice = z
  .string()
  .trim()
  .min(1)
  .max(4000)
  .optional()
  .describe('Only the rows for which this SQL condition over the columns holds');

/** A dataset version. */
export const VersionWindow = z.object({ kind: z.literal('version'), versionId: versionRef(), slice });

/** What a model was made of. */
export const BaselineWindow = z.object({
  kind: z.literal('baseline'),
  model: ModelRef.optional().describe('Left out: the model of the other window'),
  part: z
    .enum(['test', 'training'])
    .default('test')
    .describe(
      'test: the rows that its training held back, with their truth and the answers of the model; training: the dataset version that it was trained on',
    ),
  slice,
});

/** What was asked of an endpoint or of a model, as the request log keeps it. */
export const RequestsWindow = z.object({
  kind: z.literal('requests'),
  endpoint: EndpointName.optional().describe('One of endpoint and model is needed'),
  model: z.string().min(1).max(128).optional().describe('Name of a model, at whatever endpoint it answered'),
  version: z.string().max(100).optional().describe('Only what this version answered'),
  arm: z.string().max(32).optional().describe('Only what this arm of the endpoint answered'),
  fromMs: TimestampMs.optional().describe('From then on, inclusive'),
  toMs: TimestampMs.optional().describe('Until then, exclusive'),
  last: z.int().min(1).max(1_000_000).optional().describe('Only so many requests, the newest'),
  slice,
});

/** Rows to compare: of a dataset version, of the training of a model, or of the request log. */
export const DriftWindow = z
  .discriminatedUnion('kind', [VersionWindow, BaselineWindow, RequestsWindow])
  .refine(
    (window) => window.kind !== 'requests' || window.endpoint !== undefined || window.model !== undefined,
    {
      message: 'name an endpoint or a model',
      path: ['endpoint'],
    },
  );
export type DriftWindow = z.infer<typeof DriftWindow>;
export type DriftWindowInput = z.input<typeof DriftWindow>;

/** A window as it was read. */
export const WindowFacts = z.object({
  window: DriftWindow,
  name: z.string().describe('flights v2, or the last 1,000 requests of churn'),
  rows: z.int().describe('Rows of the window; statistics of very large ones are of rows at equal distances'),
  wholeRows: z
    .int()
    .nullable()
    .default(null)
    .describe('Rows before the condition narrowed it; null without one'),
  versionId: z.string().nullable().describe('The dataset version, where it is one or was trained on one'),
  model: z
    .string()
    .nullable()
    .describe('churn/1.2.0: the model of a baseline, or which answered most requests'),
  truths: z.int().describe('Rows whose true value is known'),
  fromMs: TimestampMs.nullable().describe('Of requests: when the first was answered'),
  toMs: TimestampMs.nullable(),
  notes: z.array(z.string()).describe('What could not be read, in sentences'),
});
export type WindowFacts = z.infer<typeof WindowFacts>;

/** What a window is before it is compared. */
export const WindowLook = z
  .object({
    name: z.string(),
    columns: z.array(Column.pick({ name: true, type: true })),
    rows: z
      .int()
      .nullable()
      .describe('Before the condition; null of logged requests, which are not unpacked'),
    kept: z.int().nullable().describe('For which the condition holds'),
    problem: z.string().nullable().describe('Why the condition cannot be used'),
    notes: z.array(z.string()),
  })
  .meta({ id: 'WindowLook' });
export type WindowLook = z.infer<typeof WindowLook>;
