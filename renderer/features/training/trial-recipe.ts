import { Recipe } from '../../../local-api/contract/index.ts';

/** The settings of a trial or of a model of an automatic choice, by path in the recipe: `trainer.l2`. */
type Values = Readonly<Record<string, unknown>>;

/**
 * The recipe that trains one of the models of a search or an automatic choice by itself: that of the whole with the settings of the
 * one. The engine fits trials by the same rule (`recipeOfTrial`).
 */
export function recipeOfTrial(whole: Recipe, values: Values): Recipe {
  const { tuning: _, auto: __, ...rest } = structuredClone(whole);
  const kind = values['trainer.kind'];
  const isOther = kind !== undefined && kind !== rest.trainer.kind;
  const recipe: Record<string, unknown> = { ...rest, trainer: isOther ? { kind } : rest.trainer };
  for (const path of Object.keys(values).sort()) setAt(recipe, path.split('.'), values[path]);
  return Recipe.parse(recipe);
}

function setAt(
  target: Record<string, unknown>,
  [name = '', ...rest]: readonly string[],
  value: unknown,
): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = target[name];
  const next = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  setAt(next, rest, value);
  target[name] = next;
}
