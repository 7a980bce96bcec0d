import { z } from 'zod';
import type { Job } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import type { Ids, Logger } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { readTrainingProgram, type TrainJobInput, type TrainJobOutput } from '../training/index.ts';
import type { RemoteTrainJobInput } from './remote-train-job.ts';
import type { Targets } from './targets.ts';

const Submitted = z.object({ targetId: z.string() });

/** Where a run was trained, and what that is called there. */
const placeTag = 'assay.trained_on';
const workTag = 'assay.remote_job';
const errorTag = 'assay.error';

const stopTimeoutMs = 20_000;

export type RemoteTrainOptions = {
  /** Of trainings here: what comes back is taken in as if it was made here. */
  training: JobHandler<unknown, TrainJobOutput>;
  tracking: Pick<TrackingService, 'getRun' | 'log'>;
  targets: Pick<Targets, 'ready'>;
  ids: Ids;
  logger: Logger;
};

/**
 * Jobs of kind `remote-train`. The work there is named in a tag of the run before it is begun, so that the next engine goes on
 * following it. A job that ends otherwise than well stops the work there.
 */
export function remoteTrainHandler(options: RemoteTrainOptions): JobHandler<unknown, TrainJobOutput> {
  const { training, tracking, targets, ids, logger } = options;

  const stop = async (job: Job): Promise<void> => {
    const { tags } = await tracking.getRun(runOf(job));
    const workId = tags[workTag];
    if (workId === undefined) return;
    const { kind, config, hidden } = await targets.ready(Submitted.parse(job.input).targetId);
    const signal = AbortSignal.timeout(stopTimeoutMs);
    const http = createRemoteHttp({ signal, tries: 2 });
    try {
      const trainer = await kind.openTrainer?.(config);
      await trainer?.stop(workId, { http, signal, nowMs: () => Date.now() });
    } catch (thrown) {
      throw new Error(withoutSecrets(messageOf(thrown), hidden));
    } finally {
      http.close();
    }
  };

  return {
    ...training,
    kind: 'remote-train',
    // It only waits.
    takesSlot: false,

    async prepare(input, job, tmpDir): Promise<RemoteTrainJobInput> {
      const runId = runOf(job);
      const { tags } = await tracking.getRun(runId);
      const { row, config, hidden } = await targets.ready(Submitted.parse(input).targetId);
      // With an error it has ended, and is tried again by hand.
      const isUnderWay = tags[errorTag] === undefined;
      const workId = (isUnderWay ? tags[workTag] : undefined) ?? ids.id('assay');
      const program = await readTrainingProgram();
      // The handler of trainings prepares for their job.
      const prepared = (await training.prepare(input, job, tmpDir)) as TrainJobInput;
      const named = { [placeTag]: row.name, [workTag]: workId };
      await tracking.log(runId, { metrics: [], params: {}, tags: named });
      return { kind: row.kind, target: row.name, config, hidden, workId, training: prepared, program };
    },

    async onEnd(job) {
      await stop(job).catch((thrown: unknown) =>
        logger.warn({ jobId: job.id, error: messageOf(thrown) }, 'a training elsewhere could not be stopped'),
      );
      await training.onEnd?.(job);
    },
  };
}

function runOf(job: Job): string {
  if (job.runId === null) throw new AssayError('internal', 'A training job has no run.');
  return job.runId;
}
