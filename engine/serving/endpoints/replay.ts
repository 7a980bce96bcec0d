import { setTimeout as pause } from 'node:timers/promises';
import type { PredictResponse, ReplayReport, ReplayRequest } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import type { ServingService } from '../serving-service.ts';
import { difference } from './check-route.ts';
import { armsOf } from './choose-arm.ts';
import type { Entry } from './endpoint-book.ts';
import { createReplayTally, type ReplayedRow } from './replay-tally.ts';

/** Requests read together: an input has up to 64 KB. */
const pageSize = 100;
const busyPauseMs = 100;

type Input = {
  rows?: Record<string, string | number | boolean | null>[];
  columns?: Record<string, (string | number | boolean | null)[]>;
  redacted?: string[];
};
type Logged = Awaited<ReturnType<typeof readPage>>[number];

/**
 * Asks a version what an endpoint was asked, the newest requests first, and compares its answers with those logged. One request
 * after the other, so that live ones go first.
 *
 * Errors: `endpoints/bad-route` when the version answers another question than the endpoint; `models/*-not-found`; the reason
 * of `signal`. Cost: a prediction for each request.
 */
export async function replayRequests(
  services: { store: Store; serving: Pick<ServingService, 'describe' | 'predict'> },
  entry: Entry,
  request: ReplayRequest,
  signal?: AbortSignal,
): Promise<ReplayReport> {
  const { store, serving } = services;
  const asked = await serving.describe(request.ref);
  const [arm] = armsOf(entry.settings.route);
  const fault = arm === undefined ? null : difference(await serving.describe(arm.ref), asked);
  if (fault !== null)
    throw new AssayError('endpoints/bad-route', `/ref: ${fault.message}`, {
      problems: [{ path: '/ref', ...fault }],
    });
  const { model, version, signature } = asked;
  const inputs = new Set(signature.inputs.map(({ name }) => name));
  const tally = createReplayTally(signature.classes !== null);
  const skipped = { redacted: 0, notKept: 0, refused: 0 };
  let requests = 0;

  const replay = async (logged: Logged): Promise<void> => {
    if (logged.input === null) {
      skipped.notKept += 1;
      return;
    }
    // Written by us.
    const { redacted = [], ...rows }: Input = JSON.parse(logged.input);
    if (redacted.some((column) => inputs.has(column))) {
      skipped.redacted += 1;
      return;
    }
    try {
      const answer = await askPatiently(serving, { ...rows, model: `${model}/${version}` }, signal);
      requests += 1;
      tally.addTime(logged.milliseconds, answer.milliseconds);
      for (const row of await comparedRows(store, logged, answer)) tally.addRow(row);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (!(thrown instanceof AssayError)) throw thrown;
      skipped.refused += 1;
    }
  };

  let before = Number.MAX_SAFE_INTEGER;
  for (let left = request.limit; left > 0; ) {
    const page = await readPage(store, entry.id, request, before, Math.min(left, pageSize));
    for (const logged of page) {
      signal?.throwIfAborted();
      await replay(logged);
    }
    const last = page.at(-1);
    if (last === undefined) break;
    before = last.id;
    left -= page.length;
  }
  return { endpoint: entry.name, model, version, requests, skipped, ...tally.read() };
}

function readPage(
  { db }: Store,
  endpointId: number,
  { arm, version, sinceMs }: ReplayRequest,
  before: number,
  limit: number,
) {
  let query = db
    .selectFrom('endpoint_requests')
    .selectAll()
    .where('endpoint_id', '=', endpointId)
    .where('id', '<', before)
    .orderBy('id', 'desc')
    .limit(limit);
  if (arm !== undefined) query = query.where('arm', '=', arm);
  if (version !== undefined) query = query.where('version', '=', version);
  if (sinceMs !== undefined) query = query.where('at_ms', '>=', sinceMs);
  return query.execute();
}

/** Waits while live requests take all there is. */
async function askPatiently(
  serving: Pick<ServingService, 'predict'>,
  request: Parameters<ServingService['predict']>[0],
  signal: AbortSignal | undefined,
): Promise<PredictResponse> {
  for (;;) {
    try {
      return await serving.predict(request, signal);
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || thrown.code !== 'predictions/busy') throw thrown;
      await pause(busyPauseMs, undefined, signal === undefined ? {} : { signal });
    }
  }
}

async function comparedRows({ db }: Store, logged: Logged, answer: PredictResponse): Promise<ReplayedRow[]> {
  const known = await db
    .selectFrom('endpoint_truths')
    .select(['row', 'value'])
    .where('request_pk', '=', logged.id)
    .execute();
  const truths = new Map<number, string | number>(known.map(({ row, value }) => [row, JSON.parse(value)]));
  const answersBefore: (string | number | null)[] = JSON.parse(logged.answers);
  const answersAfter = answer.label ?? answer.value ?? [];
  return answersBefore.flatMap((was, row) => {
    const after = answersAfter[row];
    // JSON has no word for a value that is not a number.
    const before = was ?? Number.NaN;
    if (after === undefined || typeof before !== typeof after) return [];
    const { request_id: requestId, at_ms: atMs, arm, version: versionBefore } = logged;
    return [{ requestId, atMs, row, arm, versionBefore, before, after, truth: truths.get(row) ?? null }];
  });
}
