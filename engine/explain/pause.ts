import { setImmediate } from 'node:timers/promises';

/** Called between parts of long work: lets others run, and throws where the work is to stop. */
export type Pause = (done: number, of: number) => Promise<void>;

/** How long the thread may be held, and what stops the work. */
export type Turn = { ms: number; signal: AbortSignal };

/** Lets others run once a turn is over, and then tells how far the work is. Throws the reason of the signal. */
export function pauseOf({ ms, signal }: Turn, progress?: (done: number, of: number) => void): Pause {
  let last = performance.now();
  return async (done, of) => {
    if (performance.now() - last < ms) return;
    await setImmediate();
    signal.throwIfAborted();
    progress?.(done, of);
    last = performance.now();
  };
}
