import { type Kysely, sql } from 'kysely';
import type { Span, SpanOutline } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database } from '../store/index.ts';
import { outlineColumns, toOutline, toSpan } from './trace-rows.ts';
import type { TracingService } from './tracing-service.ts';

/** Rows read between two turns of the event loop. */
const spansAtOnce = 500;
/** Without attributes a row is small. */
const outlinesAtOnce = 2000;

type Read<T> = { spanId: string; startNs: string; value: T };

/** Page after page in the order of the ids; then in the order of the start, ids deciding between equal ones. */
async function inOrderOfStart<T>(
  atOnce: number,
  readPage: (after: string) => Promise<Read<T>[]>,
): Promise<T[]> {
  const read: Read<T>[] = [];
  for (let after = ''; ; ) {
    const page = await readPage(after);
    for (const each of page) read.push(each);
    const last = page.at(-1);
    if (last === undefined || page.length < atOnce) break;
    after = last.spanId;
    await new Promise(setImmediate);
  }
  // Times are texts of fixed length, and the sort is stable.
  read.sort((a, b) => (a.startNs < b.startNs ? -1 : a.startNs > b.startNs ? 1 : 0));
  return read.map(({ value }) => value);
}

/** The part of the tracing service that reads spans. Cost grows with the spans of the one trace. */
export function createSpanReader(options: {
  db: Kysely<Database>;
  pkOf(traceId: string): Promise<number>;
}): Pick<TracingService, 'spans' | 'outline' | 'span'> {
  const { db, pkOf } = options;
  const page = (pk: number, after: string, limit: number) =>
    db
      .selectFrom('spans')
      .where('trace_pk', '=', pk)
      .where('span_id', '>', after)
      .orderBy('span_id')
      .limit(limit);

  return {
    async spans(traceId) {
      const pk = await pkOf(traceId);
      return inOrderOfStart<Span>(spansAtOnce, async (after) => {
        const rows = await page(pk, after, spansAtOnce).selectAll().execute();
        return rows.map((row) => ({ spanId: row.span_id, startNs: row.start_ns, value: toSpan(row) }));
      });
    },
    async outline(traceId) {
      const pk = await pkOf(traceId);
      const statusMessage = sql<string>`coalesce(rest ->> '$.statusMessage', '')`.as('status_message');
      return inOrderOfStart<SpanOutline>(outlinesAtOnce, async (after) => {
        const rows = await page(pk, after, outlinesAtOnce)
          .select([...outlineColumns, statusMessage])
          .execute();
        return rows.map((row) => ({ spanId: row.span_id, startNs: row.start_ns, value: toOutline(row) }));
      });
    },
    async span(traceId, spanId) {
      const pk = await pkOf(traceId);
      const row = await db
        .selectFrom('spans')
        .selectAll()
        .where('trace_pk', '=', pk)
        .where('span_id', '=', spanId)
        .executeTakeFirst();
      if (row !== undefined) return toSpan(row);
      throw new AssayError('traces/span-not-found', `The trace ${traceId} has no span ${spanId}.`);
    },
  };
}
