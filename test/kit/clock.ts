import type { Clock, Ids } from '../../engine/system/index.ts';

/** A clock that stands still until it is moved. */
export type FakeClock = Clock & { advance(ms: number): void; set(atMs: number): void };

/** 2026-01-01T00:00:00Z unless told otherwise. */
export function fakeClock(startMs = Date.UTC(2026, 0, 1)): FakeClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (ms) => {
      nowMs += ms;
    },
    set: (atMs) => {
      nowMs = atMs;
    },
  };
}

/** Ids that count up, the same in each test run. */
export function countingIds(): Ids {
  let made = 0;
  const next = (): number => {
    made += 1;
    return made;
  };
  return {
    runId: () => next().toString(16).padStart(32, '0'),
    id: (prefix) => `${prefix}_${String(next()).padStart(9, '0')}`,
  };
}
