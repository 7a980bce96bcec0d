import { type FileHandle, open } from 'node:fs/promises';

export type LogFlusher = {
  /** Resolves when everything that was committed before the call is on the disk. Concurrent calls share a flush. */
  flush(): Promise<void>;
  /** Sees to it that what is committed is on the disk a second from now. */
  flushSoon(): void;
  close(): Promise<void>;
};

/** How long a commit may wait for a flush that nobody waits for. */
const soonMs = 1000;
/** Time between two looks at the size of the log: where each commit is flushed, there are hundreds a second. */
const looksEveryMs = 500;

/**
 * Flushes the write-ahead log from a thread of its own (libuv's), so that the event loop goes on while the disk works:
 * SQLite's own flush blocks the thread that commits. The log is one file for as long as a connection is open, so one
 * handle serves; SQLite keeps its locks on other files, which closing this handle therefore does not drop.
 *
 * `grown` is told the size of the log now and then, `failed` of a flush that nobody waited for.
 */
export function createLogFlusher(
  databasePath: string,
  on: { grown(bytes: number): void; failed(thrown: unknown): void },
): LogFlusher {
  let handle: FileHandle | null = null;
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let lookedAt = 0;
  let soon: NodeJS.Timeout | null = null;

  const flushOnce = async (): Promise<void> => {
    // Windows flushes only what is open for writing.
    handle ??= await open(`${databasePath}-wal`, 'r+');
    await handle.datasync();
    if (performance.now() - lookedAt < looksEveryMs) return;
    lookedAt = performance.now();
    on.grown((await handle.stat()).size);
  };
  const start = (): Promise<void> => {
    running = flushOnce().finally(() => {
      running = null;
    });
    return running;
  };

  const flush = (): Promise<void> => {
    if (running === null) return start();
    // The one under way may have begun before the commit; the one after it serves all who come meanwhile.
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null;
        return start();
      });
    return next;
  };

  return {
    flush,
    flushSoon() {
      soon ??= setTimeout(() => {
        soon = null;
        flush().catch(on.failed);
      }, soonMs).unref();
    },
    async close() {
      // Closing the last connection moves the whole log into the database, flushed.
      if (soon !== null) clearTimeout(soon);
      await Promise.allSettled([running, next]);
      await handle?.close();
      handle = null;
    },
  };
}
