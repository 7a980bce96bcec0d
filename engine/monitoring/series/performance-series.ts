import type { PerformanceSeries } from '../../../local-api/contract/index.ts';
import { learnLosses, lossEstimates } from '../estimation/direct-loss.ts';
import { expectedMetrics, learnCalibration, lossMatrix } from '../sections/estimate.ts';
import { drawWindowMetrics, isHigherBetter, measureWindow, spreadOf } from '../sections/metric-draws.ts';
import { knownRows, pickScored, type ScoredWindow } from '../sections/score-window.ts';
import type { Frame } from '../windows/frame.ts';
import { FEWEST_ROWS } from './column-series.ts';

type Side = { frame: Frame; scored: ScoredWindow };
type Point = { estimate: number; error: number };

const LEAST_TRUTHS = 100;
const BAND = 3;
const shown = { classification: ['auc', 'accuracy', 'f1'], number: ['mae', 'rmse'] } as const;

/**
 * How good a model should be on each part, by CBPE or DLE, and how good it was where true values are known. `parts`: the place of
 * the part of each current row, −1 for none. Bands are three standard errors around the reference at the size of the part. A
 * sentence where it cannot be done.
 */
export async function performanceSeries(
  reference: Side,
  current: Side,
  {
    parts,
    chunks,
    inputs,
    seed,
    signal,
  }: {
    parts: Int32Array;
    chunks: number;
    inputs: readonly string[];
    seed: number;
    signal: AbortSignal;
  },
): Promise<PerformanceSeries[] | string> {
  const truths = knownRows(reference.scored).length;
  if (truths < LEAST_TRUTHS) {
    return `Only ${truths} true values are known in the reference; ${LEAST_TRUTHS} are needed to learn from.`;
  }
  const rowsOf = Array.from({ length: chunks }, (_, chunk) =>
    Int32Array.from(Array.from(parts.keys()).filter((row) => parts[row] === chunk)),
  );
  const points = await estimates(reference, current, rowsOf, { inputs, seed, signal });
  if (points === null) return 'The windows answer different questions.';
  const realised = rowsOf.map((rows) => measureWindow(pickScored(current.scored, rows), FEWEST_ROWS));
  const before = measureWindow(reference.scored, FEWEST_ROWS);
  return shown[reference.scored.task].flatMap((metric): PerformanceSeries[] => {
    const own = points.map((part) => part?.get(metric) ?? null);
    const base = before?.get(metric);
    if (base === undefined || !Number.isFinite(base) || own.every((point) => point === null)) return [];
    const bound = (sign: number) =>
      own.map((point) => (point === null ? null : Math.max(0, base + sign * BAND * point.error)));
    const [low, high] = [bound(-1), bound(1)];
    const outside = own.filter(
      (point, i) => point !== null && (point.estimate < (low[i] ?? 0) || point.estimate > (high[i] ?? 0)),
    );
    return [
      {
        metric,
        higherIsBetter: isHigherBetter(metric),
        method: reference.scored.task === 'number' ? 'dle' : 'cbpe',
        reference: base,
        low,
        high,
        estimates: own.map((point) => point?.estimate ?? null),
        realised: realised.map((values) => {
          const value = values?.get(metric);
          return value === undefined || !Number.isFinite(value) ? null : value;
        }),
        alerts: outside.length,
      },
    ];
  });
}

async function estimates(
  reference: Side,
  current: Side,
  rowsOf: readonly Int32Array[],
  { inputs, seed, signal }: { inputs: readonly string[]; seed: number; signal: AbortSignal },
): Promise<(Map<string, Point> | null)[] | null> {
  const { scored } = current;
  if (reference.scored.task === 'classification' && scored.task === 'classification') {
    const calibrations = learnCalibration(reference.scored, seed);
    const draws = drawWindowMetrics(reference.scored, seed);
    if (draws === null) return null;
    return rowsOf.map((rows) => {
      signal.throwIfAborted();
      if (rows.length < FEWEST_ROWS) return null;
      const part = pickScored(scored, rows);
      if (part.task !== 'classification') return null;
      return new Map(
        Object.entries(expectedMetrics(part, calibrations)).flatMap(([metric, estimate]) => {
          const spread = draws.draws.get(metric);
          if (!Number.isFinite(estimate) || spread === undefined) return [];
          return [[metric, { estimate, error: spreadOf(spread) * Math.sqrt(draws.rows / rows.length) }]];
        }),
      );
    });
  }
  if (reference.scored.task === 'number' && scored.task === 'number') {
    const sides = [
      { frame: reference.frame, scored: reference.scored },
      { frame: current.frame, scored },
    ] as const;
    const { truth, values } = reference.scored;
    const learnt = await learnLosses(lossMatrix(...sides, inputs), truth, values, { seed, signal });
    return rowsOf.map((rows) =>
      rows.length < FEWEST_ROWS
        ? null
        : new Map(lossEstimates(learnt, rows).map(({ metric, ...point }) => [metric, point])),
    );
  }
  return null;
}
