import { messageOf } from '../../errors.ts';
import type { Store } from '../../store/index.ts';
import type { Logger } from '../../system/index.ts';

const SEND_MS = 15_000;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 3_600_000;
const AT_ONCE = 50;

export type Outbox = {
  /** Sends what waits, soon; after a failure not before the pause is over, unless it is told that something has changed. */
  sendSoon(hasChanged?: boolean): void;
  /** Why the server has not taken what waits; null while nothing is wrong. */
  failure(): string | null;
  close(): void;
};

/** Sends events to a server, in their order and until it takes them: those that it refuses for good are left out. */
export function createOutbox(options: {
  store: Store;
  logger: Logger;
  url(): string;
  key(): Promise<string | null>;
  firstPauseMs?: number | undefined;
}): Outbox {
  const { db } = options.store;
  const { logger } = options;
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let failure: string | null = null;
  let isSending = false;

  const schedule = (pauseMs: number): void => {
    if (stopped.signal.aborted || isSending) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSending = true;
      void send()
        .catch((thrown: unknown) =>
          logger.error({ error: messageOf(thrown) }, 'OpenLineage events were not sent'),
        )
        .finally(() => {
          isSending = false;
          const first = options.firstPauseMs ?? FIRST_PAUSE_MS;
          if (failures > 0) schedule(Math.min(LONGEST_PAUSE_MS, first * 2 ** Math.min(failures - 1, 20)));
        });
    }, pauseMs);
    timer.unref();
  };

  const send = async (): Promise<void> => {
    for (;;) {
      const url = options.url();
      if (url === '' || stopped.signal.aborted) return;
      const rows = await db.selectFrom('lineage_outbox').selectAll().orderBy('pk').limit(AT_ONCE).execute();
      if (rows.length === 0) return;
      const key = await options.key();
      for (const { pk, event } of rows) {
        const refused = await post(endpointOf(url), event, key, stopped.signal);
        failure = refused?.reason ?? null;
        if (refused?.isPassing) {
          failures += 1;
          if (failures === 1)
            logger.warn({ error: refused.reason }, 'OpenLineage events could not be delivered yet');
          return;
        }
        if (refused !== null) logger.warn({ error: refused.reason }, 'an OpenLineage event was refused');
        failures = 0;
        await db.deleteFrom('lineage_outbox').where('pk', '=', pk).execute();
      }
    }
  };

  return {
    sendSoon(hasChanged = false) {
      if (hasChanged || failures === 0) schedule(0);
    },
    failure: () => failure,
    close() {
      clearTimeout(timer);
      stopped.abort(new Error('the engine stops'));
    },
  };
}

/** A server by its address alone means the usual path. */
function endpointOf(url: string): string {
  const { pathname } = new URL(url);
  return pathname === '/' || pathname === '' ? new URL('/api/v1/lineage', url).href : url;
}

async function post(
  url: string,
  body: string,
  key: string | null,
  signal: AbortSignal,
): Promise<{ isPassing: boolean; reason: string } | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]),
    });
    await answer.body?.cancel();
    if (answer.ok) return null;
    // A key that is missing or wrong can be corrected: what waits is not lost for it.
    const isPassing = [401, 403, 407, 408, 429].includes(answer.status) || answer.status >= 500;
    return { isPassing, reason: `${url} answers ${answer.status}` };
  } catch (thrown) {
    return { isPassing: true, reason: messageOf(thrown) };
  }
}
