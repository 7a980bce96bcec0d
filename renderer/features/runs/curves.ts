import type { MetricSeries, RealNumber } from '../../../local-api/contract/index.ts';

/** What runs along the horizontal axis: the logged step, seconds since the curve began, or the time of day. */
export type CurveAxis = 'step' | 'relative' | 'wall';

export type CurvePoint = { x: number; y: number };

/** Points of a metric's history along an axis. Values without a place on it (NaN, infinities) leave a gap: y is NaN. */
export function curvePoints(series: MetricSeries, axis: CurveAxis): CurvePoint[] {
  const originMs = series.timestampsMs[0] ?? 0;
  return series.values.map((value, index) => {
    const timeMs = series.timestampsMs[index] ?? originMs;
    const step = series.steps[index] ?? index;
    const x = axis === 'step' ? step : axis === 'wall' ? timeMs : (timeMs - originMs) / 1000;
    return { x, y: toNumber(value) };
  });
}

/** A value as a plottable number; what JSON has no number for becomes NaN. */
export function toNumber(value: RealNumber): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** Metrics logged once are facts, not curves: they are shown as numbers. */
export function curveKeys(metrics: Record<string, { count: number }>): string[] {
  return Object.entries(metrics)
    .filter(([, summary]) => summary.count > 1)
    .map(([key]) => key)
    .sort((a, b) => a.localeCompare(b));
}

/** Puts `train_loss` and `validation_loss` side by side: groups keys by what remains without the part's name. */
export function groupCurves(keys: readonly string[]): { title: string; keys: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const title = key
      .replace(/^(train|training|val|valid|validation|test)[._/-]/i, '')
      .replace(/[._/-](train|training|val|valid|validation|test)$/i, '');
    groups.set(title, [...(groups.get(title) ?? []), key]);
  }
  return [...groups].map(([title, members]) => ({ title, keys: members }));
}
