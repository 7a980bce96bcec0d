/** What every command starts with: its options, where the workspace is, how to print, and a client when it needs one. */
import type { Command } from 'commander';
import type { Client } from '../client/index.ts';
import type { Job } from '../contract/index.ts';
import { connect } from './connect.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { createOutput, type Output, type Progress } from './output.ts';
import { workspaceDir } from './workspace-dir.ts';

export type Context = {
  dir: string;
  output: Output;
  /** Runs work against the engine that holds the workspace; opens the workspace for the time of the command when none does. */
  withClient<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /**
   * Waits for a job with its progress shown; a job that did not succeed fails the command. Ctrl-C cancels the job, or does what
   * `watch` says.
   */
  finish(client: Client, job: Job, title: string, watch?: JobWatch): Promise<Job>;
};

/** Another way of looking at a job. */
export type JobWatch = {
  progress: Progress;
  /** Called at every Ctrl-C. */
  onInterrupt(): void;
};

/** Global options stand before or after the command name. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<{ workspace?: string; json?: boolean }>();
  const dir = workspaceDir(options.workspace, process.env);
  const output = createOutput({ json: options.json === true });
  return {
    dir,
    output,
    async withClient(work) {
      const connection = await connect(dir);
      try {
        return await work(connection.client);
      } finally {
        await connection.close();
      }
    },
    finish: (client, job, title, watch) => finishJob(client, job, title, output, watch),
  };
}

async function finishJob(
  client: Client,
  job: Job,
  title: string,
  output: Output,
  watch?: JobWatch,
): Promise<Job> {
  const progress = watch?.progress ?? output.progress(title);
  const cancel = (): void => {
    void client.jobs.cancel({ params: { jobId: job.id } }).catch(() => {});
  };
  const onInterrupt = watch?.onInterrupt ?? cancel;
  if (watch === undefined) process.once('SIGINT', onInterrupt);
  else process.on('SIGINT', onInterrupt);
  try {
    const ended = await client.waitForJob(job.id, {
      onProgress: ({ fraction, message }) => progress.update(fraction, message),
    });
    if (ended.state === 'succeeded') {
      progress.done(durationOf(ended));
      return ended;
    }
    progress.done();
    if (ended.state === 'cancelled')
      throw new CommandFailure(
        'jobs/cancelled',
        `${title}: cancelled.`,
        'Run it again when you want it.',
        exitCodes.interrupted,
      );
    const error = ended.error;
    throw new CommandFailure(
      error?.code ?? 'internal',
      error?.message ?? 'The job failed.',
      error?.hint ?? '',
      exitCodes.jobFailed,
      error?.problems,
    );
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

function durationOf(job: Job): string {
  const ms = (job.endedAtMs ?? 0) - (job.startedAtMs ?? job.createdAtMs);
  return `in ${(ms / 1000).toFixed(1)} s`;
}
