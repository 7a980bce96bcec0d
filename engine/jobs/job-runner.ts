import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { Clock, Logger } from '../system/index.ts';
import { type ActiveJob, type AttemptEnvironment, runAttempt } from './attempt.ts';
import { type AttemptEnd, cancelledFailure, concludeAttempt, concluded } from './conclusion.ts';
import { createJobLog } from './job-log.ts';
import { type Conclusion, type JobRow, type JobTable, toJob } from './job-table.ts';
import type { JobHandler } from './job-types.ts';
import { paced } from './paced.ts';
import type { RetryDelay } from './retry-delay.ts';

const progressEventMs = 100;
const progressSaveMs = 1000;
const writeAgainMs = 1000;

export type JobRunnerOptions = AttemptEnvironment & {
  table: JobTable;
  handlers: ReadonlyMap<string, JobHandler>;
  clock: Clock;
  logger: Logger;
  retryDelay: RetryDelay;
  /** A job changed: its state, or its progress. */
  announce(job: Job): void;
};

/** Sees every claimed job to its end. A job is here from its claim until its end is written down. */
export type JobRunner = {
  begin(row: JobRow): void;
  /** Ends a claimed job that has no process: one that an earlier engine left, or that is cancelled while queued. */
  endUnstarted(row: JobRow, end: AttemptEnd): Promise<void>;
  /** Cancels a queued or running job and what it started, and waits for its end. False when it was over by itself. */
  cancel(jobId: string): Promise<boolean>;
  /** Ends a running job so that it can go on later. False when it was over, or is being ended already. */
  pause(jobId: string): Promise<boolean>;
  /** Tells a running job to end with what it has. False when it is not running, or is being ended already. */
  finish(jobId: string): boolean;
  active(jobId: string): ActiveJob | undefined;
  usedSlots(): number;
  /** Gives running jobs `graceMs` to end, then ends them. */
  stop(graceMs: number): Promise<void>;
};

/** A runner with nothing to run; each job costs a process, its log a few writes a second. */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { table, handlers, clock, logger } = options;
  const active = new Map<string, { job: ActiveJob; ended: Promise<void> }>();
  let isStopping = false;

  const activate = (row: JobRow): ActiveJob => ({
    row,
    handler: handlers.get(row.kind),
    log: createJobLog({ jobId: row.id, table, clock, logger }),
    progress: { fraction: row.progress_fraction, message: row.progress_message },
    process: undefined,
    asked: isStopping ? 'stopped' : undefined,
    isToFinish: false,
    isCommitting: false,
  });

  /** Keeps trying: a job whose end is not written would seem to run forever. The next start deals with what is left. */
  const persist = async (jobId: string, conclusion: Conclusion): Promise<void> => {
    for (;;) {
      try {
        await table.conclude(jobId, conclusion);
        return;
      } catch (thrown) {
        logger.error({ jobId, err: thrown }, 'the end of a job could not be written');
        if (isStopping) return;
        await delay(writeAgainMs);
      }
    }
  };

  const cancelChildren = async (parentId: string): Promise<void> => {
    const children = await table.activeChildren(parentId);
    await Promise.all(children.map((child) => cancel(child)));
  };

  /** Writes down how the job ended, after its handler and its children know. */
  const finish = async (job: ActiveJob, end: AttemptEnd): Promise<void> => {
    const { row, handler } = job;
    const nowMs = clock.nowMs();
    const conclusion = concludeAttempt(row, handler, end, job.progress, {
      nowMs,
      retryDelay: options.retryDelay,
    });
    const after = concluded(toJob(row), conclusion);
    if (end.type === 'error')
      job.log.add('error', end.error.stack ?? `${end.error.code}: ${end.error.message}`);
    if (end.type === 'error' && after.state === 'queued') {
      const seconds = ((conclusion.notBeforeMs - nowMs) / 1000).toFixed(1);
      job.log.add(
        'warn',
        `Attempt ${row.attempt} of ${row.max_attempts} failed; the next starts in ${seconds} s.`,
      );
    }
    if (after.state !== 'queued' && after.state !== 'succeeded') {
      try {
        await cancelChildren(row.id);
        await handler?.onEnd?.(after);
      } catch (thrown) {
        logger.error({ jobId: row.id, err: thrown }, 'a job could not be cleaned up after');
      }
    }
    if (end.type === 'paused') await tellPaused(job, after);
    await job.log.flush();
    await persist(row.id, conclusion);
    if (active.get(row.id)?.job === job) active.delete(row.id);
    options.announce(after);
  };

  const tellPaused = async ({ row, handler, log }: ActiveJob, after: Job): Promise<void> => {
    log.add('info', 'Paused.');
    try {
      await handler?.onPause?.(after);
    } catch (thrown) {
      logger.error({ jobId: row.id, err: thrown }, 'a job could not be told that it is paused');
    }
  };

  const run = async (job: ActiveJob): Promise<void> => {
    const announce = (): void => options.announce({ ...toJob(job.row), progress: job.progress });
    const events = paced(progressEventMs, announce);
    const saves = paced(progressSaveMs, () => {
      table.saveProgress(job.row.id, job.progress).catch((thrown: unknown) => {
        logger.warn({ jobId: job.row.id, reason: messageOf(thrown) }, 'progress could not be saved');
      });
    });
    announce();
    const end = await runAttempt(job, options, () => {
      events.touch();
      saves.touch();
    });
    events.stop();
    saves.stop();
    await finish(job, end);
  };

  const endUnstarted = async (row: JobRow, end: AttemptEnd): Promise<void> => {
    const job = activate(row);
    const ended = finish(job, end);
    active.set(row.id, { job, ended });
    await ended;
  };

  const cancelActive = async ({ job, ended }: { job: ActiveJob; ended: Promise<void> }): Promise<boolean> => {
    // Written first: if the engine dies now, the job is not started again.
    if (!job.isCommitting && job.asked === undefined) await table.markError(job.row.id, cancelledFailure);
    if (!job.isCommitting && job.asked === undefined) {
      job.asked = 'cancelled';
      job.process?.cancel();
      await cancelChildren(job.row.id);
    }
    await ended;
    return job.asked === 'cancelled';
  };

  const cancel = async (jobId: string): Promise<boolean> => {
    for (;;) {
      const running = active.get(jobId);
      if (running !== undefined) return cancelActive(running);
      const queued = await table.claimToEnd(jobId);
      if (queued !== undefined) {
        await endUnstarted(queued, { type: 'cancelled' });
        return true;
      }
      if ((await table.byId(jobId))?.state !== 'running') return false;
      // Claimed a moment ago: it will be among the active ones as soon as the claim returns.
      await delay(1);
    }
  };

  return {
    begin(row) {
      const job = activate(row);
      active.set(row.id, { job, ended: run(job) });
    },
    endUnstarted,
    cancel,
    async pause(jobId) {
      const running = active.get(jobId);
      if (running === undefined) return false;
      const { job, ended } = running;
      const canBeAsked = () => !job.isCommitting && job.asked === undefined;
      // Written first: if the engine dies now, the job is not started again.
      if (canBeAsked()) await table.setPaused(jobId, true, 'running');
      if (canBeAsked()) {
        job.asked = 'paused';
        job.process?.kill();
      }
      await ended;
      return job.asked === 'paused';
    },
    finish(jobId) {
      const job = active.get(jobId)?.job;
      if (job === undefined || job.isCommitting || job.asked !== undefined) return false;
      job.isToFinish = true;
      job.process?.tell({ type: 'finish' });
      return true;
    },
    active: (jobId) => active.get(jobId)?.job,
    usedSlots: () => [...active.values()].filter(({ job }) => job.handler?.takesSlot === true).length,
    async stop(graceMs) {
      isStopping = true;
      const everyEnd = Promise.allSettled([...active.values()].map(({ ended }) => ended));
      await Promise.race([everyEnd, delay(graceMs, undefined, { ref: false })]);
      for (const { job } of active.values()) {
        if (job.isCommitting || job.asked !== undefined) continue;
        job.asked = 'stopped';
        job.process?.kill();
      }
      await Promise.allSettled([...active.values()].map(({ ended }) => ended));
    },
  };
}
