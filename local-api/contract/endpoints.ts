import { z } from 'zod';
import { Cell } from './columns.ts';
import { pageOf, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { EndpointName, EndpointRoute } from './endpoint-routes.ts';
import { Job } from './jobs.ts';
import { ModelRef, PredictResponse, SemVer } from './models.ts';
import { EndpointValidation, RequestValidation } from './request-checks.ts';

/** What is kept of requests, to look at and to join true values with. */
export const RequestLogSettings = z.object({
  sampleRate: z.number().min(0).max(1).default(0.1).describe('Share of the requests that is kept'),
  redact: z
    .array(
      z.object({
        column: z.string().min(1).max(250),
        how: z
          .enum(['drop', 'hash', 'mask'])
          .describe('drop: left out; hash: a digest that differs from one endpoint to another; mask: ***'),
      }),
    )
    .max(1000)
    .default([])
    .describe('Done before anything is written'),
  keepDays: z.number().min(0.01).max(3650).default(30),
  keepRequests: z.int().min(1).max(10_000_000).default(100_000).describe('The oldest go first'),
});
export type RequestLogSettings = z.infer<typeof RequestLogSettings>;

/** What an endpoint takes on at once, and what it need not work out again. */
export const EndpointLimits = z.object({
  maxInFlight: z
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('Requests that are answered at the same time; others wait their turn'),
  maxWaiting: z
    .int()
    .min(0)
    .max(100_000)
    .default(256)
    .describe('Requests that may wait; beyond them the answer is predictions/busy with Retry-After'),
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .nullable()
    .default(null)
    .describe('Deadline of a request that brings none of its own with x-timeout-ms'),
  cache: z
    .object({
      entries: z.int().min(1).max(100_000).default(1000).describe('The least recently used goes first'),
      seconds: z.number().min(0.1).max(86_400).default(300),
    })
    .nullable()
    .default(null)
    .describe('Answers kept in memory by version and rows, for requests of up to 100 rows; null for none'),
});
export type EndpointLimits = z.infer<typeof EndpointLimits>;

/** How a canary stands. */
export const CanaryProgress = z.object({
  phase: z.enum(['running', 'held']).describe('held: stays at its step until it is resumed'),
  step: z.int().describe('Index into the steps of the route'),
  startedAtMs: TimestampMs,
  stepStartedAtMs: TimestampMs,
  requests: z.int().describe('Answers of the canary in this step, failed ones included'),
  errors: z.int(),
  p95Ms: z.number().nullable().describe('In this step'),
});
export type CanaryProgress = z.infer<typeof CanaryProgress>;

export const ServingEndpoint = z
  .object({
    name: EndpointName,
    description: z.string(),
    route: EndpointRoute,
    isPaused: z.boolean().describe('A paused endpoint refuses predictions'),
    log: RequestLogSettings,
    limits: EndpointLimits,
    validation: RequestValidation,
    canary: CanaryProgress.nullable().describe('null when the route is no canary'),
    revision: z.int().describe('Rises with each change'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'ServingEndpoint' });
export type ServingEndpoint = z.infer<typeof ServingEndpoint>;

/** What a change of an endpoint can be about, and what an undo brings back. */
export const EndpointSettings = ServingEndpoint.pick({
  description: true,
  route: true,
  isPaused: true,
  log: true,
  limits: true,
  validation: true,
});
export type EndpointSettings = z.infer<typeof EndpointSettings>;

export const EndpointChange = z
  .object({
    id: z.int(),
    revision: z.int(),
    kind: z.enum(['create', 'update', 'pause', 'resume', 'promote', 'rollback', 'undo']),
    actor: z.string().describe('Who did it; "assay" for what the canary controller decided'),
    reason: z.string(),
    before: EndpointSettings.nullable(),
    after: EndpointSettings,
    atMs: TimestampMs,
  })
  .meta({ id: 'EndpointChange' });
export type EndpointChange = z.infer<typeof EndpointChange>;

/** Figures of one arm over a window of time. */
export const ArmFigures = z.object({
  arm: z.string(),
  requests: z.int(),
  rows: z.int(),
  errors: z.int().describe('Faults of the model or the engine; a request that does not fit is none'),
  requestsPerSecond: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});
export type ArmFigures = z.infer<typeof ArmFigures>;

export const ArmQuality = z.object({
  arm: z.string(),
  model: z.string(),
  version: SemVer,
  truths: z.int(),
  loss: z.number().describe('Share of wrong labels, or mean absolute error'),
  lossDeviation: z.number().nullable().describe('Sample standard deviation; null for one value'),
});
export type ArmQuality = z.infer<typeof ArmQuality>;

/** What came of the requests of an arm: a sale or none, minutes, money. */
export const ArmOutcome = z.object({
  arm: z.string(),
  requests: z.int().describe('Whose outcome is known'),
  mean: z.number(),
  deviation: z.number().nullable().describe('Sample standard deviation; null for one value'),
});
export type ArmOutcome = z.infer<typeof ArmOutcome>;

/** An arm against the first one: mixture sequential probability ratio test of the difference of mean loss or outcome. */
export const SequentialResult = z.object({
  measure: z.enum(['loss', 'outcome']),
  arm: z.string(),
  against: z.string(),
  difference: z.number().describe('Mean of the arm less that of the first'),
  low: z.number().nullable().describe('Confidence sequence: covers the truth at every look'),
  high: z.number().nullable(),
  pValue: z.number().describe('Always valid: may be looked at after every request'),
  isSignificant: z.boolean(),
  verdict: z.enum(['better', 'worse', 'undecided']),
  neededPerArm: z
    .int()
    .nullable()
    .describe('Values of each arm that would show the smallest effect that matters in 80 % of tests'),
});
export type SequentialResult = z.infer<typeof SequentialResult>;

export const ShadowFigures = z.object({
  arm: z.string(),
  compared: z.int().describe('Rows'),
  disagreements: z.int().describe('Other label, or a value that differs by more than 1e-6 of its size'),
  maxDifference: z.number().describe('Largest absolute difference of a value or a probability'),
  dropped: z.int().describe('Requests not compared because too many waited'),
  failed: z.int(),
});
export type ShadowFigures = z.infer<typeof ShadowFigures>;

export const EndpointStats = z
  .object({
    windowSeconds: z.int(),
    arms: z.array(ArmFigures),
    points: z
      .array(
        z.object({
          atMs: TimestampMs.describe('Begin of the ten seconds'),
          arm: z.string(),
          requests: z.int(),
          errors: z.int(),
          p95Ms: z.number().nullable(),
        }),
      )
      .describe('Oldest first; seconds without requests are left out'),
    quality: z.array(ArmQuality),
    outcomes: z.array(ArmOutcome),
    tests: z.array(SequentialResult).describe('For an A/B route, an entry an arm but the first'),
    shadows: z.array(ShadowFigures),
  })
  .meta({ id: 'EndpointStats' });
export type EndpointStats = z.infer<typeof EndpointStats>;

const rowsOf = {
  rows: z.array(z.record(z.string(), Cell)).max(100_000).optional().describe('One object a row'),
  columns: z.record(z.string(), z.array(Cell)).optional().describe('One array a column, all of one length'),
};
export const EndpointPredictRequest = z
  .object(rowsOf)
  .refine((r) => (r.rows === undefined) !== (r.columns === undefined), {
    message: 'give either rows or columns',
    path: ['rows'],
  });
export type EndpointPredictRequest = z.infer<typeof EndpointPredictRequest>;

export const EndpointPredictResponse = PredictResponse.extend({
  endpoint: EndpointName,
  arm: z.string(),
  requestId: z.string().describe('Join true values by it'),
  isCached: z.boolean().describe('Taken from the cache of the endpoint'),
  members: z
    .array(z.object({ arm: z.string(), model: z.string(), version: SemVer }))
    .optional()
    .describe('Of an ensemble: who answered; model and version are then those of the first'),
});
export type EndpointPredictResponse = z.infer<typeof EndpointPredictResponse>;

export const LoggedRequest = z
  .object({
    requestId: z.string(),
    atMs: TimestampMs,
    arm: z.string(),
    model: z.string(),
    version: SemVer,
    rows: z.int(),
    milliseconds: z.number(),
    input: z.unknown().describe('The request as sent, redacted; null when it was too large to keep'),
    answers: z.array(z.union([z.string(), z.number()])).describe('Label or value of each row kept'),
    truths: z.int().describe('True values joined so far'),
  })
  .meta({ id: 'LoggedRequest' });
export type LoggedRequest = z.infer<typeof LoggedRequest>;

export const GroundTruthRequest = z.object({
  items: z
    .array(
      z.object({
        requestId: z.string().min(1).max(128),
        row: z.int().min(0).default(0),
        value: z.union([z.string(), z.number()]).describe('The true label or value'),
      }),
    )
    .min(1)
    .max(10_000),
});
export type GroundTruthRequest = z.infer<typeof GroundTruthRequest>;

export const ReplayRequest = z.object({
  ref: ModelRef.describe('The version to ask'),
  arm: z.string().max(32).optional().describe('Only requests that this arm answered'),
  version: z.string().max(100).optional().describe('Only requests that this version answered'),
  sinceMs: TimestampMs.optional(),
  limit: z.int().min(1).max(100_000).default(1000).describe('Requests, the newest first'),
});
export type ReplayRequest = z.infer<typeof ReplayRequest>;

const answer = z.union([z.string(), z.number()]);
const RequestTimes = z.object({ mean: z.number(), p50: z.number(), p95: z.number() });
/** Result of a replay. */
export const ReplayReport = z
  .object({
    endpoint: EndpointName,
    model: z.string(),
    version: SemVer.describe('What was asked now'),
    requests: z.int().describe('Replayed'),
    rows: z.int().describe('Compared'),
    skipped: z.object({
      redacted: z
        .int()
        .describe(
          'Requests whose rows were logged with a column dropped, hashed or masked that the version reads',
        ),
      notKept: z.int().describe('Requests that were too large to keep'),
      refused: z.int().describe('Requests that do not fit the version, or to which it has no answer'),
    }),
    changed: z
      .int()
      .describe('Rows with another label, or a value that differs by more than 1e-6 of its size'),
    meanDifference: z.number().nullable().describe('Values: mean of new less old'),
    maxDifference: z.number().nullable().describe('Values: the largest absolute difference'),
    labels: z
      .array(z.object({ before: z.string(), after: z.string(), rows: z.int() }))
      .describe('Labels: how often which became which, the most frequent first; equal ones included'),
    quality: z
      .object({ truths: z.int(), lossBefore: z.number(), lossAfter: z.number() })
      .nullable()
      .describe('Over the rows whose true value is known; null where none is'),
    milliseconds: z
      .object({ before: RequestTimes, after: RequestTimes })
      .nullable()
      .describe('Time in the model of a request: as logged, beside other requests, and in the replay, alone'),
    differences: z
      .array(
        z.object({
          requestId: z.string(),
          atMs: TimestampMs,
          row: z.int(),
          arm: z.string(),
          versionBefore: SemVer,
          before: answer,
          after: answer,
          truth: answer.nullable(),
        }),
      )
      .describe('Up to 200 rows that changed: values by the size of the difference, labels newest first'),
  })
  .meta({ id: 'ReplayReport' });
export type ReplayReport = z.infer<typeof ReplayReport>;

export const OutcomesRequest = z.object({
  items: z
    .array(
      z.object({
        requestId: z.string().min(1).max(128),
        value: z
          .union([z.number(), z.boolean()])
          .describe('A number, or whether it happened: true counts as 1, false as 0'),
      }),
    )
    .min(1)
    .max(10_000),
});
export type OutcomesRequest = z.infer<typeof OutcomesRequest>;

const byName = z.object({ name: z.string() });
const actor = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .optional()
  .describe('Who does it; the user that runs the engine when left out');
const reason = z.string().trim().max(2000).default('').describe('Why, for those who read the history');
const routeErrors = [
  'endpoints/bad-route',
  'models/not-found',
  'models/version-not-found',
  'models/alias-not-found',
  'models/no-onnx',
  'models/invalid-onnx',
] as const;

export const CreateEndpoint = z.object({
  name: EndpointName,
  description: z.string().max(5000).default(''),
  route: EndpointRoute,
  log: RequestLogSettings.prefault({}),
  limits: EndpointLimits.prefault({}),
  validation: RequestValidation.prefault({}).describe('Whether rows are held against a schema of data'),
  actor,
  reason,
});
export type CreateEndpoint = z.infer<typeof CreateEndpoint>;

export const UpdateEndpoint = z.object({
  description: z.string().max(5000).optional(),
  route: EndpointRoute.optional(),
  isPaused: z.boolean().optional(),
  log: RequestLogSettings.optional(),
  limits: EndpointLimits.optional(),
  validation: RequestValidation.optional(),
  expectedRevision: z.int().optional().describe('Refuse when it was changed meanwhile'),
  actor,
  reason,
});
export type UpdateEndpoint = z.infer<typeof UpdateEndpoint>;

export const CanaryCommand = z.object({
  action: z
    .enum(['hold', 'resume', 'advance', 'promote', 'rollback'])
    .describe('advance: on to the next step now; promote: the canary answers everything from now on'),
  actor,
  reason,
});
export type CanaryCommand = z.infer<typeof CanaryCommand>;

export const servingEndpointsApi = {
  list: endpoint({
    id: 'endpoints.list',
    method: 'GET',
    path: '/api/v1/endpoints',
    summary: 'Serving endpoints by name',
    response: z.object({ items: z.array(ServingEndpoint) }),
    example: {},
  }),
  create: endpoint({
    id: 'endpoints.create',
    method: 'POST',
    path: '/api/v1/endpoints',
    summary: 'Serve models under a stable name',
    description:
      'Every version of the route is loaded once and must answer. A canary is fixed to the versions that its references name now; other routes follow their aliases.',
    body: CreateEndpoint,
    status: 201,
    response: ServingEndpoint,
    errors: ['endpoints/name-taken', 'endpoints/no-schema', ...routeErrors],
    timeoutMs: 120_000,
  }),
  get: endpoint({
    id: 'endpoints.get',
    method: 'GET',
    path: '/api/v1/endpoints/{name}',
    summary: 'One endpoint',
    params: byName,
    response: ServingEndpoint,
    errors: ['endpoints/not-found'],
  }),
  update: endpoint({
    id: 'endpoints.update',
    method: 'PATCH',
    path: '/api/v1/endpoints/{name}',
    summary: 'Change the route of an endpoint, pause it, or set what is logged',
    params: byName,
    body: UpdateEndpoint,
    response: ServingEndpoint,
    errors: ['endpoints/not-found', 'endpoints/changed', 'endpoints/no-schema', ...routeErrors],
    timeoutMs: 120_000,
  }),
  delete: endpoint({
    id: 'endpoints.delete',
    method: 'DELETE',
    path: '/api/v1/endpoints/{name}',
    summary: 'Delete an endpoint with its history and its logged requests',
    params: byName,
    status: 204,
    response: 'none',
    errors: ['endpoints/not-found'],
  }),
  changes: endpoint({
    id: 'endpoints.changes',
    method: 'GET',
    path: '/api/v1/endpoints/{name}/changes',
    summary: 'Who changed what and why, newest first',
    params: byName,
    query: z.object({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      before: z.coerce.number().int().optional().describe('Only changes with a smaller id'),
    }),
    response: z.object({ items: z.array(EndpointChange) }),
    errors: ['endpoints/not-found'],
  }),
  undo: endpoint({
    id: 'endpoints.undo',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/undo',
    summary: 'Take the last change back; once more brings it back again',
    params: byName,
    body: z.object({ actor, reason }),
    response: ServingEndpoint,
    errors: ['endpoints/not-found', 'endpoints/nothing-to-undo', ...routeErrors],
    timeoutMs: 120_000,
  }),
  canary: endpoint({
    id: 'endpoints.canary',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/canary',
    summary: 'Hold, resume, advance, promote or roll back a canary',
    params: byName,
    body: CanaryCommand,
    response: ServingEndpoint,
    errors: ['endpoints/not-found', 'endpoints/no-canary'],
  }),
  predict: endpoint({
    id: 'endpoints.predict',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/predict',
    summary: 'Predict with whichever version the route chooses',
    description:
      'The answer says which version and arm it came from, also in the headers `x-assay-arm` and `x-assay-version`; `x-request-id` names the request, your own or a new one. `x-timeout-ms` sets a deadline; `x-assay-cache: hit` marks an answer from the cache. Answers of a deprecated version carry `Deprecation` and `Sunset`.',
    params: byName,
    body: EndpointPredictRequest,
    response: EndpointPredictResponse,
    errors: [
      'endpoints/not-found',
      'endpoints/paused',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'predictions/bad-rows',
      'predictions/breaks-schema',
      'predictions/busy',
      'predictions/crashed',
      'predictions/deadline',
    ],
    maxBodyBytes: 64 * 1024 ** 2,
  }),
  stats: endpoint({
    id: 'endpoints.stats',
    method: 'GET',
    path: '/api/v1/endpoints/{name}/stats',
    summary: 'Traffic, latency and errors lately, live quality, and the tests of an A/B route',
    params: byName,
    query: z.object({ windowSeconds: z.coerce.number().int().min(10).max(3600).default(300) }),
    response: EndpointStats,
    errors: ['endpoints/not-found'],
  }),
  validation: endpoint({
    id: 'endpoints.validation',
    method: 'GET',
    path: '/api/v1/endpoints/{name}/validation',
    summary: 'By which rules requests are checked, and what broke them since the engine started',
    params: byName,
    response: EndpointValidation,
    errors: ['endpoints/not-found'],
  }),
  groundTruth: endpoint({
    id: 'endpoints.groundTruth',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/ground-truth',
    summary: 'Tell what the right answers were',
    description: 'Joined with logged requests by request id; the newest value of a row counts.',
    params: byName,
    body: GroundTruthRequest,
    response: z.object({
      joined: z.int(),
      unknown: z.int().describe('No logged request has this id, or it has no such row'),
      unusable: z.int().describe('A label where a number was predicted'),
    }),
    errors: ['endpoints/not-found'],
  }),
  outcomes: endpoint({
    id: 'endpoints.outcomes',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/outcomes',
    summary: 'Tell what came of requests: a sale or none, minutes, money',
    description: 'Joined with logged requests by request id; the newest value of a request counts.',
    params: byName,
    body: OutcomesRequest,
    response: z.object({ joined: z.int(), unknown: z.int().describe('No logged request has this id') }),
    errors: ['endpoints/not-found'],
  }),
  requests: endpoint({
    id: 'endpoints.requests',
    method: 'GET',
    path: '/api/v1/endpoints/{name}/requests',
    summary: 'Logged requests, newest first',
    params: byName,
    query: z.object({
      arm: z.string().max(32).optional(),
      version: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(50),
      cursor: z.string().max(100).optional(),
    }),
    response: pageOf(LoggedRequest),
    errors: ['endpoints/not-found', 'request/bad-cursor'],
  }),
  replay: endpoint({
    id: 'endpoints.replay',
    method: 'POST',
    path: '/api/v1/endpoints/{name}/replay',
    summary: 'Ask another version what was asked before, and compare (a job)',
    description:
      'The result of the job is a ReplayReport. What was logged up to now is replayed one request after the other in a process of its own: nothing is logged or counted, and no caller notices.',
    params: byName,
    body: ReplayRequest,
    status: 202,
    response: Job,
    errors: ['endpoints/not-found', ...routeErrors],
  }),
};
