import type { Store } from '../store/index.ts';
import type { PointRow } from './down-sample.ts';

/** Points that a summary stands for: its lowest and its highest are kept. */
const chunkPoints = 128;
/** Points kept of all curves together: about 20 MB, and enough for twelve curves of a million points. */
const mostKept = 200_000;
/** Rows read between two turns of the event loop: about 5 ms. */
const rowsAtOnce = 20_000;

export const beforeAll: PointRow = [
  -Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
  Number.NEGATIVE_INFINITY,
  -1,
];

/** A curve whose points came in the order of their steps; `latestStep` is the greatest so far. */
export type OrderedCurve = { runId: string; runPk: number; keyId: number; latestStep: number };

type Summary = { kept: PointRow[]; after: PointRow; work: Promise<unknown> };

/**
 * Long curves that are looked at again and again, as those of a running script are, without reading them again and again:
 * of every 128 points the lowest and the highest are remembered, and a look reads only what came since.
 *
 * Only for curves whose points came in order: then those before the greatest step can never change. All others are read anew.
 */
export function createCurveSummaries({ sqlite }: Pick<Store, 'sqlite'>) {
  const summaries = new Map<string, Summary>();
  const rowsAfter = sqlite
    .prepare<[number, number, number, number, number, number, number], PointRow>(
      `SELECT step, timestamp_ms, value, is_nan FROM metric_points
       WHERE run_pk = ? AND key_id = ? AND (step, timestamp_ms, value, is_nan) > (?, ?, ?, ?)
       ORDER BY step, timestamp_ms, value, is_nan LIMIT ?`,
    )
    .raw();
  const isThere = sqlite.prepare<[number, number, number, number, number, number], { found: 1 }>(
    `SELECT 1 AS found FROM metric_points
     WHERE run_pk = ? AND key_id = ? AND step = ? AND timestamp_ms = ? AND value = ? AND is_nan = ?`,
  );

  /** The summary so far; an empty one when there is none, or when the run was removed meanwhile and came again. */
  const summaryOf = (name: string, { runPk, keyId }: OrderedCurve): Summary => {
    const known = summaries.get(name);
    const isSound =
      known?.kept.length === 0 || (known && isThere.get(runPk, keyId, ...known.after) !== undefined);
    const summary = (isSound ? known : undefined) ?? { kept: [], after: beforeAll, work: Promise.resolve() };
    // The order of the map is the order of use.
    summaries.delete(name);
    summaries.set(name, summary);
    return summary;
  };
  const makeRoom = (): void => {
    let kept = 0;
    for (const summary of summaries.values()) kept += summary.kept.length;
    for (const [name, summary] of summaries) {
      if (kept <= mostKept) return;
      summaries.delete(name);
      kept -= summary.kept.length;
    }
  };

  const extend = async (
    summary: Summary,
    { runPk, keyId, latestStep }: OrderedCurve,
  ): Promise<PointRow[]> => {
    let rows: PointRow[] = [];
    for (;;) {
      const last = rows.at(-1) ?? summary.after;
      const read = rowsAfter.all(runPk, keyId, ...last, rowsAtOnce);
      for (const row of read) rows.push(row);
      let summed = 0;
      for (
        let end = chunkPoints;
        end <= rows.length && (rows[end - 1] as PointRow)[0] < latestStep;
        end += chunkPoints
      ) {
        summary.kept.push(...extremesOf(rows, summed, end, summary.kept.length === 0));
        summary.after = rows[end - 1] as PointRow;
        summed = end;
      }
      rows = rows.slice(summed);
      if (read.length < rowsAtOnce) return [...summary.kept, ...rows];
      await new Promise(setImmediate);
    }
  };

  return {
    /**
     * Points that stand for the whole curve, in their order: the first and the last one, every local extreme, and all of the
     * newest. Cost: what came since the last look; the whole curve at the first one.
     */
    async candidates(curve: OrderedCurve): Promise<PointRow[]> {
      const name = `${curve.runId}/${curve.keyId}`;
      const summary = summaryOf(name, curve);
      const work = summary.work.then(() => extend(summary, curve));
      summary.work = work.catch(() => undefined);
      const points = await work;
      makeRoom();
      return points;
    },
    /** Whether a curve of so many points is thinned out to `maxPoints` as finely from its summary as from all its points. */
    isFineEnough: (points: number, maxPoints: number): boolean => (2 * points) / chunkPoints >= maxPoints,
  };
}

/**
 * The lowest and the highest of the rows from `start` to before `end`, in their order, or a NaN where there is nothing else;
 * the very first row of a curve too.
 */
function extremesOf(rows: readonly PointRow[], start: number, end: number, isFirst: boolean): PointRow[] {
  let low = -1;
  let high = -1;
  for (let at = start; at < end; at += 1) {
    const [, , value, isNan] = rows[at] as PointRow;
    if (isNan === 1) continue;
    if (low < 0 || value < (rows[low] as PointRow)[2]) low = at;
    if (high < 0 || value > (rows[high] as PointRow)[2]) high = at;
  }
  const found = low < 0 ? [start] : [Math.min(low, high), Math.max(low, high)];
  const places = new Set(isFirst ? [start, ...found] : found);
  return [...places].map((at) => rows[at] as PointRow);
}
