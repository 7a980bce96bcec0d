import type { FoldScheme, Recipe, Validation } from '../../../local-api/contract/index.ts';

/** Up to so many rows: folds. Beyond the last the validation part is held out once. */
const foldsByRows = [
  { rows: 1000, folds: 10 },
  { rows: 20_000, folds: 5 },
  { rows: 60_000, folds: 3 },
] as const;

/**
 * The recipe of an automatic choice with its folds written out, so that it gives the same models in every release: more of them
 * the fewer rows there are, shared out as the split says. What a recipe says of its folds itself is left as it is. Others are
 * given back as they are.
 */
export function withFolds(recipe: Recipe, rowsOfData: number): Recipe {
  const { auto, validation, limits } = recipe;
  if (auto === undefined) return recipe;
  const rows = Math.min(rowsOfData, recipe.rows.limit ?? rowsOfData);
  return {
    ...recipe,
    validation: validation.kind === 'holdout' ? foldsFor(recipe, rows) : validation,
    // The budget ends it long before; a limit is for what hangs.
    limits: { ...limits, seconds: Math.max(limits.seconds, 2 * auto.budgetSeconds + 300) },
  };
}

function foldsFor({ split }: Recipe, rows: number): Validation {
  const folds = foldsByRows.find((step) => rows <= step.rows)?.folds;
  if (folds === undefined) return { kind: 'holdout' };
  const scheme = schemeOf(split, folds);
  return scheme;
}

function schemeOf(split: Recipe['split'], folds: number): FoldScheme {
  switch (split.kind) {
    case 'random':
      return { kind: 'kfold', folds, repeats: 1, stratify: split.stratify, shuffle: true };
    case 'group':
      return { kind: 'group', column: split.column, folds: Math.min(folds, 5) };
    case 'time':
      return { kind: 'timeSeries', folds: Math.min(folds, 5), window: 'expanding', gap: 0 };
  }
}
