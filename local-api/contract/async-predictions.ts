import { z } from 'zod';
import { Cell } from './columns.ts';
import { TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { EndpointName } from './endpoint-routes.ts';
import { JobError } from './jobs.ts';
import { ModelRef, PredictResponse } from './models.ts';

export const AsyncPredictionRequest = z
  .object({
    endpoint: EndpointName.optional().describe('A serving endpoint, whose route decides who answers'),
    model: ModelRef.optional().describe('Or a model'),
    rows: z.array(z.record(z.string(), Cell)).max(20_000).optional().describe('One object a row'),
    columns: z
      .record(z.string(), z.array(Cell).max(20_000))
      .optional()
      .describe('One array a column, all of one length'),
  })
  .refine((r) => (r.rows === undefined) !== (r.columns === undefined), {
    message: 'give either rows or columns',
    path: ['rows'],
  })
  .refine((r) => (r.endpoint === undefined) !== (r.model === undefined), {
    message: 'give either an endpoint or a model',
    path: ['model'],
  });
export type AsyncPredictionRequest = z.infer<typeof AsyncPredictionRequest>;

/** A prediction that nobody waits for: asked for now, answered soon, kept for a while. */
export const AsyncPrediction = z
  .object({
    id: z.string(),
    endpoint: z.string().nullable(),
    model: z.string().nullable().describe('As asked for'),
    state: z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']),
    result: PredictResponse.extend({
      endpoint: z.string().optional(),
      arm: z.string().optional(),
      requestId: z.string().optional(),
    }).nullable(),
    error: JobError.nullable(),
    createdAtMs: TimestampMs,
    startedAtMs: TimestampMs.nullable(),
    endedAtMs: TimestampMs.nullable(),
    expiresAtMs: TimestampMs.nullable().describe('Once it has ended: when it is forgotten'),
  })
  .meta({ id: 'AsyncPrediction' });
export type AsyncPrediction = z.infer<typeof AsyncPrediction>;

const byId = z.object({ predictionId: z.string() });

export const asyncPredictionsApi = {
  list: endpoint({
    id: 'asyncPredictions.list',
    method: 'GET',
    path: '/api/v1/async-predictions',
    summary: 'The last async predictions, newest first, without their results',
    query: z.object({
      endpoint: EndpointName.optional().describe('Only those asked of this endpoint'),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    response: z.object({ items: z.array(AsyncPrediction) }),
    example: {},
  }),
  create: endpoint({
    id: 'asyncPredictions.create',
    method: 'POST',
    path: '/api/v1/async-predictions',
    summary: 'Predict without waiting for the answer',
    description:
      'Answers at once with an id; ask for it until the state is succeeded, failed or cancelled, or have the webhook event async_prediction.finished tell you. What was accepted survives a restart. Results are kept as long as serving.asyncKeepHours says. For tables use batch predictions.',
    body: AsyncPredictionRequest,
    status: 202,
    response: AsyncPrediction,
    errors: [
      'endpoints/not-found',
      'models/not-found',
      'models/version-not-found',
      'models/alias-not-found',
      'models/no-onnx',
      'predictions/busy',
    ],
    maxBodyBytes: 8 * 1024 ** 2,
  }),
  get: endpoint({
    id: 'asyncPredictions.get',
    method: 'GET',
    path: '/api/v1/async-predictions/{predictionId}',
    summary: 'One async prediction with its result',
    params: byId,
    response: AsyncPrediction,
    errors: ['async-predictions/not-found'],
  }),
  cancel: endpoint({
    id: 'asyncPredictions.cancel',
    method: 'POST',
    path: '/api/v1/async-predictions/{predictionId}/cancel',
    summary: 'Give up an async prediction that has not ended',
    params: byId,
    response: AsyncPrediction,
    errors: ['async-predictions/not-found', 'async-predictions/ended'],
  }),
};
