import { type Recipe, Trainer } from '../../../local-api/contract/index.ts';
import { medianOf } from '../../statistics/index.ts';
import { trainerOf } from '../fit-recipe.ts';

/**
 * The recipe of the final model, which learns from every row but the test part and so has none to stop early on: as many
 * trees or epochs as the folds kept, their median. `rounds` is null, and the recipe as it was, where the trainer does not stop early.
 */
export function finalRecipe(
  recipe: Recipe,
  folds: readonly { rounds: number | null }[],
): { recipe: Recipe; rounds: number | null } {
  const kept = folds.flatMap(({ rounds }) => (rounds === null ? [] : [rounds]));
  const { rounds: face } = trainerOf(recipe);
  if (face === undefined || kept.length === 0 || !face.stopsEarly(recipe.trainer))
    return { recipe, rounds: null };
  const rounds = Math.max(1, Math.round(medianOf(kept)));
  return { recipe: { ...recipe, trainer: Trainer.parse(face.fixed(recipe.trainer, rounds)) }, rounds };
}

/** All of some rows, ascending. */
export function allRows(...parts: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}
