import { Recipe } from '../../../../local-api/contract/index.ts';
import { autoKind } from '../auto/auto-settings.ts';
import type { Draft } from '../draft.ts';
import { draftFromRecipe, type RecipeData, toRecipe } from '../draft-recipe.ts';
import type { RecipeText } from '../written-recipes.ts';
import { changeText, type Format, namesVersion, readText, writeText } from './recipe-text.ts';

/**
 * The text to show for a trainer: as it was left where the form says the same still; with the changes of the form brought in
 * where it doesn't, comments kept; else written anew.
 */
export function textFor(
  draft: Draft,
  trainer: string,
  known: RecipeText | undefined,
  format: Format,
  data: RecipeData,
): RecipeText {
  const recipe = toRecipe(draft, trainer);
  const basis = JSON.stringify(recipe);
  const isCurrent = known?.basis === basis;
  if (known && isCurrent && known.format === format) return known;
  const fresh = { format, basis, isRecipe: true };
  if (known && isCurrent && known.isRecipe) {
    return { ...fresh, text: writeText(known.value, format), value: known.value };
  }
  if (known?.isRecipe && known.format === format) {
    const text = changeText(known.text, format, JSON.parse(known.basis), recipe);
    const { taken } = takeText(draft, trainer, { text, format }, data);
    if (taken.isRecipe && taken.basis === basis) return taken;
  }
  return { ...fresh, text: writeText(recipe, format), value: recipe };
}

export type TakenText = {
  draft: Draft;
  /** The trainer that the text is of now. */
  trainer: string;
  taken: RecipeText;
};

/**
 * Reads what was written for a trainer: a recipe for the data of the page becomes the draft, anything else leaves it as it is. A whole
 * file is a training of its own: with `isAlone` no other trainer stays chosen.
 */
export function takeText(
  draft: Draft,
  trainer: string,
  { text, format }: Pick<RecipeText, 'text' | 'format'>,
  data: RecipeData,
  { isAlone = false } = {},
): TakenText {
  const { version } = data;
  const read = readText(text, format).value;
  const value = namesVersion(read, version) ? { ...Object(read), dataset: version.id } : read;
  const parsed = Recipe.safeParse(value);
  if (!parsed.success || parsed.data.dataset !== draft.versionId) {
    const basis = JSON.stringify(toRecipe(draft, trainer));
    return { draft, trainer, taken: { text, format, basis, value, isRecipe: false } };
  }
  const { draft: next, trainer: kind } = withRecipe(
    isAlone ? { ...draft, trainers: {} } : draft,
    trainer,
    parsed.data,
    data,
  );
  const basis = JSON.stringify(toRecipe(next, kind));
  return { draft: next, trainer: kind, taken: { text, format, basis, value, isRecipe: true } };
}

/** The draft that says what a recipe says; other chosen trainers stay, with their settings, unless Assay is to choose. */
function withRecipe(
  draft: Draft,
  trainer: string,
  recipe: Recipe,
  data: RecipeData,
): Pick<TakenText, 'draft' | 'trainer'> {
  const read = draftFromRecipe(recipe, data);
  const [kind = trainer] = Object.keys(read.trainers);
  const own = new Set(kind === autoKind ? Object.keys(draft.trainers) : [trainer, kind]);
  const others = <Value>(record: Record<string, Value>) =>
    Object.entries(record).filter(([name]) => !own.has(name));
  const order = data.trainers.map((info) => info.kind);
  const trainers = [...others(draft.trainers), ...Object.entries(read.trainers)].sort(
    ([a], [b]) => order.indexOf(a) - order.indexOf(b),
  );
  const spaces = { ...Object.fromEntries(others(draft.judging.spaces)), ...read.judging.spaces };
  return {
    trainer: kind,
    draft: {
      ...read,
      trainers: Object.fromEntries(trainers),
      judging: { ...read.judging, spaces },
      experiment: draft.experiment,
      on: draft.on,
    },
  };
}
