import { setImmediate } from 'node:timers/promises';
import { AssayError } from '../../errors.ts';

/**
 * Gives a fit its points for cancelling. `pause()` returns at once until about 50 ms have passed since the last
 * pause; then it lets pending messages in and throws `jobs/cancelled` when the signal is aborted.
 */
export function breather(signal: AbortSignal): { pause(): Promise<void> } {
  let last = performance.now();
  return {
    async pause() {
      if (!signal.aborted && performance.now() - last < 50) return;
      await setImmediate();
      last = performance.now();
      if (signal.aborted) throw new AssayError('jobs/cancelled', 'The training was cancelled.');
    },
  };
}
