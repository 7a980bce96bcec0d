import { setImmediate } from 'node:timers/promises';

/** Resolves at once until 10 ms have passed since the last pause; then other requests get their turn first. */
export type Breather = () => Promise<void>;

export function breather(): Breather {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < 10) return;
    await setImmediate();
    last = performance.now();
  };
}
