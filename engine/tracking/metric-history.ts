import type { RealNumber } from '../../local-api/contract/index.ts';
import type { Store } from '../store/index.ts';
import { fromStored } from './real-number.ts';
import { runNotFound } from './run-rows.ts';

/** One point as it was logged. */
export type HistoryPoint = { step: number; timestampMs: number; value: RealNumber };

export type MetricHistory = {
  /**
   * Points of one metric by time, step and value, `limit` of them from `offset` on; none for what is not known. Where time
   * rises with the steps, as it nearly always does, a page is a range of the primary key; otherwise the whole history is sorted.
   */
  metricHistory(
    runId: string,
    key: string,
    page: { offset: number; limit: number | null },
  ): Promise<{ points: HistoryPoint[]; nextOffset: number | null }>;
  /**
   * At most `maxPoints` points a run, evenly over those within the steps, in the order of step, time and value; the first and
   * the last are among them, and the last alone when it is 1. Errors: runs/not-found with all that are not there.
   */
  sampledHistories(
    runIds: readonly string[],
    key: string,
    sample: { maxPoints: number; fromStep: number | null; toStep: number | null },
  ): Promise<{ runId: string; points: HistoryPoint[] }[]>;
};

/** step, timestamp, value, is_nan: the primary key within one run and metric. */
type PointRow = [number, number, number, 0 | 1];

/** Points read between two turns of the event loop: about 5 ms. */
const chunkSize = 20_000;
/** Others get their turn after this long. */
const turnMs = 8;
const smallest = -Number.MAX_SAFE_INTEGER;
const start: [number, number, number, number] = [smallest, smallest, Number.NEGATIVE_INFINITY, -1];

function byTime(a: PointRow, b: PointRow): number {
  return a[1] - b[1] || a[0] - b[0] || a[2] - b[2] || a[3] - b[3];
}

function toPoint([step, timestampMs, value, isNan]: PointRow): HistoryPoint {
  return { step, timestampMs, value: fromStored(value, isNan) };
}

/** The part of the tracking service that reads points one by one: see `MetricHistory`. */
export function metricHistoryMethods({ sqlite }: Pick<Store, 'sqlite'>): MetricHistory {
  const seriesOf = sqlite.prepare<
    [string, string],
    { runPk: number; keyId: number; points: number; inOrder: 0 | 1 }
  >(
    `SELECT latest.run_pk AS runPk, latest.key_id AS keyId, latest.points, latest.in_time_order AS inOrder
     FROM runs JOIN keys ON keys.name = ? JOIN metric_latest AS latest ON latest.run_pk = runs.pk AND latest.key_id = keys.id
     WHERE runs.id = ?`,
  );
  const isRun = sqlite.prepare<[string], { pk: number }>('SELECT pk FROM runs WHERE id = ?');
  const rowsAfter = sqlite
    .prepare<[number, number, number, number, number, number, number, number], PointRow>(
      `SELECT step, timestamp_ms, value, is_nan FROM metric_points
       WHERE run_pk = ? AND key_id = ? AND (step, timestamp_ms, value, is_nan) > (?, ?, ?, ?) AND step <= ?
       ORDER BY step, timestamp_ms, value, is_nan LIMIT ?`,
    )
    .raw();
  // Rows that are passed over stay within SQLite, which takes a tenth of the time of reading them.
  const rowAfter = sqlite
    .prepare<[number, number, number, number, number, number, number, number], PointRow>(
      `SELECT step, timestamp_ms, value, is_nan FROM metric_points
       WHERE run_pk = ? AND key_id = ? AND (step, timestamp_ms, value, is_nan) > (?, ?, ?, ?) AND step <= ?
       ORDER BY step, timestamp_ms, value, is_nan LIMIT 1 OFFSET ?`,
    )
    .raw();
  const rowsFrom = sqlite
    .prepare<[number, number, number, number], PointRow>(
      `SELECT step, timestamp_ms, value, is_nan FROM metric_points WHERE run_pk = ? AND key_id = ?
       ORDER BY step, timestamp_ms, value, is_nan LIMIT ? OFFSET ?`,
    )
    .raw();
  const countBetween = sqlite.prepare<[number, number, number, number], { count: number }>(
    'SELECT count(*) AS count FROM metric_points WHERE run_pk = ? AND key_id = ? AND step BETWEEN ? AND ?',
  );

  /** Gives chunks of rows in the order of the primary key, with a turn of the event loop between them. */
  async function* chunks(
    runPk: number,
    keyId: number,
    steps: { from: number; to: number },
  ): AsyncGenerator<PointRow[]> {
    let after: readonly [number, number, number, number] = [steps.from, start[1], start[2], start[3]];
    for (;;) {
      const rows = rowsAfter.all(runPk, keyId, ...after, steps.to, chunkSize);
      yield rows;
      const last = rows.at(-1);
      if (last === undefined || rows.length < chunkSize) return;
      after = last;
      await new Promise(setImmediate);
    }
  }

  const all = async (runPk: number, keyId: number): Promise<PointRow[]> => {
    const rows: PointRow[] = [];
    for await (const chunk of chunks(runPk, keyId, { from: smallest, to: -smallest })) {
      for (const row of chunk) rows.push(row);
    }
    return rows;
  };

  return {
    async metricHistory(runId, key, { offset, limit }) {
      const series = seriesOf.get(key, runId);
      if (series === undefined) return { points: [], nextOffset: null };
      const { runPk, keyId, points: total } = series;
      const end = limit === null ? total : Math.min(total, offset + limit);
      const nextOffset = end < total ? end : null;
      if (series.inOrder === 1 && end - offset <= 2 * chunkSize) {
        const rows = rowsFrom.all(runPk, keyId, Math.max(0, end - offset), offset);
        return { points: rows.map(toPoint), nextOffset };
      }
      const rows = await all(runPk, keyId);
      if (series.inOrder === 0) rows.sort(byTime);
      return { points: rows.slice(offset, end).map(toPoint), nextOffset };
    },

    async sampledHistories(runIds, key, { maxPoints, fromStep, toStep }) {
      const unknown = runIds.filter((runId) => isRun.get(runId) === undefined);
      if (unknown.length > 0) throw runNotFound(unknown);
      const steps = { from: fromStep ?? smallest, to: toStep ?? -smallest };
      const sampled: { runId: string; points: HistoryPoint[] }[] = [];
      let turnStarted = performance.now();
      for (const runId of runIds) {
        const series = seriesOf.get(key, runId);
        if (series === undefined) continue;
        const { runPk, keyId } = series;
        const isWhole = fromStep === null && toStep === null;
        const count = isWhole
          ? series.points
          : (countBetween.get(runPk, keyId, steps.from, steps.to)?.count ?? 0);
        const wanted = sampleIndexes(count, maxPoints);
        const points: HistoryPoint[] = [];
        let after: readonly [number, number, number, number] = [steps.from, start[1], start[2], start[3]];
        for (const [nth, index] of wanted.entries()) {
          const passed = index - (wanted[nth - 1] ?? -1) - 1;
          const row = rowAfter.get(runPk, keyId, ...after, steps.to, passed);
          if (row === undefined) break;
          points.push(toPoint(row));
          after = row;
          if (performance.now() - turnStarted < turnMs) continue;
          await new Promise(setImmediate);
          turnStarted = performance.now();
        }
        sampled.push({ runId, points });
      }
      return sampled;
    },
  };
}

/**
 * Which of `count` rows stand for all: the first of each of `buckets` parts as even as SQL's NTILE makes them, and the last row,
 * in place of the last of those when there would be one too many. This is what MLflow's server picks.
 */
export function sampleIndexes(count: number, buckets: number): number[] {
  const parts = Math.min(count, buckets);
  const size = Math.floor(count / parts);
  const larger = count - size * parts;
  const indexes = Array.from({ length: parts }, (_, part) => part * size + Math.min(part, larger));
  if (count > 0 && indexes.at(-1) !== count - 1) {
    if (indexes.length >= buckets) indexes.pop();
    indexes.push(count - 1);
  }
  return indexes;
}
