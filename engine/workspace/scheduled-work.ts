import type { BatchService } from '../batch/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { WorkStarter } from '../jobs/index.ts';
import type { TrainingService } from '../training/index.ts';

/** What schedules can start, with the rooms that do it. */
export function scheduledWork(rooms: {
  batches: Pick<BatchService, 'check' | 'start'>;
  training: Pick<TrainingService, 'start'>;
  data: Pick<DataService, 'get'>;
}): WorkStarter {
  const { batches, training, data } = rooms;
  const newestOf = async (dataset: string): Promise<string> => {
    const { latest } = await data.get(dataset);
    if (latest !== null) return latest.id;
    throw new AssayError('datasets/version-not-found', `${dataset} has no versions.`);
  };

  return {
    async check(work) {
      if (work.kind === 'training') {
        await newestOf(work.dataset);
        return;
      }
      if (work.request.source.kind === 'upload')
        throw new AssayError('schedules/bad-work', 'An upload is gone after a day.', {
          problems: [
            { path: '/work/request/source', message: 'is an upload', expected: 'a dataset or a path' },
          ],
        });
      const { problems } = await batches.check(work.request);
      const [first] = problems;
      if (first === undefined) return;
      throw new AssayError('batch-predictions/columns-do-not-fit', first.message, {
        problems: problems.map((problem) => ({ ...problem, path: `/work/request${problem.path}` })),
      });
    },

    async start(work, scheduleId) {
      if (work.kind === 'batch') return (await batches.start(work.request, { scheduleId })).jobId;
      const recipe = { ...work.request.recipe, dataset: await newestOf(work.dataset) };
      const job = await training.start({ ...work.request, recipe }, { source: 'schedule' });
      return job.id;
    },
  };
}
