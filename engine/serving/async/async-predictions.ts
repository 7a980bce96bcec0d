import type { Selectable } from 'kysely';
import {
  AsyncPrediction,
  AsyncPredictionRequest,
  type WebhookEvent,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Clock, Ids, Logger } from '../../system/index.ts';
import type { EndpointService } from '../endpoints/endpoint-service.ts';
import type { ServingService } from '../serving-service.ts';

type Row = Selectable<Database['async_predictions']>;

/** Predictions that are accepted now and answered later. `async-predictions/not-found` for an id that is unknown or forgotten. */
export type AsyncPredictions = {
  /** Errors: `endpoints/not-found`, `models/*`, `predictions/busy` when too many wait. */
  submit(request: AsyncPredictionRequest): Promise<AsyncPrediction>;
  get(id: string): Promise<AsyncPrediction>;
  /** Newest first, without results; of one endpoint where it is named. */
  list(query: { limit: number; endpoint?: string | undefined }): Promise<AsyncPrediction[]>;
  /** Errors: `async-predictions/ended`. */
  cancel(id: string): Promise<AsyncPrediction>;
  /** Goes on with what an engine before had accepted. */
  start(): Promise<void>;
  close(): Promise<void>;
};

/** The models answer other requests too. */
const atOnce = 2;
const busyPauseMs = 500;
const pruneEveryMs = 10 * 60_000;
const hourMs = 3_600_000;

/**
 * A queue in the workspace database, worked off in the order of asking. An engine that is killed asks the model again for what
 * had not ended.
 */
export function createAsyncPredictions(options: {
  store: Store;
  serving: Pick<ServingService, 'predict' | 'describe'>;
  endpoints: Pick<EndpointService, 'predict' | 'get'>;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  settings: { current(): { serving: { maxQueue: number; asyncKeepHours: number } } };
  /** Tells those who asked to be told. */
  tell(event: WebhookEvent, data: Record<string, unknown>): void;
}): AsyncPredictions {
  const { serving, endpoints, clock, ids, logger, settings } = options;
  const { db } = options.store;
  const running = new Map<string, AbortController>();
  const working = new Set<Promise<void>>();
  let isOpen = false;
  let pauseTimer: NodeJS.Timeout | undefined;
  let pruneTimer: NodeJS.Timeout | undefined;

  const find = async (id: string): Promise<Row> => {
    const row = await db.selectFrom('async_predictions').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined)
      throw new AssayError('async-predictions/not-found', `There is no async prediction ${id}.`);
    return row;
  };
  const shown = (row: Row): AsyncPrediction => ({
    id: row.id,
    endpoint: row.endpoint,
    model: row.model,
    state: row.state,
    result: AsyncPrediction.shape.result.parse(row.result === null ? null : JSON.parse(row.result)),
    error: AsyncPrediction.shape.error.parse(row.error === null ? null : JSON.parse(row.error)),
    createdAtMs: row.created_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    expiresAtMs:
      row.ended_at_ms === null ? null : row.ended_at_ms + settings.current().serving.asyncKeepHours * hourMs,
  });

  /** Writes an end down unless it has ended otherwise meanwhile. */
  const end = async (id: string, values: Pick<Row, 'state'> & Partial<Pick<Row, 'result' | 'error'>>) => {
    const ended = await db
      .updateTable('async_predictions')
      .set({ ...values, request: null, ended_at_ms: clock.nowMs() })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'running'])
      .returning(['endpoint', 'model'])
      .executeTakeFirst();
    if (ended === undefined) return;
    const { endpoint, model } = ended;
    options.tell('async_prediction.finished', { id, state: values.state, endpoint, model });
  };

  const ask = async (row: Row, signal: AbortSignal): Promise<unknown> => {
    const request = AsyncPredictionRequest.parse(JSON.parse(row.request ?? 'null'));
    const { rows, columns } = request;
    const asked = rows === undefined ? { columns } : { rows };
    if (request.endpoint !== undefined)
      return endpoints.predict(request.endpoint, asked, {
        requestId: row.id,
        header: () => undefined,
        signal,
      });
    return serving.predict({ ...asked, model: request.model ?? '' }, signal);
  };

  const answer = async (row: Row): Promise<void> => {
    const control = new AbortController();
    running.set(row.id, control);
    try {
      const result = await ask(row, control.signal);
      await end(row.id, { state: 'succeeded', result: JSON.stringify(result) });
    } catch (thrown) {
      if (control.signal.aborted) return;
      if (thrown instanceof AssayError && thrown.code === 'predictions/busy') {
        await db
          .updateTable('async_predictions')
          .set({ state: 'queued' })
          .where('id', '=', row.id)
          .where('state', '=', 'running')
          .execute();
        pauseTimer ??= setTimeout(() => {
          pauseTimer = undefined;
          fill();
        }, busyPauseMs).unref();
        return;
      }
      await end(row.id, { state: 'failed', error: JSON.stringify(failureOf(thrown)) });
    } finally {
      running.delete(row.id);
    }
  };

  /** One worker: takes what is next until there is nothing. */
  const work = async (): Promise<void> => {
    while (isOpen && pauseTimer === undefined) {
      const row = await db
        .updateTable('async_predictions')
        .set({ state: 'running', started_at_ms: clock.nowMs() })
        .where('pk', '=', (eb) =>
          eb
            .selectFrom('async_predictions')
            .select('pk')
            .where('state', '=', 'queued')
            .orderBy('pk')
            .limit(1),
        )
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return;
      await answer(row);
    }
  };
  const fill = (): void => {
    while (isOpen && working.size < atOnce) {
      const worker: Promise<void> = work()
        .catch((thrown: unknown) => {
          logger.error({ error: messageOf(thrown) }, 'async predictions could not be worked off');
        })
        .finally(() => working.delete(worker));
      working.add(worker);
    }
  };
  const prune = async (): Promise<void> => {
    const until = clock.nowMs() - settings.current().serving.asyncKeepHours * hourMs;
    await db.deleteFrom('async_predictions').where('ended_at_ms', '<=', until).execute();
  };

  return {
    async submit(request) {
      if (request.endpoint !== undefined) await endpoints.get(request.endpoint);
      else await serving.describe(request.model ?? '');
      const { waiting } = await db
        .selectFrom('async_predictions')
        .select(({ fn }) => fn.countAll<number>().as('waiting'))
        .where('state', '=', 'queued')
        .executeTakeFirstOrThrow();
      if (waiting >= settings.current().serving.maxQueue)
        throw new AssayError('predictions/busy', `${waiting} async predictions are waiting already`);
      const row = await db
        .insertInto('async_predictions')
        .values({
          id: ids.id('asy'),
          endpoint: request.endpoint ?? null,
          model: request.model ?? null,
          state: 'queued',
          request: JSON.stringify(request),
          created_at_ms: clock.nowMs(),
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      fill();
      return shown(row);
    },

    get: async (id) => shown(await find(id)),

    async list({ limit, endpoint }) {
      const rows = await db
        .selectFrom('async_predictions')
        .$if(endpoint !== undefined, (all) => all.where('endpoint', '=', endpoint ?? ''))
        .select(['pk', 'id', 'endpoint', 'model', 'state', 'error'])
        .select(['created_at_ms', 'started_at_ms', 'ended_at_ms'])
        .orderBy('pk', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => shown({ ...row, request: null, result: null }));
    },

    async cancel(id) {
      const { state } = await find(id);
      if (state !== 'queued' && state !== 'running')
        throw new AssayError('async-predictions/ended', `The async prediction ${id} has ended: ${state}.`);
      await end(id, { state: 'cancelled' });
      running.get(id)?.abort();
      return shown(await find(id));
    },

    async start() {
      isOpen = true;
      await db
        .updateTable('async_predictions')
        .set({ state: 'queued' })
        .where('state', '=', 'running')
        .execute();
      await prune();
      pruneTimer = setInterval(() => {
        prune().catch((thrown: unknown) => {
          logger.warn({ error: messageOf(thrown) }, 'old async predictions could not be removed');
        });
      }, pruneEveryMs).unref();
      fill();
    },

    async close() {
      isOpen = false;
      clearInterval(pruneTimer);
      clearTimeout(pauseTimer);
      // Asked again by the next engine.
      for (const control of running.values()) control.abort();
      await Promise.all(working);
    },
  };
}

function failureOf(thrown: unknown): AsyncPrediction['error'] {
  if (!(thrown instanceof AssayError)) return { code: 'internal', message: messageOf(thrown), hint: '' };
  const { code, message, hint, problems } = thrown;
  return { code, message, hint, ...(problems === undefined ? {} : { problems: [...problems] }) };
}
