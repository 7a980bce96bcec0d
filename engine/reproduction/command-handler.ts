import { z } from 'zod';
import type { Job } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler } from '../jobs/index.ts';
import { controlTags } from '../run-control/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';

/** A command to be run again; the run that it fills is the job's. */
const CommandRequest = z.object({
  command: z.array(z.string()).min(1),
  folder: z.string(),
  /** The interpreter of the first time, so that the same environment is found. */
  python: z.string().nullable(),
});
export type CommandRequest = z.infer<typeof CommandRequest>;

/** What the job process gets: it finds the API of the engine by the workspace folder, as the command line does. */
export type CommandJobInput = CommandRequest & { dir: string; runId: string };
export type CommandJobOutput = { exitCode: number };

/** How the host treats a command that runs again: it ends the run when the job process could not. */
export function commandHandler(options: {
  tracking: TrackingService;
  clock: Clock;
  dir: string;
}): JobHandler<unknown, CommandJobOutput> {
  const { tracking, clock, dir } = options;
  return {
    kind: 'exec',
    maxAttempts: 1,
    // Nobody can tell how far the command came.
    resumable: false,
    takesSlot: true,

    async prepare(input, job): Promise<CommandJobInput> {
      const runId = runOf(job);
      const { tags } = await tracking.getRun(runId);
      if (tags[controlTags.error] !== undefined) await tracking.deleteTag(runId, controlTags.error);
      await tracking.updateRun(runId, { status: 'running', endedAtMs: null, jobId: job.id });
      return { ...CommandRequest.parse(input), dir, runId };
    },

    onSuccess: async ({ exitCode }, job) => ({ runId: runOf(job), exitCode }),

    async onEnd(job) {
      const runId = runOf(job);
      const run = await tracking.getRun(runId);
      if (run.status !== 'running' && run.status !== 'scheduled') return;
      if (job.error !== null) {
        const error = `${job.error.code}: ${job.error.message}`.slice(0, 8000);
        await tracking.log(runId, { metrics: [], params: {}, tags: { [controlTags.error]: error } });
      }
      const status = job.state === 'cancelled' ? 'killed' : 'failed';
      await tracking.updateRun(runId, { status, endedAtMs: clock.nowMs() });
    },
  };
}

function runOf(job: Job): string {
  if (job.runId === null) throw new AssayError('internal', 'A command that runs again has no run.');
  return job.runId;
}
