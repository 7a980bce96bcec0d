import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../local-api/contract/index.ts';
import type { AttemptEnd } from './conclusion.ts';
import { jobEnvironment } from './job-environment.ts';
import { failure, failureOf } from './job-failure.ts';
import type { JobLog } from './job-log.ts';
import type { JobItem } from './job-messages.ts';
import { type JobProcess, startJobProcess } from './job-process.ts';
import { type JobRow, limitsOf, toJob } from './job-table.ts';
import type { JobHandler } from './job-types.ts';

export type JobLimitSettings = { concurrency: number; memoryMb: number; timeoutSeconds: number };

/** What an attempt takes from the queue's options. */
export type AttemptEnvironment = {
  settings(): JobLimitSettings;
  /** Folder of the job folders. */
  jobsDir: string;
  jobProcess: URL;
  jobEnvironment?: () => Record<string, string>;
  execPath?: string;
};

/** A claimed job on its way through one attempt. */
export type ActiveJob = {
  readonly row: JobRow;
  readonly handler: JobHandler | undefined;
  readonly log: JobLog;
  progress: Job['progress'];
  process: JobProcess | undefined;
  /** Why it was asked to end, once it was. */
  asked: 'cancelled' | 'stopped' | 'paused' | undefined;
  /** It is to end with what it has. */
  isToFinish: boolean;
  /** Its result is being taken in: it can no longer be called back. */
  isCommitting: boolean;
};

/** Runs one attempt from its input to the persisted result. Never rejects. */
export async function runAttempt(
  active: ActiveJob,
  environment: AttemptEnvironment,
  onProgress: () => void,
): Promise<AttemptEnd> {
  const { row, handler } = active;
  if (handler === undefined) {
    return { type: 'error', error: failure('internal', `Nothing handles jobs of kind ${row.kind}.`) };
  }
  const tmpDir = join(environment.jobsDir, `${row.id}-${row.attempt}`);
  try {
    const job = toJob(row);
    await rm(tmpDir, { recursive: true, force: true });
    await mkdir(tmpDir, { recursive: true });
    const input = await handler.prepare(job.input, job, tmpDir);
    if (active.asked !== undefined) return { type: active.asked };
    active.process = startProcess(active, environment, { input, tmpDir, job, handler, onProgress });
    // Asked while its input was being made ready.
    if (active.isToFinish) active.process.tell({ type: 'finish' });
    const outcome = await active.process.outcome;
    if (active.asked !== undefined) return { type: active.asked };
    if ('error' in outcome) {
      const { error } = outcome;
      const { time, memory } = handler.overLimits ?? {};
      const said = { 'jobs/timed-out': time, 'jobs/out-of-memory': memory }[error.code];
      return { type: 'error', error: said === undefined ? error : { ...error, message: said } };
    }
    active.isCommitting = true;
    return { type: 'result', result: await handler.onSuccess(outcome.output, job, tmpDir) };
  } catch (thrown) {
    return active.asked === undefined ? { type: 'error', error: failureOf(thrown) } : { type: active.asked };
  } finally {
    // What cannot be removed now goes at the next start.
    await rm(tmpDir, { recursive: true, force: true }).catch(() => {});
  }
}

function startProcess(
  active: ActiveJob,
  environment: AttemptEnvironment,
  attempt: { input: unknown; tmpDir: string; job: Job; handler: JobHandler; onProgress: () => void },
): JobProcess {
  const { input, tmpDir, job, handler } = attempt;
  const limits = limitsOf(active.row);
  const settings = environment.settings();
  return startJobProcess({
    script: environment.jobProcess,
    execPath: environment.execPath ?? process.execPath,
    env: jobEnvironment(process.env, tmpDir, environment.jobEnvironment?.() ?? {}),
    kind: job.kind,
    input,
    tmpDir,
    memoryMb: limits.memoryMb ?? settings.memoryMb,
    seconds: limits.seconds ?? settings.timeoutSeconds,
    async onItem(item: JobItem) {
      if (item.type === 'log') active.log.add(item.level, item.text);
      else await handler.onMessage?.(item.message, job);
    },
    onProgress(fraction, message) {
      active.progress = { fraction, message };
      attempt.onProgress();
    },
    onOutput: (stream, line) => active.log.add(stream === 'stderr' ? 'warn' : 'info', line),
  });
}
