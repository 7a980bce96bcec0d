import type { Job, JobError } from '../../local-api/contract/index.ts';
import { failure, severityOf } from './job-failure.ts';
import type { JobFailure } from './job-messages.ts';
import type { Conclusion, JobRow } from './job-table.ts';
import type { JobHandler } from './job-types.ts';
import { type RetryDelay, retryDelayMs } from './retry-delay.ts';

/**
 * How an attempt came to its end:
 * `result` and `error` from the job itself; `cancelled` by a person; `stopped` by an orderly stop of the engine;
 * `paused`: by a person, to go on later; `interrupted`: found at the start, the engine died under it.
 */
export type AttemptEnd =
  | { type: 'result'; result: unknown }
  | { type: 'error'; error: JobFailure }
  | { type: 'cancelled' }
  | { type: 'stopped' }
  | { type: 'paused' }
  | { type: 'interrupted' };

/** A job that takes the engine down with it must not do so at every start. */
const maxInterruptions = 3;

/**
 * What becomes of a job after an attempt. Wrong input is `failed` at once. What may pass (a crash, a full disk) is tried
 * again until its attempts are used up; out of time or memory is `dead` at once, it would only happen again. An orderly
 * stop costs no attempt; a crash of the engine gives one more, three times at most.
 */
export function concludeAttempt(
  row: JobRow,
  handler: Pick<JobHandler, 'maxAttempts' | 'resumable'> | undefined,
  end: AttemptEnd,
  progress: Job['progress'],
  { nowMs, retryDelay }: { nowMs: number; retryDelay: RetryDelay },
): Conclusion {
  const ended: Omit<Conclusion, 'state'> = {
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    notBeforeMs: 0,
    result: null,
    error: null,
    progress,
    endedAtMs: nowMs,
  };
  const again = { ...ended, state: 'queued', endedAtMs: null } as const;

  switch (end.type) {
    case 'result':
      return { ...ended, state: 'succeeded', result: end.result, progress: { ...progress, fraction: 1 } };
    case 'cancelled':
      return { ...ended, state: 'cancelled', error: cancelledFailure };
    case 'paused':
      return {
        ...again,
        attempt: row.attempt - 1,
        progress: { fraction: progress.fraction, message: 'Paused' },
      };
    case 'stopped':
      if (handler?.resumable === true) return { ...again, attempt: row.attempt - 1, progress: notStarted };
      return { ...ended, state: 'dead', error: interrupted };
    case 'interrupted':
      if (handler?.resumable === true && row.max_attempts < handler.maxAttempts + maxInterruptions) {
        return { ...again, maxAttempts: row.max_attempts + 1, progress: notStarted };
      }
      return { ...ended, state: 'dead', error: interrupted };
    case 'error': {
      const error = withoutStack(end.error);
      const severity = severityOf(error.code);
      if (severity === 'wrong') return { ...ended, state: 'failed', error };
      if (severity === 'final' || row.attempt >= row.max_attempts) return { ...ended, state: 'dead', error };
      const notBeforeMs = nowMs + retryDelayMs(row.id, row.attempt, retryDelay);
      return { ...again, notBeforeMs, error, progress: { fraction: null, message: 'Waiting to try again' } };
    }
  }
}

const notStarted: Job['progress'] = { fraction: null, message: '' };
/** Also the mark of a running job that was told to stop. */
export const cancelledFailure = failure('jobs/cancelled', 'The job was cancelled.');
const interrupted = failure('jobs/interrupted', 'The engine stopped while the job was running.');

function withoutStack({ code, message, hint, problems }: JobFailure): JobError {
  return { code, message, hint, ...(problems === undefined ? {} : { problems }) };
}

/** The job as a conclusion leaves it. */
export function concluded(job: Job, conclusion: Conclusion): Job {
  const { state, attempt, maxAttempts, result, error, progress, endedAtMs } = conclusion;
  return { ...job, state, attempt, maxAttempts, result: result ?? null, error, progress, endedAtMs };
}

/** What happened, in a sentence for the Home page; undefined while the job is not over. */
export function endingSentence(job: Job): string | undefined {
  const reason = job.error?.message ?? '';
  if (job.state === 'succeeded') return `${job.title}: finished`;
  if (job.state === 'cancelled') return `${job.title}: cancelled`;
  if (job.state === 'failed') return `${job.title}: failed. ${reason}`;
  if (job.state !== 'dead') return undefined;
  return job.attempt > 1
    ? `${job.title}: gave up after ${job.attempt} attempts. ${reason}`
    : `${job.title}: failed. ${reason}`;
}
