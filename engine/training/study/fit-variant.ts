import type { Recipe } from '../../../local-api/contract/index.ts';
import type { TrainingData } from '../training-data.ts';
import type { FoldResult } from '../validation/cross-validate.ts';
import { foldsOfScope, type Scope } from './scope.ts';
import type { TrialPool } from './trial-pool.ts';

/**
 * Fits a recipe on every fold of a scope in the workers of a pool, and gives what its models answered for the rows that were held
 * out. `recipe` is the one that the pool was opened for, and says what the folds are; `variant` differs from it in trainer and
 * preprocessing alone. Variants may be fitted at the same time. Errors: those of `TrialPool.fit`.
 */
export async function fitVariant(options: {
  pool: TrialPool;
  recipe: Recipe;
  variant: Recipe;
  data: TrainingData;
  scope: Scope;
  signal: AbortSignal;
}): Promise<FoldResult[]> {
  const { pool, recipe, variant, data, scope, signal } = options;
  const folds = foldsOfScope(recipe, data, scope);
  return Promise.all(
    folds.map(async (fold, index) => {
      const task = { recipe: variant, on: { scope, fold: index }, rowShare: 1, isMeasured: false };
      const { answers, report, seconds } = await pool.fit(task, signal);
      return { fold, answers, report, seconds };
    }),
  );
}
