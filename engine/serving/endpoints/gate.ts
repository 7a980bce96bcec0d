import { AssayError } from '../../errors.ts';

/** Lets a bounded number of requests through at a time, in the order they came. */
export type Gate = {
  /**
   * Runs `work` when its turn has come. Errors: `predictions/busy` at once when too many wait; the reason of `signal` when it
   * aborts while this waits.
   */
  pass<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
};

/** `limits` is asked at each request, so a change holds at once. */
export function createGate(limits: () => { maxInFlight: number; maxWaiting: number }): Gate {
  const waiting = new Set<() => void>();
  let inFlight = 0;

  const enter = (signal: AbortSignal | undefined): Promise<void> => {
    const { maxInFlight, maxWaiting } = limits();
    if (inFlight < maxInFlight) {
      inFlight += 1;
      return Promise.resolve();
    }
    if (waiting.size >= maxWaiting)
      throw new AssayError(
        'predictions/busy',
        `${inFlight} requests are being answered and ${waiting.size} wait already.`,
      );
    return new Promise((resolve, reject) => {
      const go = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        waiting.delete(go);
        reject(signal?.reason);
      };
      waiting.add(go);
      signal?.addEventListener('abort', leave, { once: true });
    });
  };
  /** Hands the place on, so that nobody who comes now overtakes those who wait. */
  const exit = (): void => {
    inFlight -= 1;
    for (const go of waiting) {
      if (inFlight >= limits().maxInFlight) return;
      waiting.delete(go);
      inFlight += 1;
      go();
    }
  };

  return {
    async pass(work, signal) {
      signal?.throwIfAborted();
      await enter(signal);
      try {
        return await work();
      } finally {
        exit();
      }
    },
  };
}
