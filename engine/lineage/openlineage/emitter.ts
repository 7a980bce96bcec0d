import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Settings } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import { type EventParts, endEvent, type RunEvent, startEvent, tracedKinds } from './run-events.ts';

export type OpenLineageEmitter = {
  start(): void;
  /** Resolves when everything that has happened so far is written down. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

const SEND_MS = 15_000;
const FIRST_PAUSE_MS = 5000;
const LONGEST_PAUSE_MS = 3_600_000;
/** What cannot be delivered is kept up to here; the oldest go first. */
const MOST_KEPT = 10_000;
const AT_ONCE = 50;

/**
 * Tells of jobs that read or make data as OpenLineage events: into a file of the workspace, to a server, or both, as the settings
 * say. Events for a server are put into the database first and sent in their order until it takes them, over restarts too.
 */
export function createOpenLineageEmitter(options: {
  store: Store;
  events: Pick<EventBus, 'subscribe'>;
  jobs: Pick<JobQueue, 'get'>;
  columnOrigins: EventParts['columnOrigins'];
  clock: Clock;
  logger: Logger;
  settings(): Settings['lineage'];
  file: string;
  firstPauseMs?: number;
}): OpenLineageEmitter {
  const { store, jobs, clock, logger, settings } = options;
  const { db } = store;
  const started = new Set<string>();
  const stopped = new AbortController();
  let stopListening = (): void => {};
  let working: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let isSending = false;

  const inOrder = (work: () => Promise<void>): void => {
    working = working.then(work).catch((thrown: unknown) => {
      if (!stopped.signal.aborted)
        logger.error({ error: messageOf(thrown) }, 'an OpenLineage event was not written');
    });
  };

  const tell = async (event: RunEvent): Promise<void> => {
    const { openLineageFile, openLineageUrl } = settings();
    const line = JSON.stringify(event);
    if (openLineageFile) {
      await mkdir(dirname(options.file), { recursive: true });
      await appendFile(options.file, `${line}\n`);
    }
    if (openLineageUrl === '') return;
    await db.insertInto('lineage_outbox').values({ event: line, created_at_ms: clock.nowMs() }).execute();
    const oldest = db
      .selectFrom('lineage_outbox')
      .select('pk')
      .orderBy('pk', 'desc')
      .limit(1)
      .offset(MOST_KEPT);
    await db.deleteFrom('lineage_outbox').where('pk', '<=', oldest).execute();
    sendSoon(0);
  };

  const sendSoon = (pauseMs: number): void => {
    if (stopped.signal.aborted || isSending || (pauseMs === 0 && failures > 0)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isSending = true;
      void send()
        .catch((thrown: unknown) =>
          logger.error({ error: messageOf(thrown) }, 'OpenLineage events were not sent'),
        )
        .finally(() => {
          isSending = false;
          if (failures > 0) {
            const first = options.firstPauseMs ?? FIRST_PAUSE_MS;
            sendSoon(Math.min(LONGEST_PAUSE_MS, first * 2 ** Math.min(failures - 1, 20)));
          }
        });
    }, pauseMs);
    timer.unref();
  };

  const send = async (): Promise<void> => {
    for (;;) {
      const { openLineageUrl } = settings();
      if (openLineageUrl === '' || stopped.signal.aborted) return;
      const rows = await db.selectFrom('lineage_outbox').selectAll().orderBy('pk').limit(AT_ONCE).execute();
      if (rows.length === 0) return;
      for (const { pk, event } of rows) {
        const refused = await post(endpointOf(openLineageUrl), event, stopped.signal);
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

  const heard = async (jobId: string, state: string): Promise<void> => {
    const { openLineageFile, openLineageUrl, namespace } = settings();
    if (!openLineageFile && openLineageUrl === '') return;
    const job = await jobs.get(jobId).catch((thrown: unknown) => {
      if (thrown instanceof AssayError) return null;
      throw thrown;
    });
    if (job === null) return;
    if (!started.has(jobId) && job.startedAtMs !== null) {
      started.add(jobId);
      await tell(startEvent(job, namespace));
    }
    if (state === 'running') return;
    started.delete(jobId);
    const event = await endEvent({ store, columnOrigins: options.columnOrigins }, job, namespace);
    if (event !== null) await tell(event);
  };

  return {
    start() {
      stopListening = options.events.subscribe((event) => {
        if (event.type !== 'job.changed' || !tracedKinds.has(event.data.kind)) return;
        const { jobId, state } = event.data;
        if (state === 'queued' || (state === 'running' && started.has(jobId))) return;
        inOrder(() => heard(jobId, state));
      }).unsubscribe;
      sendSoon(0);
    },
    async idle() {
      await new Promise(setImmediate);
      await working;
    },
    async close() {
      stopListening();
      clearTimeout(timer);
      await working;
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
  signal: AbortSignal,
): Promise<{ isPassing: boolean; reason: string } | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(SEND_MS)]),
    });
    await answer.body?.cancel();
    if (answer.ok) return null;
    return {
      isPassing: answer.status === 429 || answer.status >= 500,
      reason: `${url} answers ${answer.status}`,
    };
  } catch (thrown) {
    return { isPassing: true, reason: messageOf(thrown) };
  }
}
