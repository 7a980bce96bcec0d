import { sql } from 'kysely';
import type {
  EndpointPredictRequest,
  EndpointPredictResponse,
  LoggedRequest,
  Page,
  RequestLogSettings,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import { positionOf } from './choose-arm.ts';
import { maxAnswers, redactedInput } from './redact.ts';

/** Requests are written together, this long after the first. */
const flushMs = 250;
/** What may wait for the database; beyond it requests are answered but not logged. */
const maxWaiting = 5000;
/** Old requests are removed now and then, not at each write. */
const pruneMs = 60_000;

type Line = {
  endpointId: number;
  requestId: string;
  atMs: number;
  arm: string;
  model: string;
  version: string;
  rows: number;
  milliseconds: number;
  input: string | null;
  answers: string;
};

export type RequestQuery = {
  arm?: string | undefined;
  version?: string | undefined;
  limit: number;
  cursor?: string | undefined;
};

export type RequestLog = {
  /** Takes a request into the sample or not, by its id. Returns at once; what it keeps is redacted before it waits. */
  add(
    endpoint: { id: number; name: string; log: RequestLogSettings },
    request: EndpointPredictRequest,
    answer: EndpointPredictResponse,
  ): void;
  list(endpointId: number, query: RequestQuery): Promise<Page<LoggedRequest>>;
  /** Writes what is waiting. */
  flush(): Promise<void>;
  close(): Promise<void>;
};

/**
 * The sampled requests of all endpoints. A line is lost when the engine dies within a quarter of a second of the answer; a
 * request id that comes again keeps its first line.
 */
export function createRequestLog(options: { store: Store; clock: Clock; logger: Logger }): RequestLog {
  const { store, clock, logger } = options;
  const { db } = store;
  const insert = store.sqlite.prepare<Line>(
    `INSERT INTO endpoint_requests
       (endpoint_id, request_id, at_ms, arm, model, version, rows, milliseconds, input, answers)
     SELECT id, @requestId, @atMs, @arm, @model, @version, @rows, @milliseconds, @input, @answers
       FROM serving_endpoints WHERE id = @endpointId
     ON CONFLICT (endpoint_id, request_id) DO NOTHING`,
  );
  const pruneByAge = store.sqlite.prepare<[number, number]>(
    'DELETE FROM endpoint_requests WHERE endpoint_id = ? AND at_ms < ?',
  );
  const pruneByCount = store.sqlite.prepare<[number, number, number]>(
    `DELETE FROM endpoint_requests WHERE endpoint_id = ? AND id <=
       (SELECT id FROM endpoint_requests WHERE endpoint_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  );
  const prunedAtMs = new Map<number, number>();
  const limits = new Map<number, RequestLogSettings>();
  let waiting: Line[] = [];
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();

  const prune = (endpointId: number): void => {
    const log = limits.get(endpointId);
    const nowMs = clock.nowMs();
    if (log === undefined || nowMs - (prunedAtMs.get(endpointId) ?? 0) < pruneMs) return;
    prunedAtMs.set(endpointId, nowMs);
    pruneByAge.run(endpointId, nowMs - log.keepDays * 86_400_000);
    pruneByCount.run(endpointId, endpointId, log.keepRequests);
  };
  const write = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    if (lines.length === 0) return;
    try {
      await store.transactionSync(() => {
        for (const line of lines) insert.run(line);
        for (const id of new Set(lines.map(({ endpointId }) => endpointId))) prune(id);
      });
    } catch (thrown) {
      logger.warn({ error: messageOf(thrown), lines: lines.length }, 'logged requests were not kept');
    }
  };
  const flush = (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(write);
    return writing;
  };

  return {
    add({ id, name, log }, request, answer) {
      // Another salt than that of the arms: otherwise a sample of 10 % would be all of one arm.
      if (positionOf(`${name}/log`, answer.requestId) >= log.sampleRate || waiting.length >= maxWaiting)
        return;
      limits.set(id, log);
      waiting.push({
        endpointId: id,
        requestId: answer.requestId,
        atMs: clock.nowMs(),
        arm: answer.arm,
        model: answer.model,
        version: answer.version,
        rows: answer.rows,
        milliseconds: answer.milliseconds,
        input: redactedInput(request, log.redact, name),
        answers: JSON.stringify((answer.label ?? answer.value ?? []).slice(0, maxAnswers)),
      });
      timer ??= setTimeout(() => void flush(), flushMs);
      timer.unref();
    },

    async list(endpointId, { arm, version, limit, cursor }) {
      await flush();
      let query = db
        .selectFrom('endpoint_requests')
        .selectAll()
        .select(
          sql<number>`(SELECT count(*) FROM endpoint_truths WHERE request_pk = endpoint_requests.id AND row >= 0)`.as(
            'truths',
          ),
        )
        .where('endpoint_id', '=', endpointId)
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (arm !== undefined) query = query.where('arm', '=', arm);
      if (version !== undefined) query = query.where('version', '=', version);
      if (cursor !== undefined) query = query.where('id', '<', readCursor(cursor));
      const rows = await query.execute();
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: shown.map((row) => ({
          requestId: row.request_id,
          atMs: row.at_ms,
          arm: row.arm,
          model: row.model,
          version: row.version,
          rows: row.rows,
          milliseconds: row.milliseconds,
          input: row.input === null ? null : JSON.parse(row.input),
          answers: JSON.parse(row.answers),
          truths: Number(row.truths),
        })),
        nextCursor: rows.length > limit && last !== undefined ? String(last.id) : null,
      };
    },

    flush,
    close: flush,
  };
}

function readCursor(cursor: string): number {
  const id = Number(cursor);
  if (Number.isSafeInteger(id) && id > 0) return id;
  throw new AssayError('request/bad-cursor', 'The cursor is not one that this list gave.');
}
