import { sql } from 'kysely';
import type { Job, Settings } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { JobQueue } from '../../jobs/index.ts';
import type { SecretStore } from '../../secrets/index.ts';
import type { Store } from '../../store/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import { addLine, lastLines } from './event-file.ts';
import { createOutbox } from './outbox.ts';
import { type EventParts, endEvent, type RunEvent, startEvent, tracedKinds } from './run-events.ts';

export type OpenLineageEmitter = {
  start(): void;
  /** Resolves when everything that has happened so far is written down. */
  idle(): Promise<void>;
  /** How many events wait for the server, and why it has not taken them. */
  waiting(): Promise<{ count: number; failure: string | null }>;
  hasKey(): Promise<boolean>;
  /** The key that the server asks for; null takes it away. What waits is sent with it at once. */
  setKey(key: string | null): Promise<void>;
  close(): Promise<void>;
};

/** What cannot be delivered is kept up to here; the oldest go first. */
const MOST_KEPT = 10_000;
const KEY = 'lineage/openlineage';
/** In the place of a job: since when events are told. */
const SINCE = '';

/**
 * Tells of jobs that read or make data as OpenLineage events: into a file of the workspace, to a server, or both, as the settings
 * say. Each event is told once: what was told of is written down in the transaction that queues it for the server, and what an
 * engine that was killed did not come to tell is made up for when it starts again, from the jobs that have ended meanwhile.
 */
export function createOpenLineageEmitter(options: {
  store: Store;
  events: Pick<EventBus, 'subscribe'>;
  jobs: Pick<JobQueue, 'get'>;
  secrets: Pick<SecretStore, 'get' | 'set' | 'delete' | 'names'>;
  columnOrigins: EventParts['columnOrigins'];
  clock: Clock;
  logger: Logger;
  settings(): Settings['lineage'];
  file: string;
  firstPauseMs?: number;
}): OpenLineageEmitter {
  const { store, jobs, secrets, clock, logger, settings } = options;
  const { db } = store;
  const outbox = createOutbox({
    store,
    logger,
    url: () => settings().openLineageUrl,
    key: () => secrets.get(KEY),
    firstPauseMs: options.firstPauseMs,
  });
  const running = new Set<string>();
  let isClosed = false;
  let isTelling: boolean | null = null;
  let stopListening = (): void => {};
  let working: Promise<void> = Promise.resolve();

  const inOrder = (work: () => Promise<void>): void => {
    working = working.then(work).catch((thrown: unknown) => {
      if (!isClosed) logger.error({ error: messageOf(thrown) }, 'an OpenLineage event was not written');
    });
  };

  /** Tells an event unless it was told; `written` are lines that the file has and the database may not know of. */
  const tell = async (job: Job, event: RunEvent | null, written: readonly string[] = []): Promise<void> => {
    if (event === null) return;
    const { openLineageFile, openLineageUrl } = settings();
    const told = { job_id: job.id, event_type: event.eventType };
    const before = await db
      .selectFrom('lineage_told')
      .select('job_id')
      .where('job_id', '=', told.job_id)
      .where('event_type', '=', told.event_type)
      .executeTakeFirst();
    if (before !== undefined) return;
    const line = JSON.stringify(event);
    if (openLineageFile && !written.some((one) => isOf(one, event))) await addLine(options.file, line);
    await store.transaction(async (trx) => {
      const nowMs = clock.nowMs();
      await trx
        .insertInto('lineage_told')
        .values({ ...told, told_at_ms: nowMs })
        .execute();
      if (openLineageUrl === '') return;
      await trx.insertInto('lineage_outbox').values({ event: line, created_at_ms: nowMs }).execute();
      const oldest = trx
        .selectFrom('lineage_outbox')
        .select('pk')
        .orderBy('pk', 'desc')
        .limit(1)
        .offset(MOST_KEPT);
      await trx.deleteFrom('lineage_outbox').where('pk', '<=', oldest).execute();
    });
    outbox.sendSoon();
  };

  /** Whether anything is to be told; remembers since when, so that what was done before is not made up for. */
  const isOn = async (): Promise<boolean> => {
    const { openLineageFile, openLineageUrl } = settings();
    const wanted = openLineageFile || openLineageUrl !== '';
    if (wanted === isTelling) return wanted;
    if (wanted)
      await db
        .insertInto('lineage_told')
        .values({ job_id: SINCE, event_type: 'SINCE', told_at_ms: clock.nowMs() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    else await db.deleteFrom('lineage_told').where('job_id', '=', SINCE).execute();
    isTelling = wanted;
    return wanted;
  };

  const tellOf = async (job: Job, written?: readonly string[]): Promise<void> => {
    const { namespace } = settings();
    if (job.startedAtMs !== null) await tell(job, startEvent(job, namespace), written);
    await tell(job, await endEvent({ store, columnOrigins: options.columnOrigins }, job, namespace), written);
  };

  const heard = async (jobId: string): Promise<void> => {
    if (!(await isOn())) return;
    const job = await jobs.get(jobId).catch((thrown: unknown) => {
      if (thrown instanceof AssayError) return null;
      throw thrown;
    });
    if (job !== null) await tellOf(job);
  };

  /** Tells of the jobs that had ended when the engine was killed and were not told of. */
  const makeUp = async (): Promise<void> => {
    const wasOn = await db
      .selectFrom('lineage_told')
      .select('told_at_ms')
      .where('job_id', '=', SINCE)
      .executeTakeFirst();
    if (!(await isOn()) || wasOn === undefined) return;
    await db
      .deleteFrom('lineage_told')
      .where('job_id', '!=', SINCE)
      .where('job_id', 'not in', (query) => query.selectFrom('jobs').select('id'))
      .execute();
    const missed = await db
      .selectFrom('jobs')
      .select('id')
      .where('kind', 'in', [...tracedKinds])
      .where('ended_at_ms', '>=', wasOn.told_at_ms)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('lineage_told')
              .select('job_id')
              .whereRef('lineage_told.job_id', '=', 'jobs.id')
              .where(
                'event_type',
                '=',
                sql<string>`CASE state WHEN 'succeeded' THEN 'COMPLETE' WHEN 'cancelled' THEN 'ABORT' ELSE 'FAIL' END`,
              ),
          ),
        ),
      )
      .orderBy('ended_at_ms')
      .execute();
    const written = settings().openLineageFile ? await lastLines(options.file) : [];
    for (const { id } of missed) await tellOf(await jobs.get(id), written);
  };

  return {
    start() {
      inOrder(makeUp);
      stopListening = options.events.subscribe((event) => {
        if (event.type !== 'job.changed' || !tracedKinds.has(event.data.kind)) return;
        const { jobId, state } = event.data;
        // Progress is told of again and again; the database need not be asked each time.
        if (state === 'queued' || (state === 'running' && running.has(jobId))) return;
        if (state === 'running') running.add(jobId);
        else running.delete(jobId);
        inOrder(() => heard(jobId));
      }).unsubscribe;
      outbox.sendSoon();
    },
    async idle() {
      await new Promise(setImmediate);
      await working;
    },
    async waiting() {
      const { count } = await db
        .selectFrom('lineage_outbox')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return { count: Number(count), failure: outbox.failure() };
    },
    hasKey: async () => (await secrets.names(KEY)).includes(KEY),
    async setKey(key) {
      if (key === null) await secrets.delete(KEY);
      else await secrets.set(KEY, key);
      outbox.sendSoon(true);
    },
    async close() {
      stopListening();
      await working;
      isClosed = true;
      outbox.close();
    },
  };
}

/** Both stand in every event that is written, before anything of other origin. */
function isOf(line: string, { eventType, run }: RunEvent): boolean {
  return line.includes(`"runId":"${run.runId}"`) && line.includes(`"eventType":"${eventType}"`);
}
