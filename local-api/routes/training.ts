import type { JobQueue } from '../../engine/jobs/index.ts';
import type { TrainingService } from '../../engine/training/index.ts';
import type { api } from '../contract/index.ts';
import { recipeSchema } from '../docs/recipe-schema.ts';
import type { Handlers } from './handler.ts';

export function trainingRoutes(training: TrainingService, jobs: JobQueue): Handlers<typeof api.training> {
  return {
    recipeSchema: () => recipeSchema(),
    trainers: () => ({ items: training.trainers() }),
    start: async ({ body, parentJobId }) => {
      // The run tells what made it; a training that belongs to a larger job was made by that.
      const source = parentJobId === null ? 'train' : (await jobs.get(parentJobId)).kind;
      return training.start(body, { parentJobId, source });
    },
  };
}
