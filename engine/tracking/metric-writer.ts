import type { MetricPoint } from '../../local-api/contract/index.ts';
import type { Store } from '../store/index.ts';
import type { KeyIds } from './key-ids.ts';
import { toStored } from './real-number.ts';

export type RunRef = { pk: number; experimentId: number };

/** What the new points of one key in one batch come to. */
type Summary = {
  value: number;
  isNan: 0 | 1;
  step: number;
  timestampMs: number;
  min: number | null;
  max: number | null;
  points: number;
  /** The smallest of both, which may be of two points. */
  firstStep: number;
  firstMs: number;
  inTimeOrder: boolean;
};

const latestColumns =
  'run_pk, key_id, experiment_id, value, is_nan, step, timestamp_ms, min_value, max_value, points, in_time_order';

/*
 * The latest point is the one with the greatest (step, timestamp, value), in that order, as MLflow has it; a NaN counts
 * as the 0 that is stored for it. Points are in the order of time as long as no step and no time of a batch (the last two values) is
 * before those of the latest point so far.
 */
const upsertLatest = `
  INSERT INTO metric_latest (${latestColumns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (run_pk, key_id) DO UPDATE SET
    in_time_order = in_time_order AND excluded.in_time_order AND ? >= step AND ? >= timestamp_ms,
    points = points + excluded.points,
    min_value = CASE WHEN min_value IS NULL OR excluded.min_value < min_value THEN excluded.min_value ELSE min_value END,
    max_value = CASE WHEN max_value IS NULL OR excluded.max_value > max_value THEN excluded.max_value ELSE max_value END,
    (value, is_nan, step, timestamp_ms) = (
      SELECT excluded.value, excluded.is_nan, excluded.step, excluded.timestamp_ms
      WHERE (excluded.step, excluded.timestamp_ms, excluded.value) > (step, timestamp_ms, value)
      UNION ALL SELECT value, is_nan, step, timestamp_ms LIMIT 1)`;

function isLater(point: Summary, than: Summary): boolean {
  if (point.step !== than.step) return point.step > than.step;
  if (point.timestampMs !== than.timestampMs) return point.timestampMs > than.timestampMs;
  return point.value > than.value;
}

function merge(into: Summary, point: Summary): void {
  if (point.step < into.step || point.timestampMs < into.timestampMs) into.inTimeOrder = false;
  into.firstStep = Math.min(into.firstStep, point.step);
  into.firstMs = Math.min(into.firstMs, point.timestampMs);
  if (isLater(point, into)) {
    into.value = point.value;
    into.isNan = point.isNan;
    into.step = point.step;
    into.timestampMs = point.timestampMs;
  }
  if (point.min !== null) into.min = into.min === null ? point.min : Math.min(into.min, point.min);
  if (point.max !== null) into.max = into.max === null ? point.max : Math.max(into.max, point.max);
  into.points += 1;
}

/**
 * Writes metric points and keeps the summary of each key with them. Points that are there already change nothing.
 * Cost grows with the batch alone: one insert a point, one upsert a key; the history is never read.
 */
export function createMetricWriter({ sqlite }: Pick<Store, 'sqlite'>, keyIds: KeyIds) {
  const insertPoint = sqlite.prepare<[number, number, number, number, number, number]>(
    'INSERT INTO metric_points (run_pk, key_id, step, timestamp_ms, value, is_nan) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const upsert = sqlite.prepare(upsertLatest);

  /** To be called in a transaction. Gives the keys that got new points. */
  return (run: RunRef, points: readonly MetricPoint[], nowMs: number): string[] => {
    const summaries = new Map<string, Summary>();
    for (const { key, value: real, step, timestampMs = nowMs } of points) {
      const { value, isNan } = toStored(real);
      const { changes } = insertPoint.run(run.pk, keyIds.id(key), step, timestampMs, value, isNan);
      if (changes === 0) continue;
      const bound = isNan === 1 ? null : value;
      const point: Summary = {
        value,
        isNan,
        step,
        timestampMs,
        min: bound,
        max: bound,
        points: 1,
        firstStep: step,
        firstMs: timestampMs,
        inTimeOrder: true,
      };
      const summary = summaries.get(key);
      if (summary === undefined) summaries.set(key, point);
      else merge(summary, point);
    }
    for (const [key, s] of summaries) {
      const { pk, experimentId } = run;
      upsert.run(
        pk,
        keyIds.id(key),
        experimentId,
        s.value,
        s.isNan,
        s.step,
        s.timestampMs,
        s.min,
        s.max,
        s.points,
        s.inTimeOrder ? 1 : 0,
        s.firstStep,
        s.firstMs,
      );
    }
    return [...summaries.keys()];
  };
}
