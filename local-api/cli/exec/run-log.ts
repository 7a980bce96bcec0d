import type { Client } from '../../client/index.ts';
import type { LogBatch } from '../../contract/index.ts';

const firstUploadMs = 2000;
const longestUploadMs = 10_000;

/** A file of a run that grows while the run goes on. */
export type LiveFile = { finish(): Promise<void> };

/**
 * Keeps an artifact as new as its content: first after two seconds, then ever less often, at least every 10 seconds, since
 * each time is a whole copy in the store; and once at the end. A failure is told to `onFailure` and tried again next time.
 */
export function keepUploaded(options: {
  client: Client;
  runId: string;
  path: string;
  size(): number;
  content(): Buffer;
  onFailure(thrown: unknown): void;
}): LiveFile {
  const { client, runId, path } = options;
  let sent = 0;
  let pauseMs = firstUploadMs;
  let timer: NodeJS.Timeout | undefined;
  let uploading: Promise<void> = Promise.resolve();

  const upload = async (): Promise<void> => {
    const size = options.size();
    if (size === sent) return;
    try {
      await client.runs.putArtifact({ params: { runId, path }, body: new Uint8Array(options.content()) });
      sent = size;
    } catch (thrown) {
      options.onFailure(thrown);
    }
  };
  const schedule = (): void => {
    timer = setTimeout(() => {
      uploading = upload();
      void uploading.then(schedule);
    }, pauseMs);
    pauseMs = Math.min(pauseMs * 1.5, longestUploadMs);
  };
  schedule();
  return {
    async finish() {
      clearTimeout(timer);
      await uploading;
      clearTimeout(timer);
      await upload();
    },
  };
}

/** Calls back again and again, each time `everyMs` after the end of the call before; gives what ends it. */
export function repeat(everyMs: number, work: () => Promise<void>): () => Promise<void> {
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const schedule = (): void => {
    timer = setTimeout(() => {
      current = work();
      void current.then(() => {
        if (!isOver) schedule();
      });
    }, everyMs);
  };
  schedule();
  return async () => {
    isOver = true;
    clearTimeout(timer);
    await current;
  };
}

/** Logs a batch; gives whether it was taken. */
export async function logQuietly(client: Client, runId: string, body: Partial<LogBatch>): Promise<boolean> {
  try {
    await client.runs.log({ params: { runId }, body });
    return true;
  } catch {
    return false;
  }
}
