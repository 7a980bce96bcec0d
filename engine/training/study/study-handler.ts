import type { JobHandler } from '../../jobs/index.ts';
import { createNestedRuns } from '../nested-runs.ts';
import type { TrainJobOutput } from '../train-job.ts';
import { prepareTraining, type TrainingHandlerOptions, trainingHandler } from '../training-handler.ts';
import { savedTrials } from './saved-trials.ts';
import type { StudyJobInput } from './study-job.ts';

/**
 * How the host treats a search: as a training, that goes on from the trials which earlier lives of it finished. It can be
 * paused: what is under way then is fitted anew.
 */
export function studyHandler(options: TrainingHandlerOptions): JobHandler<unknown, TrainJobOutput> {
  return {
    ...trainingHandler(options),
    kind: 'study',
    pausable: true,
    finishable: true,
    async prepare(input, job): Promise<StudyJobInput> {
      const prepared = await prepareTraining(options, input, job);
      const none = { records: [], answers: new Map() };
      const { records, answers } = job.runId === null ? none : await savedTrials(options, job.runId);
      return { ...prepared, saved: records, savedAnswers: answers };
    },
    async onPause({ runId }) {
      if (runId === null) return;
      await options.tracking.updateRun(runId, { status: 'scheduled' });
      await createNestedRuns(options).end(runId, 'killed');
    },
  };
}
