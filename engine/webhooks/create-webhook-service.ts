import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import { type Webhook, type WebhookDelivery, WebhookEvent } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { ModelRegistry } from '../models/index.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { Database, Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import { checkUrl } from './addresses.ts';
import { deliver } from './deliver.ts';
import { secretName } from './plain-secrets.ts';
import { exampleOf, type Told, toldOf } from './webhook-events.ts';
import type { WebhookPatch, WebhookService } from './webhook-service.ts';

type Row = Selectable<Database['webhooks']>;

/** Deliveries on their way at once; more than these wait for their turn. */
const maxAtOnce = 8;
/** What a receiver that does not answer may leave behind; the oldest are kept, and what is dropped is logged. */
const maxWaiting = 10_000;
/** Deliveries remembered of each webhook. */
const keptDeliveries = 50;

function eventsOf(row: Row): WebhookEvent[] {
  const stored: unknown = JSON.parse(row.events);
  const names = Array.isArray(stored) ? stored : [];
  return WebhookEvent.options.filter((event) => names.includes(event));
}

function toWebhook(row: Row, signed: boolean): Webhook {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    events: eventsOf(row),
    status: row.status,
    signed,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** The columns that a patch changes; the secret is kept elsewhere. */
function columnsOf({ events, secret: _secret, ...fields }: WebhookPatch) {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...given, ...(events === undefined ? {} : { events: JSON.stringify(events) }) };
}

/**
 * Webhooks of the model registry. Deliveries never hold up the change they tell of; what is on its way when the engine
 * stops is lost, as it is in MLflow. Each is logged when it fails for good.
 */
export function createWebhookService(options: {
  store: Store;
  secrets: SecretStore;
  models: Pick<ModelRegistry, 'onChange'>;
  clock: Clock;
  logger: Logger;
  /** Whether http and addresses of this machine and network are fine, as they are in tests. */
  allowLocal: () => boolean;
  retryPauseMs?: number;
}): WebhookService {
  const { store, secrets, clock, logger, allowLocal } = options;
  const { db } = store;
  const stopped = new AbortController();
  const waiting: { row: Row; told: Told }[] = [];
  const sending = new Set<Promise<void>>();

  const find = async (id: string): Promise<Row> => {
    const row = await db.selectFrom('webhooks').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new AssayError('webhooks/not-found', `There is no webhook ${id}.`);
    return row;
  };
  const isSigned = async (id: string) => (await secrets.names(secretName(id))).includes(secretName(id));
  const read = async (id: string) => toWebhook(await find(id), await isSigned(id));
  const keepSecret = (id: string, secret: string | null) =>
    secret === null ? secrets.delete(secretName(id)) : secrets.set(secretName(id), secret);

  /** Never throws for what the other side does; what came of it is remembered. */
  const send = async (row: Row, told: Told): Promise<{ delivery: WebhookDelivery; body: string }> => {
    const atMs = clock.nowMs();
    const done = (status: number | null, failure: string | null, body: string) => ({
      delivery: { event: told.event, atMs, durationMs: clock.nowMs() - atMs, status, failure },
      body,
    });
    const result = await secrets
      .get(secretName(row.id))
      .then((secret) =>
        deliver({ url: row.url, secret }, told, {
          clock,
          allowLocal: allowLocal(),
          signal: stopped.signal,
          ...(options.retryPauseMs === undefined ? {} : { retryPauseMs: options.retryPauseMs }),
        }),
      )
      .then(
        ({ status, body }) => done(status, null, body),
        (thrown: unknown) => done(null, messageOf(thrown), ''),
      );
    if (!stopped.signal.aborted) await remember(row.id, result.delivery);
    return result;
  };
  const remember = async (id: string, { atMs, durationMs, ...what }: WebhookDelivery): Promise<void> => {
    try {
      await db
        .insertInto('webhook_deliveries')
        .values({ webhook_id: id, at_ms: atMs, duration_ms: durationMs, ...what })
        .execute();
      const newest = db
        .selectFrom('webhook_deliveries')
        .select('pk')
        .where('webhook_id', '=', id)
        .orderBy('pk', 'desc')
        .limit(keptDeliveries);
      await db
        .deleteFrom('webhook_deliveries')
        .where('webhook_id', '=', id)
        .where('pk', 'not in', newest)
        .execute();
    } catch (thrown) {
      // Deleted meanwhile, most likely.
      logger.debug({ webhookId: id, error: messageOf(thrown) }, 'a delivery was not remembered');
    }
  };

  const sendNext = (): void => {
    const next = waiting.shift();
    if (next === undefined) return;
    const { row, told } = next;
    const fields = { webhookId: row.id, event: told.event };
    const done = send(row, told)
      .then(({ delivery: { status, failure } }) => {
        if (stopped.signal.aborted) return;
        if (failure !== null) {
          logger.warn({ ...fields, error: failure }, `the webhook ${row.name} could not be delivered`);
        } else if (status !== null && status >= 400) {
          logger.warn({ ...fields, status }, `the webhook ${row.name} was refused`);
        }
      })
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
  const tellSoon = (told: Told): void => {
    if (stopped.signal.aborted) return;
    tell(told).catch((thrown: unknown) => {
      if (!stopped.signal.aborted) logger.error({ error: messageOf(thrown) }, 'webhooks could not be read');
    });
  };
  options.models.onChange((change) => {
    const told = toldOf(change);
    if (told !== null) tellSoon(told);
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
      const sealed = new Set(await secrets.names(secretName('')));
      return rows.map((row) => toWebhook(row, sealed.has(secretName(row.id))));
    },
    async create(fields) {
      checkUrl(fields.url, { allowLocal: allowLocal() });
      const nowMs = clock.nowMs();
      const id = randomUUID();
      const { events, secret, ...columns } = fields;
      if (secret !== null) await keepSecret(id, secret);
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
      return read(id);
    },
    get: read,
    async update(id, patch) {
      await find(id);
      if (patch.url !== undefined) checkUrl(patch.url, { allowLocal: allowLocal() });
      await db
        .updateTable('webhooks')
        .set({ ...columnsOf(patch), updated_at_ms: clock.nowMs() })
        .where('id', '=', id)
        .execute();
      if (patch.secret !== undefined) await keepSecret(id, patch.secret);
      return read(id);
    },
    async delete(id) {
      await find(id);
      await db.deleteFrom('webhooks').where('id', '=', id).execute();
      await secrets.delete(secretName(id));
    },
    async test(id, event) {
      const row = await find(id);
      return send(row, exampleOf(event ?? eventsOf(row)[0] ?? 'registered_model.created'));
    },
    tell: (event, data) => tellSoon({ event, data }),
    async deliveries(id) {
      await find(id);
      const rows = await db
        .selectFrom('webhook_deliveries')
        .selectAll()
        .where('webhook_id', '=', id)
        .orderBy('pk', 'desc')
        .limit(keptDeliveries)
        .execute();
      return rows.map((row) => ({
        event: row.event,
        atMs: row.at_ms,
        durationMs: row.duration_ms,
        status: row.status,
        failure: row.failure,
      }));
    },
    async close() {
      stopped.abort(new Error('the engine stops'));
      waiting.length = 0;
      await Promise.all(sending);
    },
  };
}
