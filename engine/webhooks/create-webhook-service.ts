import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { AssayError, messageOf } from '../errors.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import { checkUrl } from './addresses.ts';
import { deliver } from './deliver.ts';
import { exampleOf, type Told, toldOf, type WebhookEvent, webhookEvents } from './webhook-events.ts';
import type { Webhook, WebhookFields, WebhookService } from './webhook-service.ts';

type Row = Selectable<Database['webhooks']>;

/** Deliveries on their way at once; more than these wait for their turn. */
const maxAtOnce = 8;
/** What a receiver that does not answer may leave behind; the oldest are kept, and what is dropped is logged. */
const maxWaiting = 10_000;

function eventsOf(row: Row): WebhookEvent[] {
  const stored: unknown = JSON.parse(row.events);
  const names = Array.isArray(stored) ? stored : [];
  return webhookEvents.filter((event) => names.includes(event));
}

function toWebhook(row: Row): Webhook {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    events: eventsOf(row),
    status: row.status,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

function columnsOf({ events, ...fields }: Partial<WebhookFields>) {
  return { ...fields, ...(events === undefined ? {} : { events: JSON.stringify(events) }) };
}

/**
 * Webhooks of the model registry. Deliveries never hold up the change they tell of; what is on its way when the engine
 * stops is lost, as it is in MLflow. Each is logged when it fails for good.
 */
export function createWebhookService(options: {
  store: Store;
  models: Pick<ModelRegistry, 'onChange'>;
  clock: Clock;
  logger: Logger;
  /** Whether http and addresses of this machine and network are fine, as they are in tests. */
  allowLocal: () => boolean;
  retryPauseMs?: number;
}): WebhookService {
  const { store, clock, logger, allowLocal } = options;
  const { db } = store;
  const stopped = new AbortController();
  const waiting: { row: Row; told: Told }[] = [];
  const sending = new Set<Promise<void>>();

  const find = async (id: string): Promise<Row> => {
    const row = await db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new AssayError('webhooks/not-found', `There is no webhook ${id}.`);
    return row;
  };
  const send = (row: Row, told: Told) =>
    deliver(row, told, {
      clock,
      allowLocal: allowLocal(),
      signal: stopped.signal,
      ...(options.retryPauseMs === undefined ? {} : { retryPauseMs: options.retryPauseMs }),
    });

  const sendNext = (): void => {
    const next = waiting.shift();
    if (next === undefined) return;
    const { row, told } = next;
    const fields = { webhookId: row.id, event: told.event };
    const done = send(row, told)
      .then(
        ({ status }) => {
          if (status >= 400) logger.warn({ ...fields, status }, `the webhook ${row.name} was refused`);
        },
        (thrown: unknown) => {
          if (stopped.signal.aborted) return;
          logger.warn(
            { ...fields, error: messageOf(thrown) },
            `the webhook ${row.name} could not be delivered`,
          );
        },
      )
      .finally(() => {
        sending.delete(done);
        sendNext();
      });
    sending.add(done);
  };

  const tell = async (told: Told): Promise<void> => {
    const rows = await db.selectFrom('webhooks').selectAll().where('status', '=', 'active').execute();
    for (const row of rows) {
      if (!eventsOf(row).includes(told.event)) continue;
      if (waiting.length >= maxWaiting) {
        logger.warn({ webhookId: row.id, event: told.event }, 'too many webhooks wait: this one is dropped');
        continue;
      }
      waiting.push({ row, told });
      if (sending.size < maxAtOnce) sendNext();
    }
  };
  options.models.onChange((change) => {
    const told = toldOf(change);
    if (told === null || stopped.signal.aborted) return;
    tell(told).catch((thrown: unknown) => {
      if (!stopped.signal.aborted) logger.error({ error: messageOf(thrown) }, 'webhooks could not be read');
    });
  });

  return {
    async list({ offset, limit }) {
      const rows = await db
        .selectFrom('webhooks')
        .selectAll()
        .orderBy('created_at_ms', 'desc')
        .orderBy('pk', 'desc')
        .limit(limit)
        .offset(offset)
        .execute();
      return rows.map(toWebhook);
    },
    async create(fields) {
      checkUrl(fields.url, { allowLocal: allowLocal() });
      const nowMs = clock.nowMs();
      const id = randomUUID();
      const { events, ...columns } = fields;
      await db
        .insertInto('webhooks')
        .values({
          ...columns,
          id,
          events: JSON.stringify(events),
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
        })
        .execute();
      return toWebhook(await find(id));
    },
    get: async (id) => toWebhook(await find(id)),
    async update(id, patch) {
      await find(id);
      if (patch.url !== undefined) checkUrl(patch.url, { allowLocal: allowLocal() });
      await db
        .updateTable('webhooks')
        .set({ ...columnsOf(patch), updated_at_ms: clock.nowMs() })
        .where('id', '=', id)
        .execute();
      return toWebhook(await find(id));
    },
    async delete(id) {
      await find(id);
      await db.deleteFrom('webhooks').where('id', '=', id).execute();
    },
    async test(id, event) {
      const row = await find(id);
      try {
        return await send(row, exampleOf(event ?? eventsOf(row)[0] ?? 'registered_model.created'));
      } catch (thrown) {
        return { failure: messageOf(thrown) };
      }
    },
    async close() {
      stopped.abort(new Error('the engine stops'));
      waiting.length = 0;
      await Promise.all(sending);
    },
  };
}
