import { z } from 'zod';
import { TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';

/**
 * What a webhook can ask to be told of: changes of the registry in the words of MLflow, predictions that have ended, and
 * alerts of monitors.
 */
export const WebhookEvent = z.enum([
  'registered_model.created',
  'model_version.created',
  'model_version_tag.set',
  'model_version_tag.deleted',
  'model_version_alias.created',
  'model_version_alias.deleted',
  'prompt.created',
  'prompt_version.created',
  'prompt_tag.set',
  'prompt_tag.deleted',
  'prompt_version_tag.set',
  'prompt_version_tag.deleted',
  'prompt_alias.created',
  'prompt_alias.deleted',
  'batch_prediction.finished',
  'async_prediction.finished',
  'monitor_alert.fired',
  'monitor_alert.resolved',
]);
export type WebhookEvent = z.infer<typeof WebhookEvent>;

/** An address that is told of changes of the registry. */
export const Webhook = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    url: z.string(),
    events: z.array(WebhookEvent),
    status: z.enum(['active', 'disabled']),
    signed: z.boolean().describe('Whether a secret signs what is sent; the secret itself is never given out'),
    createdAtMs: TimestampMs,
    updatedAtMs: TimestampMs,
  })
  .meta({ id: 'Webhook' });
export type Webhook = z.infer<typeof Webhook>;

export const WebhookDelivery = z.object({
  event: z.string(),
  atMs: TimestampMs,
  durationMs: z.int(),
  status: z.int().nullable().describe('HTTP status of the answer; null where there was none'),
  failure: z.string().nullable(),
});
export type WebhookDelivery = z.infer<typeof WebhookDelivery>;

const name = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
    '1 to 63 letters, digits, dots, underscores and hyphens, beginning and ending with a letter or digit',
  );
const fields = {
  name,
  url: z.string().min(1).max(2000),
  events: z.array(WebhookEvent).min(1),
  description: z.string().max(5000),
  status: z.enum(['active', 'disabled']),
  secret: z
    .string()
    .min(1)
    .max(1000)
    .nullable()
    .describe('Signs what is sent (HMAC-SHA256); null: not signed'),
};
const byId = z.object({ webhookId: z.string() });

export const webhooksApi = {
  list: endpoint({
    id: 'webhooks.list',
    method: 'GET',
    path: '/api/v1/webhooks',
    summary: 'Webhooks, newest first',
    response: z.object({ items: z.array(Webhook) }),
    example: {},
  }),
  create: endpoint({
    id: 'webhooks.create',
    method: 'POST',
    path: '/api/v1/webhooks',
    summary: 'Tell an address of changes of the model registry',
    body: z.object({
      ...fields,
      description: fields.description.default(''),
      status: fields.status.default('active'),
      secret: fields.secret.default(null),
    }),
    status: 201,
    response: Webhook,
  }),
  update: endpoint({
    id: 'webhooks.update',
    method: 'PATCH',
    path: '/api/v1/webhooks/{webhookId}',
    summary: 'Change a webhook',
    params: byId,
    body: z.object(fields).partial(),
    response: Webhook,
    errors: ['webhooks/not-found'],
  }),
  delete: endpoint({
    id: 'webhooks.delete',
    method: 'DELETE',
    path: '/api/v1/webhooks/{webhookId}',
    summary: 'Delete a webhook with its secret',
    params: byId,
    status: 204,
    response: 'none',
    errors: ['webhooks/not-found'],
  }),
  test: endpoint({
    id: 'webhooks.test',
    method: 'POST',
    path: '/api/v1/webhooks/{webhookId}/test',
    summary: 'Send an example now',
    params: byId,
    response: WebhookDelivery,
    errors: ['webhooks/not-found'],
    timeoutMs: 180_000,
  }),
  deliveries: endpoint({
    id: 'webhooks.deliveries',
    method: 'GET',
    path: '/api/v1/webhooks/{webhookId}/deliveries',
    summary: 'The last 50 deliveries, newest first',
    params: byId,
    response: z.object({ items: z.array(WebhookDelivery) }),
    errors: ['webhooks/not-found'],
  }),
};
