import type { ArmFigures, EndpointStats } from '../../../local-api/contract/index.ts';
import { addLatencies, addLatency, type Latencies, latencyQuantile, newLatencies } from './latencies.ts';

/** What is counted together. */
const sliceMs = 10_000;
/** An hour, the longest window. */
const keptSlices = 360;

type Slice = { at: number; requests: number; rows: number; errors: number; latencies: Latencies };

export type LiveFigures = {
  note(arm: string, seen: { rows: number; milliseconds: number; outcome: 'ok' | 'error' | 'refused' }): void;
  read(windowSeconds: number): Pick<EndpointStats, 'arms' | 'points'>;
};

/**
 * Traffic of one endpoint in the last hour, by arm, in slices of ten seconds. Held in memory and gone with the engine: what
 * decides over a canary is stored elsewhere. Cost: constant a request; memory for the slices that had requests.
 */
export function createLiveFigures(nowMs: () => number): LiveFigures {
  const byArm = new Map<string, Slice[]>();

  const sliceOf = (arm: string): Slice => {
    const at = Math.floor(nowMs() / sliceMs);
    const slices = byArm.get(arm) ?? [];
    byArm.set(arm, slices);
    const last = slices.at(-1);
    if (last !== undefined && last.at >= at) return last;
    const slice = { at, requests: 0, rows: 0, errors: 0, latencies: newLatencies() };
    slices.push(slice);
    while (slices[0] !== undefined && slices[0].at <= at - keptSlices) slices.shift();
    return slice;
  };

  return {
    note(arm, { rows, milliseconds, outcome }) {
      const slice = sliceOf(arm);
      slice.requests += 1;
      slice.rows += rows;
      if (outcome === 'error') slice.errors += 1;
      if (outcome === 'ok') addLatency(slice.latencies, milliseconds);
    },

    read(windowSeconds) {
      const first = Math.floor((nowMs() - windowSeconds * 1000) / sliceMs) + 1;
      const byName = [...byArm].sort(([a], [b]) => (a < b ? -1 : 1));
      const shown = byName.flatMap(([arm, slices]) => {
        const within = slices.filter(({ at }) => at >= first);
        return within.length === 0 ? [] : [{ arm, slices: within }];
      });
      return {
        arms: shown.map(({ arm, slices }) => figuresOf(arm, slices, windowSeconds)),
        points: shown
          .flatMap(({ arm, slices }) =>
            slices.map(({ at, requests, errors, latencies }) => ({
              atMs: at * sliceMs,
              arm,
              requests,
              errors,
              p95Ms: latencyQuantile(latencies, 0.95),
            })),
          )
          .sort((a, b) => a.atMs - b.atMs),
      };
    },
  };
}

function figuresOf(arm: string, slices: readonly Slice[], windowSeconds: number): ArmFigures {
  const latencies = newLatencies();
  const sum = { requests: 0, rows: 0, errors: 0 };
  for (const slice of slices) {
    sum.requests += slice.requests;
    sum.rows += slice.rows;
    sum.errors += slice.errors;
    addLatencies(latencies, slice.latencies);
  }
  return {
    arm,
    ...sum,
    requestsPerSecond: sum.requests / windowSeconds,
    p50Ms: latencyQuantile(latencies, 0.5),
    p95Ms: latencyQuantile(latencies, 0.95),
    p99Ms: latencyQuantile(latencies, 0.99),
  };
}
