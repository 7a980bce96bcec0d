import type { FromJobProcess, JobItem } from './job-messages.ts';

const batchItems = 256;
const batchMs = 20;
/** Items on their way. Large: a job that does not turn its event loop cannot hear that they were taken. */
const maxUntaken = 10_000;
/** Items that a job which waits for room leaves with the host, so that neither waits for the other. */
const roomItems = 32;

/**
 * Collects what a job says into batches: order is kept, only the newest progress is sent. Sends at once when the last
 * batch is a while ago, so that a job in a long synchronous loop is heard. When the host falls behind, items wait here,
 * where the memory limit of the job counts them.
 */
export type Outbox = {
  add(item: JobItem): void;
  progress(fraction: number | null, message: string): void;
  /** The host has dealt with so many items. */
  taken(items: number): void;
  /** Resolves when the host has little left to deal with; for who produces faster than it is taken in. */
  room(): Promise<void>;
  /** Sends everything, whatever the host has taken. */
  flush(): void;
};

/** `rssBytes` is told with every batch, for hosts whose system does not say. */
export function createOutbox(
  send: (message: FromJobProcess) => void,
  rssBytes: () => number,
  nowMs: () => number = performance.now.bind(performance),
): Outbox {
  let items: JobItem[] = [];
  let progress: { fraction: number | null; message: string } | null = null;
  let untaken = 0;
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const hasRoom = (): boolean => untaken + items.length <= roomItems;

  const sendBatch = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (items.length === 0 && progress === null) return;
    const batch = { type: 'batch', items, progress, rssBytes: rssBytes() } as const;
    untaken += items.length;
    sentAtMs = nowMs();
    items = [];
    progress = null;
    send(batch);
  };

  const offer = (): void => {
    if (untaken >= maxUntaken) return;
    if (items.length >= batchItems || nowMs() - sentAtMs >= batchMs) sendBatch();
    else timer ??= setTimeout(sendBatch, batchMs);
  };

  return {
    add(item) {
      items.push(item);
      offer();
    },
    progress(fraction, message) {
      progress = { fraction: cleanFraction(fraction), message };
      offer();
    },
    taken(count) {
      untaken -= count;
      if (items.length > 0) offer();
      if (!hasRoom()) return;
      for (const go of waiting) go();
      waiting = [];
    },
    room: () =>
      hasRoom()
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    flush: sendBatch,
  };
}

function cleanFraction(fraction: number | null): number | null {
  if (fraction === null || Number.isNaN(fraction)) return null;
  return Math.min(1, Math.max(0, fraction));
}
