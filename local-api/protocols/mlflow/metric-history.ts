import type { HistoryPoint, TrackingService } from '../../../engine/tracking/index.ts';
import { JsonText, type MlflowEndpoint, rpc } from './endpoint.ts';
import { invalidParameter } from './errors.ts';
import { int64, item, message, repeated, required, text } from './message.ts';
import { offsetOf, pageToken } from './page-token.ts';
import { wireNumber } from './real-number.ts';
import { runIdOf, runRef } from './runs.ts';

const maxBulkRuns = 100;
const maxBulkPoints = 25_000;
const maxSampled = 2500;
/** Points written between two turns of the event loop. */
const atOnce = 20_000;

/** Writes points as JSON, some ten thousand at a time: a history may have a million. */
async function writePoints(
  lists: readonly { runId: string | null; key: string; points: readonly HistoryPoint[] }[],
) {
  const parts: string[] = [];
  for (const { runId, key, points } of lists) {
    const name = JSON.stringify(key);
    const of = runId === null ? '' : `,"run_id":${JSON.stringify(runId)}`;
    for (const [index, { step, timestampMs, value }] of points.entries()) {
      const number = wireNumber(value);
      const shown = typeof number === 'number' ? JSON.stringify(number) : '"NaN"';
      parts.push(`{"key":${name},"value":${shown},"timestamp":${timestampMs},"step":${step}${of}}`);
      if (index % atOnce === atOnce - 1) await new Promise(setImmediate);
    }
  }
  return parts.length === 0 ? [] : [`"metrics":[${parts.join(',')}]`];
}

/** Throws INVALID_PARAMETER_VALUE. */
function checkRuns(runIds: readonly string[], name: string): void {
  if (runIds.length > 0 && runIds.length <= maxBulkRuns) return;
  throw invalidParameter(`'${name}' has to name 1 to ${maxBulkRuns} runs; it names ${runIds.length}.`);
}

/** `metrics/…`: points one by one, of many runs, and thinned out for charts. */
export function metricHistoryEndpoints(tracking: TrackingService): MlflowEndpoint[] {
  const history = message({
    ...runRef,
    metric_key: required(text()),
    max_results: int64(),
    page_token: text(),
  });
  const bulk = message({ run_id: repeated(item()), metric_key: required(text()), max_results: int64() });
  const interval = message({
    run_ids: repeated(item()),
    metric_key: required(text()),
    start_step: int64(),
    end_step: int64(),
    max_results: int64(),
  });

  return [
    rpc('GET', '/mlflow/metrics/get-history', history, async (input) => {
      const limit = input.max_results ?? null;
      if (limit !== null && limit <= 0) {
        throw invalidParameter(`Invalid value ${limit} for parameter 'max_results': it has to be positive.`);
      }
      const offset = offsetOf(input.page_token);
      const key = input.metric_key;
      const { points, nextOffset } = await tracking.metricHistory(runIdOf(input), key, { offset, limit });
      const parts = await writePoints([{ runId: null, key, points }]);
      if (nextOffset !== null) parts.push(`"next_page_token":${JSON.stringify(pageToken(nextOffset))}`);
      return new JsonText(`{${parts.join(',')}}`);
    }),
    rpc(
      'GET',
      '/mlflow/metrics/get-history-bulk',
      bulk,
      async ({ run_id: runIds, metric_key: key, max_results: max = maxBulkPoints }) => {
        checkRuns(runIds, 'run_id');
        const lists: { runId: string; key: string; points: HistoryPoint[] }[] = [];
        let left = Math.min(max, maxBulkPoints);
        for (const runId of runIds.toSorted()) {
          if (left <= 0) break;
          const { points } = await tracking.metricHistory(runId, key, { offset: 0, limit: left });
          left -= points.length;
          lists.push({ runId, key, points });
        }
        return new JsonText(`{${(await writePoints(lists)).join(',')}}`);
      },
      { ajaxOnly: true },
    ),
    rpc(
      'GET',
      '/mlflow/metrics/get-history-bulk-interval',
      interval,
      async ({
        run_ids: runIds,
        metric_key: key,
        start_step: from,
        end_step: to,
        max_results: max = maxSampled,
      }) => {
        checkRuns(runIds, 'run_ids');
        if (max < 1 || max > maxSampled) {
          throw invalidParameter(
            `Invalid value ${max} for parameter 'max_results': it has to be 1 to ${maxSampled}.`,
          );
        }
        if ((from === undefined) !== (to === undefined)) {
          throw invalidParameter('If either start_step or end_step is given, both have to be.');
        }
        if (from !== undefined && to !== undefined && from > to) {
          throw invalidParameter(`end_step (${to}) has to be at least start_step (${from}).`);
        }
        const sampled = await tracking.sampledHistories(runIds, key, {
          maxPoints: max,
          fromStep: from ?? null,
          toStep: to ?? null,
        });
        return new JsonText(`{${(await writePoints(sampled.map((each) => ({ ...each, key })))).join(',')}}`);
      },
    ),
  ];
}
