import type { WebhookEvent } from './webhook-events.ts';

/** An address that is told of changes of the registry. The secret that signs what is sent is never given out. */
export type Webhook = {
  id: string;
  name: string;
  description: string;
  url: string;
  events: WebhookEvent[];
  status: 'active' | 'disabled';
  createdAtMs: number;
  updatedAtMs: number;
};

export type WebhookFields = Pick<Webhook, 'name' | 'description' | 'url' | 'events' | 'status'> & {
  secret: string | null;
};

export type WebhookService = {
  /** Newest first, from an offset on. */
  list(page: { offset: number; limit: number }): Promise<Webhook[]>;
  /** Errors: request/invalid. */
  create(fields: WebhookFields): Promise<Webhook>;
  /** Errors: webhooks/not-found. */
  get(id: string): Promise<Webhook>;
  /** What is given changes. Errors: webhooks/not-found, request/invalid. */
  update(id: string, patch: Partial<WebhookFields>): Promise<Webhook>;
  /** Errors: webhooks/not-found. */
  delete(id: string): Promise<void>;
  /** Sends an example and gives what came back. Errors: webhooks/not-found. */
  test(
    id: string,
    event: WebhookEvent | undefined,
  ): Promise<{ status: number; body: string } | { failure: string }>;
  /** Gives up what is on its way. */
  close(): Promise<void>;
};
