import type { Job } from '../../local-api/contract/index.ts';

type Waiter = { resolve(job: Job): void; reject(reason: unknown): void };

/** Who waits for which job. */
export type JobWaits = {
  /** Resolves with the ended job: at once when `read` finds it ended, else at `ended`. Rejects when aborted. */
  wait(jobId: string, read: () => Promise<Job>, signal?: AbortSignal): Promise<Job>;
  ended(job: Job): void;
  /** Nobody will be told any more, whoever waits now or later. */
  abandon(reason: Error): void;
};

/** Nobody waits yet. */
export function createJobWaits(): JobWaits {
  const waiting = new Map<string, Set<Waiter>>();
  let abandoned: Error | undefined;
  return {
    async wait(jobId, read, signal) {
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<Job>();
      const waiter: Waiter = { resolve, reject };
      const abort = (): void => reject(signal?.reason);
      const waiters = waiting.get(jobId) ?? new Set();
      // Entered before reading: an end in between is not missed.
      waiting.set(jobId, waiters.add(waiter));
      signal?.addEventListener('abort', abort, { once: true });
      try {
        const now = read().then((job) => {
          if (job.endedAtMs !== null) return job;
          if (abandoned !== undefined) throw abandoned;
          return promise;
        });
        return await Promise.race([promise, now]);
      } finally {
        signal?.removeEventListener('abort', abort);
        waiters.delete(waiter);
        if (waiters.size === 0 && waiting.get(jobId) === waiters) waiting.delete(jobId);
      }
    },
    ended(job) {
      for (const waiter of waiting.get(job.id) ?? []) waiter.resolve(job);
    },
    abandon(reason) {
      abandoned = reason;
      for (const waiters of waiting.values()) for (const waiter of waiters) waiter.reject(reason);
    },
  };
}
