export { createWebhookService } from './create-webhook-service.ts';
export { type WebhookEvent, webhookEvents } from './webhook-events.ts';
export type { Webhook, WebhookService } from './webhook-service.ts';
