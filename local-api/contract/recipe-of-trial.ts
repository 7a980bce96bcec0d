import { Recipe } from './recipe.ts';

/**
 * The recipe of a trial, or of a model of an automatic choice: that of the whole without search and choice, with the settings of the
 * one by path (`trainer.l2`). Another kind of trainer begins with its own defaults. Throws a ZodError when the settings are none of the
 * recipe's.
 */
export function recipeOfTrial(whole: Recipe, values: Readonly<Record<string, unknown>>): Recipe {
  const { tuning: _, auto: __, ...rest } = whole;
  const kind = values['trainer.kind'];
  const changed: Record<string, unknown> = {
    ...rest,
    trainer: kind === undefined || kind === rest.trainer.kind ? rest.trainer : { kind },
  };
  for (const path of Object.keys(values).sort()) setAt(changed, path.split('.'), values[path] ?? null);
  return Recipe.parse(changed);
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
  const next: Record<string, unknown> = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  setAt(next, rest, value);
  target[name] = next;
}
