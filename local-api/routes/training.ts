import { z } from 'zod';
import { AssayError } from '../../engine/errors.ts';
import type { JobQueue } from '../../engine/jobs/index.ts';
import type { TrainingService } from '../../engine/training/index.ts';
import { type api, Recipe, type RecipeCheck } from '../contract/index.ts';
import { recipeSchema } from '../docs/recipe-schema.ts';
import type { Handlers } from './handler.ts';
import { validate } from './validate.ts';

export function trainingRoutes(training: TrainingService, jobs: JobQueue): Handlers<typeof api.training> {
  return {
    recipeSchema: () => recipeSchema(),
    trainers: () => ({ items: training.trainers() }),
    check: ({ body }) => checkRecipe(training, body),
    start: async ({ body, parentJobId }) => {
      // The run tells what made it; a training that belongs to a larger job was made by that.
      const source = parentJobId === null ? 'train' : (await jobs.get(parentJobId)).kind;
      return training.start(body, { parentJobId, source });
    },
  };
}

const ToCheck = z.object({ recipe: Recipe });

/** The fields are checked as those of any request; only a recipe without faults there is held against its data. */
async function checkRecipe(training: TrainingService, body: { recipe?: unknown }): Promise<RecipeCheck> {
  let recipe: Recipe;
  try {
    const raw = { params: {}, query: new URLSearchParams(), body };
    recipe = ToCheck.parse(validate({ body: ToCheck }, raw, 'a recipe').body).recipe;
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    return { problems: [...(thrown.problems ?? [])], warnings: [] };
  }
  return training.check(recipe);
}
