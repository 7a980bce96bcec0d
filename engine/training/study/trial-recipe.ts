import { type Recipe, recipeOfTrial, Trainer, type Tuning } from '../../../local-api/contract/index.ts';
import { trainerOf } from '../fit-recipe.ts';
import type { Proposal } from '../tuning/search.ts';

/**
 * What a proposal comes to: the recipe of the trial, and the share of the training rows that it learns from. A share of the budget is
 * fewer trees or epochs, or, where the method says so or the trainer has none, fewer rows.
 */
export function trialRecipe(
  recipe: Recipe,
  { method }: Tuning,
  { values, share }: Pick<Proposal, 'values' | 'share'>,
): { recipe: Recipe; rowShare: number } {
  const made = recipeOfTrial(recipe, values);
  if (share >= 1) return { recipe: made, rowShare: 1 };
  const { rounds } = trainerOf(made);
  const byRows = (method.kind === 'halving' || method.kind === 'hyperband') && method.resource === 'rows';
  if (byRows || rounds === undefined) return { recipe: made, rowShare: share };
  const fewer = Math.max(1, Math.round(rounds.most(made.trainer) * share));
  return { recipe: { ...made, trainer: Trainer.parse(rounds.limited(made.trainer, fewer)) }, rowShare: 1 };
}
