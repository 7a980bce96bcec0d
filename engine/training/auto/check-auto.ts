import type { Recipe } from '../../../local-api/contract/index.ts';
import type { RecipeFaults } from '../recipe-faults.ts';

/** What of an automatic choice does not go with the rest of a recipe. */
export function checkAuto(recipe: Recipe, faults: RecipeFaults): void {
  const { auto, tuning, validation, evaluation } = recipe;
  if (auto === undefined) return;
  if (tuning !== undefined) {
    faults.add('/tuning', 'the automatic choice searches by itself', 'either auto or tuning');
  }
  if (validation.kind === 'nested') {
    faults.add(
      '/validation',
      'an automatic choice compares models on one set of folds',
      'kfold, group, timeSeries or holdout',
    );
  }
  if (evaluation.learningCurve > 0) {
    faults.add('/evaluation/learningCurve', 'several models together have no learning curve', '0');
  }
  const names = auto.candidates?.map(({ name }) => name) ?? [];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) faults.add('/auto/candidates', `two candidates are called "${twice}"`);
  for (const [i, name] of (auto.members ?? []).entries()) {
    if (auto.candidates !== undefined && !names.includes(name)) {
      faults.add(`/auto/members/${i}`, `there is no candidate "${name}"`);
    }
  }
}
