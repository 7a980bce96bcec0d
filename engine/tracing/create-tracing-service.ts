import type { Span, Trace } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { list, listMatching, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { assessmentMethods } from './assessments.ts';
import { traceListing } from './trace-listing.ts';
import { createTraceReader, toSpan } from './trace-rows.ts';
import { createTraceWriter } from './trace-writer.ts';
import type { TracingService } from './tracing-service.ts';

/** Rows handled between two turns of the event loop. */
const atOnce = 500;

function notFound(traceId: string): AssayError {
  return new AssayError('traces/not-found', `There is no trace ${traceId}.`);
}

/** Traces over the workspace database. */
export function createTracingService(options: { store: Store; clock: Clock; ids: Ids }): TracingService {
  const { store } = options;
  const { db } = store;
  const load = createTraceReader(store);
  const write = createTraceWriter(store);

  const pkOf = async (traceId: string): Promise<number> => {
    const row = await db.selectFrom('traces').select('pk').where('id', '=', traceId).executeTakeFirst();
    if (row === undefined) throw notFound(traceId);
    return row.pk;
  };
  const get = async (traceId: string): Promise<Trace> => {
    const pk = await pkOf(traceId);
    const trace = (await load([pk])).get(pk);
    if (trace === undefined) throw notFound(traceId);
    return trace;
  };

  return {
    ...assessmentMethods({ ...options, pkOf }),
    get,
    list: (query) => list(db, traceListing, query, { load: (pks) => load(pks) }),
    search: (search) => listMatching(db, traceListing, search, load),

    async putTrace(info) {
      await store.transactionSync(() => write.putTrace(info, 1));
      return get(info.id);
    },
    async logSpans(experimentId, spans) {
      for (let start = 0; start < spans.length; start += atOnce) {
        const some = spans.slice(start, start + atOnce);
        await store.transactionSync(() => write.putSpans(experimentId, some));
      }
    },
    async getMany(traceIds) {
      const rows = await db.selectFrom('traces').select(['pk', 'id']).where('id', 'in', traceIds).execute();
      const traces = await load(rows.map(({ pk }) => pk));
      const byId = new Map([...traces.values()].map((trace) => [trace.id, trace]));
      return traceIds.flatMap((id) => byId.get(id) ?? []);
    },
    async spans(traceId) {
      const pk = await pkOf(traceId);
      const read: { startNs: string; span: Span }[] = [];
      for (let after = ''; ; ) {
        const rows = await db
          .selectFrom('spans')
          .selectAll()
          .where('trace_pk', '=', pk)
          .where('span_id', '>', after)
          .orderBy('span_id')
          .limit(atOnce)
          .execute();
        for (const row of rows) read.push({ startNs: row.start_ns, span: toSpan(row) });
        const last = rows.at(-1);
        if (last === undefined || rows.length < atOnce) break;
        after = last.span_id;
        await new Promise(setImmediate);
      }
      // By the text of fixed length: the sort is stable, so spans that start together stay in the order of their ids.
      read.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
      return read.map(({ span }) => span);
    },
    async setTag(traceId, key, value) {
      const pk = await pkOf(traceId);
      await store.transactionSync(() => write.tag(pk, key, value));
    },
    async deleteTag(traceId, key) {
      const pk = await pkOf(traceId);
      const { numDeletedRows } = await db
        .deleteFrom('trace_tags')
        .where('trace_pk', '=', pk)
        .where('key_id', '=', (of) => of.selectFrom('keys').select('id').where('name', '=', key))
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async linkToRun(traceIds, runId) {
      const pks: number[] = [];
      for (const traceId of traceIds) pks.push(await pkOf(traceId));
      await store.transactionSync(() => {
        for (const pk of pks) write.addRun(pk, runId);
      });
    },
    async delete(experimentId, which) {
      let chosen = db
        .selectFrom('traces')
        .select('pk')
        .where('experiment_id', '=', Number(experimentId))
        .orderBy('request_time_ms')
        .orderBy('pk');
      if ('ids' in which) chosen = chosen.where('id', 'in', which.ids);
      else {
        chosen = chosen.where('request_time_ms', '<=', which.untilMs);
        if (which.most !== undefined) chosen = chosen.limit(which.most);
      }
      const pks = (await chosen.execute()).map(({ pk }) => pk);
      for (let start = 0; start < pks.length; start += atOnce) {
        await db
          .deleteFrom('traces')
          .where('pk', 'in', pks.slice(start, start + atOnce))
          .execute();
      }
      return pks.length;
    },
  };
}
