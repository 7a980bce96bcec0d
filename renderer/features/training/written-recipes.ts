import type { RecipeInput } from '../../../local-api/contract/index.ts';
import type { Draft } from './draft.ts';
import { toRecipe } from './draft-recipe.ts';

/** The recipe of a trainer as somebody writes it. */
export type RecipeText = {
  text: string;
  format: 'yaml' | 'json';
  /** The recipe that the form had when the text was last read or written, to tell whether the form was changed since. */
  basis: string;
  /** What the text says; undefined where it can't be read. */
  value: unknown;
  /** Whether that is a recipe for the data of the page: then it is what is trained, letter by letter. */
  isRecipe: boolean;
};

/** By kind of trainer. */
export type RecipeTexts = Readonly<Record<string, RecipeText>>;

/** The recipe of every chosen trainer, as it is written where it is. */
export function recipesOf(draft: Draft, texts: RecipeTexts): Record<string, RecipeInput> {
  return Object.fromEntries(
    Object.keys(draft.trainers).map((kind) => {
      const recipe = toRecipe(draft, kind);
      const written = texts[kind];
      const holds = written?.isRecipe && written.basis === JSON.stringify(recipe);
      // The text passed the contract; its unknown fields, if any, are for the engine to refuse.
      return [kind, holds ? (written.value as RecipeInput) : recipe];
    }),
  );
}

/** Whether a text can't be trained, and the form was not changed since it was written. */
export function isFaulty(draft: Draft, trainer: string, { basis, isRecipe }: RecipeText): boolean {
  return !isRecipe && basis === JSON.stringify(toRecipe(draft, trainer));
}
