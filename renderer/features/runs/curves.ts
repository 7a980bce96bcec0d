import type { MetricSeries, RealNumber } from '../../../local-api/contract/index.ts';
import { reader } from '../../charts/curve-groups.ts';

/** What runs along the horizontal axis: the logged step, seconds since the curve began, the time of day, or a metric. */
export type CurveAxis = 'step' | 'relative' | 'wall' | { metric: string };

export type Curve = { x: number[]; y: number[] };

type Along = {
  /** When the run's curve began, of which the part shown may know nothing. */
  originMs?: number | undefined;
  /** The curve of the metric on the axis. */
  other?: MetricSeries | undefined;
};

/**
 * A metric's history along an axis, by ascending x. Values that are no numbers (NaN, infinities) leave a gap: y is NaN.
 * Along another metric each point stands where that metric was at its step, in proportion between two known steps.
 */
export function curveAlong(series: MetricSeries, axis: CurveAxis, { originMs, other }: Along = {}): Curve {
  const x = placesAlong(series, axis, originMs ?? series.timestampsMs[0] ?? 0, other);
  const y = series.values.map(toNumber);
  return isAscending(x) ? { x, y } : inOrder(x, y);
}

/** Where each point of a curve stands on an axis, in the order of its steps. */
export function placesAlong(
  series: MetricSeries,
  axis: CurveAxis,
  originMs: number,
  other?: MetricSeries,
): number[] {
  if (axis === 'step') return series.steps;
  if (axis === 'wall') return series.timestampsMs;
  if (axis === 'relative') return series.timestampsMs.map((timeMs) => (timeMs - originMs) / 1000);
  if (!other) return series.steps.map(() => Number.NaN);
  const read = reader({ x: other.steps, y: other.values.map(toNumber) });
  return series.steps.map(read);
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? value));
}

function inOrder(x: readonly number[], y: readonly number[]): Curve {
  const order = [...x.keys()]
    .filter((index) => Number.isFinite(x[index]))
    .sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0));
  return { x: order.map((index) => x[index] ?? 0), y: order.map((index) => y[index] ?? Number.NaN) };
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
