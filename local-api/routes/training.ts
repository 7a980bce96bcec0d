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

/** The fields are checked as those of any request; only a recipe without faults there is held against its data. */
async function checkRecipe(training: TrainingService, body: { recipe?: unknown }): Promise<RecipeCheck> {
  let recipe: Recipe;
  try {
    const raw = { params: {}, query: new URLSearchParams(), body: body.recipe };
    recipe = Recipe.parse(validate({ body: Recipe }, raw, 'a recipe').body);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    const problems = thrown.problems ?? [];
    return { problems: problems.map((one) => ({ ...one, path: `/recipe${one.path}` })), warnings: [] };
  }
  return training.check(recipe);
}
