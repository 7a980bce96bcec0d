import type { Trace } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { count, list, listMatching, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { assessmentMethods } from './assessments.ts';
import { createSpanReader } from './span-reader.ts';
import { traceListing } from './trace-listing.ts';
import { createTraceNews } from './trace-news.ts';
import { createTraceReader } from './trace-rows.ts';
import { createTraceWriter } from './trace-writer.ts';
import type { TracingService } from './tracing-service.ts';

/** Rows handled between two turns of the event loop. */
const atOnce = 250;

function notFound(traceId: string): AssayError {
  return new AssayError('traces/not-found', `There is no trace ${traceId}.`);
}

/** Traces over the workspace database. */
export function createTracingService(options: {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  ids: Ids;
}): TracingService {
  const { store } = options;
  const news = createTraceNews(options.events);
  const { db } = store;
  const load = createTraceReader(store);
  const write = createTraceWriter(store);

  const find = async (traceId: string): Promise<{ pk: number; experiment_id: number }> => {
    const row = await db
      .selectFrom('traces')
      .select(['pk', 'experiment_id'])
      .where('id', '=', traceId)
      .executeTakeFirst();
    if (row === undefined) throw notFound(traceId);
    return row;
  };
  const pkOf = async (traceId: string): Promise<number> => (await find(traceId)).pk;
  /** Does something to a trace and tells of it. */
  const change = async <T>(traceId: string, work: (pk: number) => Promise<T>): Promise<T> => {
    const { pk, experiment_id: experimentId } = await find(traceId);
    const result = await work(pk);
    news.logged(experimentId, traceId);
    return result;
  };
  const removeRows = async (rows: readonly { pk: number; id: string; experiment_id: number }[]) => {
    for (let start = 0; start < rows.length; start += atOnce) {
      const some = rows.slice(start, start + atOnce);
      const pks = some.map(({ pk }) => pk);
      await db.deleteFrom('traces').where('pk', 'in', pks).execute();
      for (const [experimentId, own] of Map.groupBy(some, (row) => row.experiment_id)) {
        news.deleted(
          experimentId,
          own.map(({ id }) => id),
        );
      }
    }
    return rows.length;
  };
  const get = async (traceId: string): Promise<Trace> => {
    const pk = await pkOf(traceId);
    const trace = (await load([pk])).get(pk);
    if (trace === undefined) throw notFound(traceId);
    return trace;
  };

  return {
    ...assessmentMethods({ ...options, change }),
    ...createSpanReader({ db, pkOf }),
    get,
    list: (query) => list(db, traceListing, query, { load: (pks) => load(pks) }),
    count: (filter) => count(db, traceListing, filter),
    search: (search) => listMatching(db, traceListing, search, load),

    async putTrace(info) {
      await store.transactionSync(() => write.putTrace(info, 1));
      news.logged(info.experimentId, info.id);
      return get(info.id);
    },
    async logSpans(experimentId, spans) {
      for (let start = 0; start < spans.length; start += atOnce) {
        const some = spans.slice(start, start + atOnce);
        await store.transactionSync(() => write.putSpans(experimentId, some));
        for (const { traceId } of some) news.logged(experimentId, traceId);
        // Commits that follow one another at once would leave no turn to other requests.
        await new Promise(setImmediate);
      }
    },
    async getMany(traceIds) {
      const rows = await db.selectFrom('traces').select(['pk', 'id']).where('id', 'in', traceIds).execute();
      const traces = await load(rows.map(({ pk }) => pk));
      const byId = new Map([...traces.values()].map((trace) => [trace.id, trace]));
      return traceIds.flatMap((id) => byId.get(id) ?? []);
    },
    setTag: (traceId, key, value) =>
      change(traceId, (pk) => store.transactionSync(() => write.tag(pk, key, value))),
    deleteTag: (traceId, key) => change(traceId, (pk) => store.transactionSync(() => write.untag(pk, key))),
    async updateTags(traceId, set, remove) {
      await change(traceId, (pk) =>
        store.transactionSync(() => {
          for (const [key, value] of Object.entries(set)) write.tag(pk, key, value);
          for (const key of remove) write.untag(pk, key);
        }),
      );
      return get(traceId);
    },
    async linkToRun(traceIds, runId) {
      const found: { pk: number; experiment_id: number; traceId: string }[] = [];
      for (const traceId of traceIds) found.push({ ...(await find(traceId)), traceId });
      await store.transactionSync(() => {
        for (const { pk } of found) write.addRun(pk, runId);
      });
      for (const { experiment_id: experimentId, traceId } of found) news.logged(experimentId, traceId);
    },
    async delete(experimentId, which) {
      let chosen = db
        .selectFrom('traces')
        .select(['pk', 'id', 'experiment_id'])
        .where('experiment_id', '=', Number(experimentId))
        .orderBy('request_time_ms')
        .orderBy('pk');
      if ('ids' in which) chosen = chosen.where('id', 'in', which.ids);
      else {
        chosen = chosen.where('request_time_ms', '<=', which.untilMs);
        if (which.most !== undefined) chosen = chosen.limit(which.most);
      }
      return removeRows(await chosen.execute());
    },
    deleteMany: async (traceIds) =>
      removeRows(
        await db
          .selectFrom('traces')
          .select(['pk', 'id', 'experiment_id'])
          .where('id', 'in', traceIds)
          .execute(),
      ),
    close: () => news.close(),
  };
}
