import type { Digest } from './artifact-store.ts';

/** Without a put for so long, the time of the disk and the processor is nobody else's. */
const defaultQuietMs = 1000;

export type PackLater = {
  /** Says that a put begins; the function that it gives, that it ended. */
  putBegins(): () => void;
  add(digest: Digest): void;
  /** Resolves once all that was added is packed or given up; for tests and for those who want the space now. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/**
 * Compresses blobs after they were acknowledged, so that nobody waits for it: one after the other, while no put is under
 * way. What is left at the end of the process stays as it is, which costs space and nothing else.
 */
export function packLater(options: {
  pack(digest: Digest, signal: AbortSignal): Promise<void>;
  quietMs?: number;
}): PackLater {
  const waiting = new Set<Digest>();
  const closing = new AbortController();
  let puts = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  const packAll = async (mayStart: () => boolean): Promise<void> => {
    for (const digest of waiting) {
      if (!mayStart() || closing.signal.aborted) return;
      waiting.delete(digest);
      // A full disk, or a blob that is gone by now: it stays plain.
      await options.pack(digest, closing.signal).catch(() => undefined);
    }
  };
  const start = (mayStart: () => boolean): Promise<void> => {
    working = working.then(() => packAll(mayStart));
    return working;
  };
  const schedule = (): void => {
    clearTimeout(timer);
    if (puts > 0 || waiting.size === 0 || closing.signal.aborted) return;
    timer = setTimeout(() => void start(() => puts === 0), options.quietMs ?? defaultQuietMs);
    // It keeps no process alive.
    timer.unref();
  };

  return {
    putBegins() {
      puts += 1;
      return () => {
        puts -= 1;
        schedule();
      };
    },
    add(digest) {
      waiting.add(digest);
      schedule();
    },
    settled: () => start(() => true),
    async close() {
      closing.abort();
      clearTimeout(timer);
      await working;
    },
  };
}
