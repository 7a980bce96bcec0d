import type { MetricSeries } from '../../local-api/contract/index.ts';
import type { Store } from '../store/index.ts';
import { createCurveSummaries } from './curve-summaries.ts';
import { createDownSampler, type PointRow } from './down-sample.ts';
import { fromStored } from './real-number.ts';
import { runNotFound } from './run-rows.ts';
import type { TrackingService } from './tracking-service.ts';

/** Points read between two turns of the event loop: about 5 ms. */
const chunkSize = 20_000;
/** Short curves are many; others get their turn after this long. */
const turnMs = 8;

const smallest = -Number.MAX_SAFE_INTEGER;
const greatest = Number.MAX_SAFE_INTEGER;

/**
 * Reads curves. A curve is one range of the primary key (run, key, step, …): nothing is sorted, and what is not asked for
 * is not read. Long curves are read in chunks with a turn of the event loop between them and thinned out on the way; what a
 * second look needs of them is remembered.
 */
export function createSeriesReader({ sqlite }: Pick<Store, 'sqlite'>): TrackingService['series'] {
  const pkOf = sqlite.prepare<[string], { pk: number }>('SELECT pk FROM runs WHERE id = ?');
  const keyOf = sqlite.prepare<[string], { id: number }>('SELECT id FROM keys WHERE name = ?');
  const latestOf = sqlite.prepare<[number, number], { points: number; step: number; inOrder: 0 | 1 }>(
    'SELECT points, step, in_time_order AS inOrder FROM metric_latest WHERE run_pk = ? AND key_id = ?',
  );
  const summaries = createCurveSummaries({ sqlite });
  const countBetween = sqlite.prepare<[number, number, number, number], { count: number }>(
    'SELECT count(*) AS count FROM metric_points WHERE run_pk = ? AND key_id = ? AND step BETWEEN ? AND ?',
  );
  const chunk = sqlite
    .prepare<[number, number, number, number, number, number, number, number], PointRow>(
      `SELECT step, timestamp_ms, value, is_nan FROM metric_points
       WHERE run_pk = ? AND key_id = ? AND (step, timestamp_ms, value, is_nan) > (?, ?, ?, ?) AND step <= ?
       ORDER BY step, timestamp_ms, value, is_nan LIMIT ?`,
    )
    .raw();

  const readCurve = async (
    runPk: number,
    keyId: number,
    steps: { from: number; to: number },
    count: number,
    maxPoints: number,
  ): Promise<PointRow[]> => {
    const sampler = createDownSampler(count, maxPoints);
    let after: PointRow = [steps.from, smallest, Number.NEGATIVE_INFINITY, -1];
    for (let left = count; left > 0; ) {
      const rows = chunk.all(runPk, keyId, ...after, steps.to, Math.min(left, chunkSize));
      for (const row of rows) sampler.add(row);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last;
      left -= rows.length;
      if (left > 0) await new Promise(setImmediate);
    }
    return sampler.points();
  };

  return async ({ runIds, keys, maxPoints, fromStep, toStep }) => {
    const runs = [...new Set(runIds)].map((runId) => ({ runId, pk: pkOf.get(runId)?.pk }));
    const unknown = runs.filter((run) => run.pk === undefined).map((run) => run.runId);
    if (unknown.length > 0) throw runNotFound(unknown);
    const known = [...new Set(keys)].map((key) => ({ key, id: keyOf.get(key)?.id }));
    const steps = { from: fromStep ?? smallest, to: toStep ?? greatest };
    const isWhole = fromStep === undefined && toStep === undefined;

    const series: MetricSeries[] = [];
    let turnStarted = performance.now();
    for (const { runId, pk } of runs) {
      for (const { key, id } of known) {
        if (pk === undefined || id === undefined) continue;
        const latest = latestOf.get(pk, id);
        if (latest === undefined) continue;
        const { points: total, step: latestStep, inOrder } = latest;
        const count = isWhole ? total : (countBetween.get(pk, id, steps.from, steps.to)?.count ?? 0);
        const points =
          isWhole && inOrder === 1 && summaries.isFineEnough(total, maxPoints)
            ? thinned(await summaries.candidates({ runId, runPk: pk, keyId: id, latestStep }), maxPoints)
            : await readCurve(pk, id, steps, count, maxPoints);
        series.push({
          runId,
          key,
          steps: points.map((point) => point[0]),
          timestampsMs: points.map((point) => point[1]),
          values: points.map((point) => fromStored(point[2], point[3])),
          total,
        });
        if (performance.now() - turnStarted > turnMs) {
          await new Promise(setImmediate);
          turnStarted = performance.now();
        }
      }
    }
    return series;
  };
}

function thinned(points: readonly PointRow[], maxPoints: number): PointRow[] {
  const sampler = createDownSampler(points.length, maxPoints);
  for (const point of points) sampler.add(point);
  return sampler.points();
}
