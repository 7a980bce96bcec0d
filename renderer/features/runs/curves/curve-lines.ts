import type { MetricSeries } from '../../../../local-api/contract/index.ts';
import { groupCurve, type Spread } from '../../../charts/curve-groups.ts';
import type { LineSeries } from '../../../charts/LineChart.tsx';
import type { Range } from '../../../charts/scale.ts';
import { type Smoothing, smooth } from '../../../charts/smoothing.ts';
import { type Curve, type CurveAxis, curveAlong, placesAlong } from '../curves.ts';

export type CurvesRun = { id: string; label: string; colour: number | string };

/** Runs that are drawn as one mean with a band. */
export type CurvesGroup = { id: string; label: string; colour: number | string; runIds: readonly string[] };

/** Curves by run and key. */
export type SeriesIndex = ReadonlyMap<string, MetricSeries>;

export function indexSeries(series: readonly MetricSeries[]): SeriesIndex {
  return new Map(series.map((one) => [indexKey(one.runId, one.key), one]));
}

function indexKey(runId: string, key: string): string {
  return `${runId} ${key}`;
}

type Reading = {
  /** What is drawn: all of the history, or the stretch shown at full resolution. */
  shown: SeriesIndex;
  /** All of the history, which says when a curve began. */
  whole: SeriesIndex;
  axis: CurveAxis;
};

/** The curve of a run along the axis; null when it has none. */
export function readCurve({ shown, whole, axis }: Reading, runId: string, key: string): Curve | null {
  const at = indexKey(runId, key);
  const series = shown.get(at);
  if (!series || series.values.length === 0) return null;
  const originMs = whole.get(at)?.timestampsMs[0];
  const other = typeof axis === 'string' ? undefined : whole.get(indexKey(runId, axis.metric));
  const curve = curveAlong(series, axis, { originMs, other });
  return curve.x.length === 0 ? null : curve;
}

/** Runs as they are, one line each; of a single run one line a key. */
export function runLines(
  reading: Reading,
  runs: readonly CurvesRun[],
  keys: readonly string[],
  smoothing: Smoothing,
): LineSeries[] {
  const isOne = runs.length === 1;
  return runs.flatMap((run) =>
    keys.flatMap((key, index) => {
      const curve = readCurve(reading, run.id, key);
      if (!curve) return [];
      const look = isOne
        ? { id: key, label: key, colour: index }
        : { id: run.id, label: run.label, colour: run.colour };
      return [{ ...look, ...smoothed(curve, smoothing) }];
    }),
  );
}

/** Groups of runs, a mean with its band each. */
export function groupLines(
  reading: Reading,
  groups: readonly CurvesGroup[],
  key: string,
  { smoothing, band, isLogX }: { smoothing: Smoothing; band: Spread | 'none'; isLogX: boolean },
): LineSeries[] {
  return groups.flatMap((group) => {
    const curves = group.runIds.flatMap((runId) => readCurve(reading, runId, key) ?? []);
    if (curves.length === 0) return [];
    const { x, mean, low, high } = groupCurve(curves, band === 'none' ? 'std' : band, isLogX);
    const plain = (values: number[]) => smooth(x, values, smoothing).map((value) => value ?? Number.NaN);
    return [
      {
        id: group.id,
        label: group.label,
        colour: group.colour,
        x,
        y: plain(mean),
        ...(band === 'none' ? {} : { band: { low: plain(low), high: plain(high) } }),
        note: curves.length === 1 ? '1 run' : `mean of ${curves.length} runs`,
      },
    ];
  });
}

function smoothed(curve: Curve, smoothing: Smoothing): Pick<LineSeries, 'x' | 'y' | 'raw'> {
  if (smoothing.amount <= 0 || curve.x.length < 3) return curve;
  return { x: curve.x, y: smooth(curve.x, curve.y, smoothing), raw: curve };
}

/**
 * The steps that a stretch of the axis covers, with one point of room on each side; null when no curve reaches into it.
 */
export function stepsWithin(
  { whole, axis }: Pick<Reading, 'whole' | 'axis'>,
  runIds: readonly string[],
  keys: readonly string[],
  zoom: Range,
): { fromStep: number; toStep: number } | null {
  if (axis === 'step') return { fromStep: Math.floor(zoom.min) - 1, toStep: Math.ceil(zoom.max) + 1 };
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const runId of runIds) {
    for (const key of keys) {
      const series = whole.get(indexKey(runId, key));
      if (!series) continue;
      const other = typeof axis === 'string' ? undefined : whole.get(indexKey(runId, axis.metric));
      const places = placesAlong(series, axis, series.timestampsMs[0] ?? 0, other);
      series.steps.forEach((step, index) => {
        const at = places[index] ?? Number.NaN;
        if (!(at >= zoom.min && at <= zoom.max)) return;
        from = Math.min(from, series.steps[index - 1] ?? step);
        to = Math.max(to, series.steps[index + 1] ?? step);
      });
    }
  }
  return from <= to ? { fromStep: from, toStep: to } : null;
}
