import type { Run } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';

const checkMs = 5000;

/** Tags by which a run that is looked after by a process of its own is known, over restarts of the engine. */
export const controlTags = {
  /** What keeps the run: `exec`, or `script` for a program that sends heartbeats itself. */
  keeper: 'assay.keeper',
  stopRequested: 'assay.stop_requested',
  error: 'assay.error',
} as const;

const silentCode = 'runs/silent';
const running: ReadonlySet<string> = new Set(['running', 'scheduled']);

export type RunControl = {
  /** Takes up the runs that an engine before was hearing from: they have as long as `silenceSeconds` from now to be heard again. */
  start(): Promise<void>;
  /**
   * Says that the process of a run lives, and gives whether somebody asked it to stop. A run that was taken to have died
   * goes on. Errors: runs/not-found, runs/deleted.
   */
  heartbeat(runId: string): Promise<{ stopRequested: boolean }>;
  /**
   * Stops a run: cancels its job, or asks the process that sends its heartbeats, which then ends it.
   * Errors: runs/not-found, runs/not-stoppable for one that has ended or that nothing here controls.
   */
  stop(runId: string): Promise<Run>;
  close(): Promise<void>;
};

/** Looks after runs that other processes of this machine make: their heartbeats, their death, and how to stop them. */
export function createRunControl(options: {
  tracking: TrackingService;
  jobs: Pick<JobQueue, 'cancel'>;
  clock: Clock;
  logger: Logger;
  /** A run whose process has not been heard from for so long is taken to have died. */
  silenceSeconds: () => number;
}): RunControl {
  const { tracking, jobs, clock, logger } = options;
  const heardAtMs = new Map<string, number>();
  const stopRequested = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let checking: Promise<void> = Promise.resolve();

  const tag = (runId: string, tags: Record<string, string>): Promise<void> =>
    tracking.log(runId, { metrics: [], params: {}, tags });

  /** The process is gone, so nobody else will end the run: at the time of the last it told. */
  const endSilent = async (runId: string): Promise<void> => {
    const run = await tracking.getRun(runId);
    if (!running.has(run.status) || run.lifecycle === 'deleted') return;
    const told = Object.values(run.metrics).map(({ timestampMs }) => timestampMs);
    const lastMs = Math.min(clock.nowMs(), Math.max(run.startedAtMs, heardAtMs.get(runId) ?? 0, ...told));
    await tracking.updateRun(runId, { status: 'killed', endedAtMs: lastMs });
    await tag(runId, {
      [controlTags.error]: `${silentCode}: The process of this run has not been heard from for ${options.silenceSeconds()} seconds.`,
    });
  };

  const check = async (): Promise<void> => {
    const before = clock.nowMs() - 1000 * options.silenceSeconds();
    for (const [runId, atMs] of heardAtMs) {
      if (atMs > before) continue;
      try {
        await endSilent(runId);
      } catch (thrown) {
        logger.warn({ runId, error: messageOf(thrown) }, 'a silent run could not be ended');
      }
      heardAtMs.delete(runId);
      stopRequested.delete(runId);
    }
  };

  /** The first sign of life in this engine's time, or after a silence. */
  const takeUp = async (runId: string): Promise<void> => {
    const run = await tracking.getRun(runId);
    if (run.lifecycle === 'deleted') throw new AssayError('runs/deleted', `The run ${runId} is deleted.`);
    if (run.status === 'killed' && run.tags[controlTags.error]?.startsWith(silentCode)) {
      await tracking.deleteTag(runId, controlTags.error);
      await tracking.updateRun(runId, { status: 'running', endedAtMs: null });
    }
    if (run.tags[controlTags.keeper] === undefined) await tag(runId, { [controlTags.keeper]: 'script' });
    if (run.tags[controlTags.stopRequested] !== undefined) stopRequested.add(runId);
  };

  return {
    async start() {
      let cursor: string | undefined;
      do {
        const page = await tracking.listRuns({
          filter: `status = 'running' and tags.${controlTags.keeper} is not null`,
          fields: 'id',
          limit: 500,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { id } of page.items) heardAtMs.set(id, clock.nowMs());
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      timer = setInterval(() => {
        checking = checking.then(check);
      }, checkMs);
      timer.unref();
    },

    async heartbeat(runId) {
      if (!heardAtMs.has(runId)) await takeUp(runId);
      heardAtMs.set(runId, clock.nowMs());
      return { stopRequested: stopRequested.has(runId) };
    },

    async stop(runId) {
      const run = await tracking.getRun(runId);
      if (!running.has(run.status)) {
        throw new AssayError('runs/not-stoppable', `The run "${run.name}" has ended already: ${run.status}.`);
      }
      if (run.jobId !== null) {
        await jobs.cancel(run.jobId);
        return tracking.getRun(runId);
      }
      if (run.tags[controlTags.keeper] === undefined) {
        throw new AssayError(
          'runs/not-stoppable',
          `The run "${run.name}" was started by a script that Assay does not control.`,
        );
      }
      stopRequested.add(runId);
      await tag(runId, { [controlTags.stopRequested]: new Date(clock.nowMs()).toISOString() });
      return tracking.getRun(runId);
    },

    async close() {
      if (timer !== null) clearInterval(timer);
      await checking;
    },
  };
}
