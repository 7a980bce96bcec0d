import { z } from 'zod';
import { ListQuery, pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

/** What a person or a program says of a trace. */
export const Assessment = z.object({
  id: z.string(),
  traceId: z.string(),
  spanId: z.string().nullable(),
  name: z.string(),
  kind: z.enum(['feedback', 'expectation', 'issue']),
  value: z.unknown().describe('Any JSON; null where there is none'),
  error: z
    .object({ code: z.string(), message: z.string().optional(), stackTrace: z.string().optional() })
    .nullable()
    .describe('Why a program could not say'),
  rationale: z.string().nullable(),
  source: z.object({ type: z.string(), id: z.string() }),
  metadata: z.record(z.string(), z.string()),
  runId: z.string().nullable(),
  overrides: z.string().nullable().describe('Id of the assessment that it takes the place of'),
  valid: z.boolean(),
  createdAtMs: TimestampMs,
  updatedAtMs: TimestampMs,
});
export type Assessment = z.infer<typeof Assessment>;

/** One call of an application, as it was traced. */
export const Trace = z
  .object({
    id: z.string(),
    experimentId: z.string(),
    name: z.string(),
    state: z.enum(['ok', 'error', 'in-progress', 'unspecified']),
    requestTimeMs: TimestampMs,
    durationMs: z.number().nullable(),
    clientRequestId: z.string().nullable(),
    requestPreview: z.string().nullable(),
    responsePreview: z.string().nullable(),
    spans: z.int().describe('How many spans are kept'),
    runIds: z.array(z.string()),
    tags: z.record(z.string(), z.string()),
    metadata: z.record(z.string(), z.string()),
    assessments: z.array(Assessment),
  })
  .meta({ id: 'Trace' });
export type Trace = z.infer<typeof Trace>;

const Attributes = z.record(z.string(), z.unknown());
const Nanoseconds = z.string().regex(/^\d+$/).describe('Nanoseconds since the Unix epoch');

/** A step within a trace. */
export const Span = z
  .object({
    id: z.string(),
    parentId: z.string().nullable(),
    name: z.string(),
    type: z.string(),
    status: z.enum(['unset', 'ok', 'error']),
    statusMessage: z.string(),
    startNs: Nanoseconds,
    endNs: Nanoseconds.nullable(),
    attributes: Attributes,
    events: z.array(z.object({ name: z.string(), timeNs: Nanoseconds, attributes: Attributes })),
    links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes: Attributes })),
  })
  .meta({ id: 'Span' });
export type Span = z.infer<typeof Span>;

const byId = z.object({ traceId: z.string() });

export const tracesApi = {
  list: endpoint({
    id: 'traces.list',
    method: 'GET',
    path: '/api/v1/traces',
    summary: 'Traces, newest first',
    query: ListQuery,
    response: pageOf(Trace),
    example: { query: { filter: "state = 'error'" } },
  }),
  get: endpoint({
    id: 'traces.get',
    method: 'GET',
    path: '/api/v1/traces/{traceId}',
    summary: 'One trace',
    params: byId,
    response: Trace,
    errors: ['traces/not-found'],
  }),
  spans: endpoint({
    id: 'traces.spans',
    method: 'GET',
    path: '/api/v1/traces/{traceId}/spans',
    summary: 'The spans of a trace in the order of their start',
    params: byId,
    response: z.object({ items: z.array(Span) }),
    errors: ['traces/not-found'],
  }),
};
