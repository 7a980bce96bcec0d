/** When a crashed engine is started again: quickly at first, then more slowly, then no more until the person asks. */
export type RestartPolicy = {
  /** Milliseconds to wait before the next start, or null when it has crashed too often. */
  next(nowMs: number): number | null;
  /** Forgets earlier crashes, for a start that the person asked for. */
  reset(): void;
};

const WINDOW_MS = 5 * 60_000;
const DELAYS_MS = [0, 1000, 5000, 15_000];

export function createRestartPolicy(): RestartPolicy {
  let crashes: number[] = [];
  return {
    next(nowMs) {
      crashes = crashes.filter((at) => nowMs - at < WINDOW_MS);
      const delay = DELAYS_MS[crashes.length] ?? null;
      crashes.push(nowMs);
      return delay;
    },
    reset() {
      crashes = [];
    },
  };
}
