import { setImmediate } from 'node:timers/promises';

/**
 * Cuts long work on the event loop into turns: told how much was done, it gives null until that is `size` together, and then a
 * promise to wait for, so that others may run.
 */
export function createTurns(size: number): (done: number) => Promise<void> | null {
  let left = size;
  return (done) => {
    left -= done;
    if (left > 0) return null;
    left = size;
    return setImmediate();
  };
}
