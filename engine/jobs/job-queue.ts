import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Job, JobKind } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { count, isUniqueViolation, list, type Store } from '../store/index.ts';
import type { Clock, Ids, Logger } from '../system/index.ts';
import type { JobLimitSettings } from './attempt.ts';
import { cancelledFailure, endingSentence } from './conclusion.ts';
import { jobListing } from './job-listing.ts';
import { createJobRunner } from './job-runner.ts';
import { createJobTable, type JobRow, toJob } from './job-table.ts';
import type { JobHandler, JobQueue, SubmitJob } from './job-types.ts';
import { createJobWaits } from './job-waits.ts';
import type { RetryDelay } from './retry-delay.ts';
import { createTurns } from './turns.ts';

type JobQueueOptions = {
  store: Store;
  events: EventBus;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Read whenever a job starts, so that a change takes hold with the next one. */
  settings(): JobLimitSettings;
  /** The queue keeps the folders of running jobs in `<tmpDir>/jobs`, and empties that at `start()`. */
  tmpDir: string;
  /** The script that job processes run: one call of `runJobProcess`. */
  jobProcess: URL;
  /** Given to job processes besides a minimal environment. */
  jobEnvironment?: () => Record<string, string>;
  /** The program that runs the script; by default the one that runs the engine (Electron's is made to act as Node). */
  execPath?: string;
  retryDelay?: RetryDelay;
};

const defaultRetryDelay: RetryDelay = { baseMs: 2000, maxMs: 60_000 };

/**
 * The durable job queue: see `JobQueue`. A job that was acknowledged is in the database and is run once its turn comes,
 * in this engine's life or the next. A job is never run twice at the same time; it may be run again after a crash, so
 * what `onSuccess` does must be safe to do twice.
 */
export function createJobQueue(options: JobQueueOptions): JobQueue {
  const { store, events, clock, ids, logger } = options;
  const jobsDir = join(options.tmpDir, 'jobs');
  const handlers = new Map<string, JobHandler>();
  const table = createJobTable(store);
  const waits = createJobWaits();
  let stopListening = (): void => {};

  const announce = (job: Job): void => {
    const sentence = endingSentence(job);
    const { id: jobId, kind, state, isPaused, title, runId, parentId } = job;
    const link = runId === null ? `/jobs/${jobId}` : `/runs/${runId}`;
    events.emit(
      {
        type: 'job.changed',
        data: { jobId, kind, state, isPaused, title, ...job.progress, runId, parentId },
      },
      sentence === undefined ? undefined : { text: sentence, link },
    );
    if (job.endedAtMs !== null) waits.ended(job);
    if (state !== 'running') turns.wake();
  };

  const runner = createJobRunner({
    ...options,
    table,
    handlers,
    jobsDir,
    retryDelay: options.retryDelay ?? defaultRetryDelay,
    announce,
  });
  const turns = createTurns({
    table,
    handlers,
    clock,
    logger,
    hasFreeSlot: () => runner.usedSlots() < options.settings().concurrency,
    begin: runner.begin,
  });
  let isStarted = false;

  /** As it is now: the progress in memory is newer than the saved one. */
  const present = (row: JobRow): Job => {
    const live = row.state === 'running' ? runner.active(row.id) : undefined;
    return live === undefined ? toJob(row) : { ...toJob(row), progress: live.progress };
  };

  const find = async (jobId: string): Promise<JobRow> => {
    const row = await table.byId(jobId);
    if (row === undefined) throw new AssayError('jobs/not-found', `There is no job ${jobId}.`);
    return row;
  };

  const handlerOf = (kind: string): JobHandler => {
    const handler = handlers.get(kind);
    if (handler === undefined) throw new AssayError('internal', `Nothing handles jobs of kind ${kind}.`);
    return handler;
  };

  const newJobId = (): string => ids.id('job');

  /** One transaction, so that two submits with one key give one job, and no job is added to a cancelled one. */
  const insert = (job: SubmitJob, maxAttempts: number): Promise<{ row: JobRow; isNew: boolean }> =>
    store.transaction(async (trx) => {
      const rows = createJobTable({ db: trx });
      const same = job.dedupKey === undefined ? undefined : await rows.activeByDedupKey(job.dedupKey);
      if (same !== undefined) return { row: same, isNew: false };
      if (job.parentId !== undefined && job.parentId !== null) {
        const parent = await rows.byId(job.parentId);
        if (parent === undefined) throw new AssayError('jobs/not-found', `There is no job ${job.parentId}.`);
        if (toJob(parent).error?.code === cancelledFailure.code) {
          throw new AssayError('jobs/cancelled', `The job "${parent.title}" was cancelled.`);
        }
      }
      return { row: await rows.insert(job.id ?? newJobId(), job, maxAttempts, clock.nowMs()), isNew: true };
    });

  return {
    register(handler) {
      handlers.set(handler.kind, handler);
      if (isStarted) turns.wake();
    },

    async start() {
      // A process of the engine before may live half a second longer and still write there.
      await rm(jobsDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      await mkdir(jobsDir, { recursive: true });
      for (const row of await table.running()) {
        const wasCancelled = toJob(row).error?.code === cancelledFailure.code;
        await runner.endUnstarted(row, { type: wasCancelled ? 'cancelled' : 'interrupted' });
      }
      isStarted = true;
      const { unsubscribe } = events.subscribe((event) => {
        if (event.type === 'settings.changed') turns.wake();
      });
      stopListening = unsubscribe;
      turns.start();
    },

    async submit(job) {
      const { row, isNew } = await insert(job, handlerOf(job.kind).maxAttempts);
      if (isNew) announce(toJob(row));
      return present(row);
    },

    newJobId,

    list: (query) =>
      list(store.db, jobListing, query, {
        load: async (keys) => new Map((await table.byKeys(keys)).map((row) => [row.pk, present(row)])),
      }),

    count: (filter) => count(store.db, jobListing, filter),

    async prune(endedUntilMs) {
      let removed = 0;
      for (let ids = await table.endedUntil(endedUntilMs); ids.length > 0; ) {
        for (const id of ids) {
          await table.remove(id);
          await new Promise(setImmediate);
        }
        removed += ids.length;
        ids = await table.endedUntil(endedUntilMs);
      }
      return removed;
    },

    get: async (jobId) => present(await find(jobId)),

    async logs(jobId, after, limit) {
      await find(jobId);
      await runner.active(jobId)?.log.flush();
      return table.logs(jobId, after, limit);
    },

    async cancel(jobId) {
      await find(jobId);
      if (!(await runner.cancel(jobId))) {
        const { title, state } = await find(jobId);
        throw new AssayError('jobs/not-cancellable', `"${title}" has ended already: ${state}.`);
      }
      return present(await find(jobId));
    },

    async retry(jobId) {
      const { title, state, kind, dedup_key: key } = await find(jobId);
      try {
        const row = await table.requeue(jobId, handlerOf(kind).maxAttempts);
        if (row === undefined) {
          throw new AssayError('jobs/not-retryable', `"${title}" is ${state}: it cannot be tried again.`);
        }
        announce(toJob(row));
        return toJob(row);
      } catch (thrown) {
        if (!isUniqueViolation(thrown)) throw thrown;
        const same = key === null ? undefined : await table.activeByDedupKey(key);
        throw new AssayError('jobs/not-retryable', `The same is being done by job ${same?.id ?? 'another'}.`);
      }
    },

    async pause(jobId) {
      const { title, state, kind, paused } = await find(jobId);
      if (handlerOf(kind).pausable !== true) {
        throw new AssayError('jobs/not-pausable', `"${title}" is of a kind that cannot be paused.`);
      }
      const queued = await table.setPaused(jobId, true, 'queued');
      if (queued !== undefined) announce(toJob(queued));
      else if (paused === 0 && !(await runner.pause(jobId))) {
        throw new AssayError('jobs/not-pausable', `"${title}" is ${state}: it cannot be paused.`);
      }
      return present(await find(jobId));
    },

    async resume(jobId) {
      const { title, state } = await find(jobId);
      const row = await table.setPaused(jobId, false, 'queued');
      if (row === undefined) {
        throw new AssayError('jobs/not-paused', `"${title}" is ${state} and not paused.`);
      }
      announce(toJob(row));
      return toJob(row);
    },

    async finish(jobId) {
      const { title, state, kind } = await find(jobId);
      if (handlerOf(kind).finishable !== true) {
        throw new AssayError('jobs/not-finishable', `"${title}" is of a kind that cannot finish early.`);
      }
      if (!runner.finish(jobId)) {
        throw new AssayError('jobs/not-finishable', `"${title}" is ${state}: it has nothing to finish.`);
      }
      return present(await find(jobId));
    },

    wait: (jobId, signal) => waits.wait(jobId, async () => present(await find(jobId)), signal),

    async countsByKindAndState() {
      const rows = await table.countsByKindAndState();
      return rows.map((row) => ({ ...row, kind: JobKind.parse(row.kind) }));
    },

    async stop(graceMs) {
      stopListening();
      await turns.stop();
      await runner.stop(graceMs);
      waits.abandon(new AssayError('jobs/interrupted', 'The engine stopped before the job had ended.'));
    },
  };
}
