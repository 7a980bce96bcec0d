import type { MetricPoint } from '../../local-api/contract/index.ts';
import { systemClock } from '../system/index.ts';
import type { FitProgress } from './trainers/trainer.ts';

/** A point of a curve, in the process that trains. */
export type LivePoint = Required<Omit<MetricPoint, 'value'>> & { value: number };

const SEND_MS = 250;

/** Gathers the points of a fit's curves and hands them on a few times a second. */
export function liveMetrics(send: (points: LivePoint[]) => void) {
  let points: LivePoint[] = [];
  let sentAt = performance.now();
  const flush = (): void => {
    if (points.length > 0) send(points);
    points = [];
    sentAt = performance.now();
  };
  return {
    flush,
    add({ step, metrics }: FitProgress): void {
      const timestampMs = systemClock.nowMs();
      for (const [key, value] of Object.entries(metrics)) {
        if (Number.isFinite(value)) points.push({ key, value, step, timestampMs });
      }
      if (performance.now() - sentAt > SEND_MS) flush();
    },
  };
}
