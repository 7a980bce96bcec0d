import type { FeatureRole, Recipe } from '../../local-api/contract/index.ts';
import { expectedNames } from '../store/index.ts';
import { interactionName } from './preprocessing/fit-interaction.ts';
import type { RecipeFaults } from './recipe-faults.ts';
import { trainers } from './trainers/registry.ts';

type Feature = { name: string; role: FeatureRole };

/** Adds what of a trainer's settings cannot hold for these features. What only the rows can tell, its fit finds. */
export function checkTrainer(
  recipe: Pick<Recipe, 'task' | 'trainer' | 'preprocessing'>,
  features: readonly Feature[],
  faults: RecipeFaults,
): void {
  const { trainer } = recipe;
  const able = trainers.filter(({ tasks }) => tasks.includes(recipe.task)).map(({ kind }) => kind);
  if (!able.includes(trainer.kind)) {
    faults.add('/trainer/kind', `no trainer "${trainer.kind}" does ${recipe.task}`, able.join(' or '));
    return;
  }
  if (trainer.kind !== 'gbdt') return;
  const wanted = Object.keys(trainer.monotone);
  if (wanted.length === 0) return;
  const { loss } = trainer;
  if (recipe.task === 'regression' && (loss === 'absolute' || loss === 'quantile')) {
    faults.add(
      '/trainer/monotone',
      `the loss ${loss} sets leaves without regard to it`,
      'another loss, or no such feature',
    );
  }
  const made = recipe.preprocessing.interactions
    .filter(({ kind }) => kind !== 'cross')
    .map((interaction) => interactionName(interaction));
  const numbers = [...features.filter(({ role }) => role !== 'category').map(({ name }) => name), ...made];
  const parts = features.filter(({ role }) => role === 'datetime').map(({ name }) => `${name}.`);
  for (const name of wanted) {
    if (numbers.includes(name) || parts.some((part) => name.startsWith(part))) continue;
    const at = `/trainer/monotone/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const isCategory = features.some((feature) => feature.name === name);
    const why = isCategory
      ? `"${name}" is a category, and categories have no direction`
      : `"${name}" is not among the features; ${expectedNames(name, numbers)}`;
    faults.add(at, why, 'a feature of numbers, or one number of it');
  }
}
