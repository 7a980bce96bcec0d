import type { MetricSeries, RealNumber } from '../../../local-api/contract/index.ts';

/** What runs along the horizontal axis: the logged step, seconds since the curve began, or the time of day. */
export type CurveAxis = 'step' | 'relative' | 'wall';

export type Curve = { x: number[]; y: number[] };

/** A metric's history along an axis. Values that are no numbers (NaN, infinities) leave a gap: y is NaN. */
export function curveAlong(series: MetricSeries, axis: CurveAxis): Curve {
  const originMs = series.timestampsMs[0] ?? 0;
  const x = series.values.map((_, index) => {
    const timeMs = series.timestampsMs[index] ?? originMs;
    if (axis === 'step') return series.steps[index] ?? index;
    return axis === 'wall' ? timeMs : (timeMs - originMs) / 1000;
  });
  return { x, y: series.values.map(toNumber) };
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

const part = '(?:train|training|val|valid|validation|test)';
const leading = new RegExp(`^${part}[._/-]`, 'i');
const trailing = new RegExp(`[._/-]${part}$`, 'i');

/** Puts `train_loss` and `validation_loss` into one picture: groups keys by what remains without the part's name. */
export function groupCurves(keys: readonly string[]): { title: string; keys: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const key of keys) {
    const title = key.replace(leading, '').replace(trailing, '');
    groups.set(title, [...(groups.get(title) ?? []), key]);
  }
  return [...groups].map(([title, members]) => ({ title, keys: members }));
}
