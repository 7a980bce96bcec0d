export { createWebhookService } from './create-webhook-service.ts';
export { sealPlainSecrets } from './plain-secrets.ts';
export type { WebhookService } from './webhook-service.ts';
