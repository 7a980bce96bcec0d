import { z } from 'zod';
import { Count, ListQuery, pageOf, Tags, TimestampMs } from './common.ts';
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

/** A span without what it carries: enough for a tree and a waterfall of any size. */
export const SpanOutline = Span.omit({ attributes: true, events: true, links: true }).meta({
  id: 'SpanOutline',
});
export type SpanOutline = z.infer<typeof SpanOutline>;

const said = {
  name: z.string().min(1).max(250),
  value: z.unknown().describe('Any JSON: true, 0.8, "relevant", {…}'),
  rationale: z.string().max(20_000).nullable(),
  metadata: z.record(z.string(), z.string()),
};

/** What is said of a trace, or of one of its spans. */
export const NewAssessmentBody = z.object({
  ...said,
  kind: z.enum(['feedback', 'expectation']).default('feedback'),
  rationale: said.rationale.default(null),
  metadata: said.metadata.default({}),
  spanId: z.string().nullable().default(null),
  source: z
    .object({
      type: z.enum(['HUMAN', 'LLM_JUDGE', 'CODE']).default('HUMAN'),
      id: z.string().max(500).default(''),
    })
    .default({ type: 'HUMAN', id: '' }),
});

const byId = z.object({ traceId: z.string() });
const byAssessment = z.object({ traceId: z.string(), assessmentId: z.string() });

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
  count: endpoint({
    id: 'traces.count',
    method: 'GET',
    path: '/api/v1/traces/count',
    summary: 'How many traces match a filter',
    query: ListQuery.pick({ filter: true }),
    response: Count,
    example: {},
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
  outline: endpoint({
    id: 'traces.outline',
    method: 'GET',
    path: '/api/v1/traces/{traceId}/outline',
    summary: 'The spans of a trace without what they carry, in the order of their start',
    params: byId,
    response: z.object({ items: z.array(SpanOutline) }),
    errors: ['traces/not-found'],
  }),
  span: endpoint({
    id: 'traces.span',
    method: 'GET',
    path: '/api/v1/traces/{traceId}/spans/{spanId}',
    summary: 'One span with its attributes, events and links',
    params: z.object({ traceId: z.string(), spanId: z.string() }),
    response: Span,
    errors: ['traces/not-found', 'traces/span-not-found'],
  }),
  update: endpoint({
    id: 'traces.update',
    method: 'PATCH',
    path: '/api/v1/traces/{traceId}',
    summary: 'Set and remove tags of a trace',
    params: byId,
    body: z.object({
      setTags: Tags.default({}),
      removeTags: z.array(z.string()).max(1000).default([]),
    }),
    response: Trace,
    errors: ['traces/not-found'],
  }),
  delete: endpoint({
    id: 'traces.delete',
    method: 'POST',
    path: '/api/v1/traces/delete',
    summary: 'Delete traces for good, with their spans and assessments',
    body: z.object({ traceIds: z.array(z.string()).min(1).max(1000) }),
    response: z.object({ deleted: z.int() }),
  }),
  assess: endpoint({
    id: 'traces.assess',
    method: 'POST',
    path: '/api/v1/traces/{traceId}/assessments',
    summary: 'Say something of a trace or of one of its spans',
    params: byId,
    body: NewAssessmentBody,
    status: 201,
    response: Assessment,
    errors: ['traces/not-found'],
  }),
  updateAssessment: endpoint({
    id: 'traces.updateAssessment',
    method: 'PATCH',
    path: '/api/v1/traces/{traceId}/assessments/{assessmentId}',
    summary: 'Change what was said of a trace',
    params: byAssessment,
    body: z.object(said).partial(),
    response: Assessment,
    errors: ['traces/not-found', 'assessments/not-found'],
  }),
  deleteAssessment: endpoint({
    id: 'traces.deleteAssessment',
    method: 'DELETE',
    path: '/api/v1/traces/{traceId}/assessments/{assessmentId}',
    summary: 'Take back what was said of a trace',
    params: byAssessment,
    status: 204,
    response: 'none',
    errors: ['traces/not-found'],
  }),
};
