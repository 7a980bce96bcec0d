import type { WebhookService } from '../../engine/webhooks/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

/** More than a person sets up. */
const listedAtMost = 1000;

export function webhookRoutes(webhooks: WebhookService): Handlers<typeof api.webhooks> {
  return {
    list: async () => ({ items: await webhooks.list({ offset: 0, limit: listedAtMost }) }),
    create: ({ body }) => webhooks.create(body),
    update: ({ params, body }) => webhooks.update(params.webhookId, body),
    delete: ({ params }) => webhooks.delete(params.webhookId),
    test: async ({ params }) => (await webhooks.test(params.webhookId, undefined)).delivery,
    deliveries: async ({ params }) => ({ items: await webhooks.deliveries(params.webhookId) }),
  };
}
