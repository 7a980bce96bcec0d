import type { Store } from '../../store/index.ts';

/** A request as it was logged, and what is known to be right by row. */
export type LoggedLine = {
  requestId: string;
  atMs: number;
  arm: string;
  model: string;
  version: string;
  milliseconds: number;
  /** JSON of rows or columns; null when it was too large to keep. */
  input: string | null;
  /** JSON of the label or value of each row. */
  answers: string;
  truths: [row: number, value: string | number][];
};

/** Which logged requests; what is left out does not matter. */
export type RequestSelection = {
  endpointId?: number | undefined;
  model?: string | undefined;
  version?: string | undefined;
  arm?: string | undefined;
  /** Inclusive. */
  fromMs?: number | undefined;
  /** Exclusive. */
  toMs?: number | undefined;
  /** Only requests logged before this one. */
  before?: number | undefined;
};

/** Requests read together: an input has up to 64 KB. */
const pageSize = 100;

/** What was logged, the newest first, at most `limit` requests. Cost: two queries for each hundred. */
export async function* requestLines(
  store: Store,
  selection: RequestSelection,
  limit: number,
): AsyncGenerator<LoggedLine> {
  let before = selection.before ?? Number.MAX_SAFE_INTEGER;
  for (let left = limit; left > 0; ) {
    const page = await readPage(store, { ...selection, before }, Math.min(left, pageSize));
    const truths = await truthsOf(
      store,
      page.map(({ id }) => id),
    );
    for (const row of page) {
      yield {
        requestId: row.request_id,
        atMs: row.at_ms,
        arm: row.arm,
        model: row.model,
        version: row.version,
        milliseconds: row.milliseconds,
        input: row.input,
        answers: row.answers,
        truths: truths.get(row.id) ?? [],
      };
    }
    const last = page.at(-1);
    if (last === undefined) return;
    before = last.id;
    left -= page.length;
  }
}

/** How many requests there are, and who answered most of the newest thousand; null when there are none. */
export async function summarise(
  store: Store,
  selection: RequestSelection,
): Promise<{ requests: number; model: string; version: string } | null> {
  const counted = await selected(store, selection)
    .select(({ fn }) => fn.countAll<number>().as('requests'))
    .executeTakeFirstOrThrow();
  if (counted.requests === 0) return null;
  const newest = await selected(store, selection)
    .select(['model', 'version'])
    .orderBy('id', 'desc')
    .limit(1000)
    .execute();
  const counts = new Map<string, { model: string; version: string; count: number }>();
  for (const { model, version } of newest) {
    const key = `${model}/${version}`;
    counts.set(key, { model, version, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  const most = [...counts.values()].reduce((a, b) => (b.count > a.count ? b : a));
  return { requests: counted.requests, model: most.model, version: most.version };
}

function selected({ db }: Store, selection: RequestSelection) {
  const { endpointId, model, version, arm, fromMs, toMs, before } = selection;
  let query = db.selectFrom('endpoint_requests');
  if (endpointId !== undefined) query = query.where('endpoint_id', '=', endpointId);
  if (model !== undefined) query = query.where('model', '=', model);
  if (version !== undefined) query = query.where('version', '=', version);
  if (arm !== undefined) query = query.where('arm', '=', arm);
  if (fromMs !== undefined) query = query.where('at_ms', '>=', fromMs);
  if (toMs !== undefined) query = query.where('at_ms', '<', toMs);
  if (before !== undefined) query = query.where('id', '<', before);
  return query;
}

function readPage(store: Store, selection: RequestSelection, limit: number) {
  return selected(store, selection).selectAll().orderBy('id', 'desc').limit(limit).execute();
}

/** True values by request; outcomes of whole requests have no row. */
async function truthsOf({ db }: Store, ids: readonly number[]): Promise<Map<number, LoggedLine['truths']>> {
  const byRequest = new Map<number, LoggedLine['truths']>();
  if (ids.length === 0) return byRequest;
  const rows = await db
    .selectFrom('endpoint_truths')
    .select(['request_pk', 'row', 'value'])
    .where('request_pk', 'in', [...ids])
    .where('row', '>=', 0)
    .orderBy('row')
    .execute();
  for (const { request_pk: id, row, value } of rows) {
    const known = byRequest.get(id) ?? [];
    known.push([row, JSON.parse(value)]);
    byRequest.set(id, known);
  }
  return byRequest;
}
