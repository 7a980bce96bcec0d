import type { Webhook, WebhookDelivery, WebhookEvent } from '../../local-api/contract/index.ts';

export type WebhookFields = Pick<Webhook, 'name' | 'description' | 'url' | 'events' | 'status'> & {
  secret: string | null;
};
/** What is undefined stays as it is. */
export type WebhookPatch = { [K in keyof WebhookFields]?: WebhookFields[K] | undefined };

export type WebhookService = {
  /** Newest first, from an offset on. */
  list(page: { offset: number; limit: number }): Promise<Webhook[]>;
  /** Errors: request/invalid. */
  create(fields: WebhookFields): Promise<Webhook>;
  /** Errors: webhooks/not-found. */
  get(id: string): Promise<Webhook>;
  /** What is given changes; a secret of null is taken away. Errors: webhooks/not-found, request/invalid. */
  update(id: string, patch: WebhookPatch): Promise<Webhook>;
  /** With its secret. Errors: webhooks/not-found. */
  delete(id: string): Promise<void>;
  /** Sends an example and gives what came back, with the beginning of the answer. Errors: webhooks/not-found. */
  test(id: string, event: WebhookEvent | undefined): Promise<{ delivery: WebhookDelivery; body: string }>;
  /** Sends an event to every webhook that asks for it; returns at once. */
  tell(event: WebhookEvent, data: Record<string, unknown>): void;
  /** The last 50, newest first. Errors: webhooks/not-found. */
  deliveries(id: string): Promise<WebhookDelivery[]>;
  /** Gives up what is on its way. */
  close(): Promise<void>;
};
