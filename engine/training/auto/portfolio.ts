import {
  type AutoCandidate,
  type AutoTrainer,
  type Recipe,
  recipeOfTrial,
} from '../../../local-api/contract/index.ts';
import type { TrainingTable } from '../table.ts';

type Offer = AutoCandidate & { only?: 'categories' };

const offer = (
  name: string,
  kind: AutoTrainer | 'prior',
  settings: AutoCandidate['values'] = {},
  only?: Offer['only'],
): Offer => ({
  name,
  values: { 'trainer.kind': kind, ...settings },
  ...(only === undefined ? {} : { only }),
});

/**
 * What is tried first, in this order: of each kind one with settings that serve most tables, the quick ones before the slow, then
 * others that differ from it as much as is sensible. Chosen so that their mistakes differ: that is what an ensemble lives on.
 */
const offers: readonly Offer[] = [
  offer('Baseline', 'prior'),
  offer('Linear model', 'linear'),
  offer('Boosted trees', 'gbdt'),
  offer('Extra trees', 'forest', { 'trainer.method': 'extra', 'trainer.minLeafRows': 2 }),
  offer('Boosted trees, small steps', 'gbdt', {
    'trainer.learningRate': 0.05,
    'trainer.trees': 600,
    'trainer.leaves': 15,
    'trainer.minLeafRows': 5,
    'trainer.columnSample': 0.7,
    'trainer.rowSample': 0.8,
    'trainer.l2': 1,
  }),
  offer('Random forest', 'forest', { 'trainer.minLeafRows': 2 }),
  offer('Neural network', 'mlp', { 'trainer.batchSize': 128 }),
  offer('Linear model, strong penalty', 'linear', { 'trainer.l2': 30 }),
  offer('Boosted trees, native categories', 'gbdt', { 'trainer.categories': 'native' }, 'categories'),
  offer('Boosted trees, shallow', 'gbdt', {
    'trainer.leaves': 6,
    'trainer.minLeafRows': 10,
    'trainer.trees': 600,
    'trainer.l2': 1,
  }),
  offer('Linear model, weak penalty', 'linear', { 'trainer.l2': 0.03 }),
  offer('Boosted trees, large', 'gbdt', {
    'trainer.learningRate': 0.05,
    'trainer.trees': 600,
    'trainer.leaves': 80,
    'trainer.columnSample': 0.6,
    'trainer.l2': 3,
  }),
  offer('Neural network, two layers', 'mlp', {
    'trainer.hidden': [128, 64],
    'trainer.dropout': 0.1,
    'trainer.batchSize': 256,
    'trainer.schedule': 'cosine',
  }),
  offer('Linear model, ranks for numbers', 'linear', { 'preprocessing.numeric.scale': 'quantileNormal' }),
  offer('Neural network, ranks for numbers', 'mlp', {
    'trainer.batchSize': 128,
    'preprocessing.numeric.scale': 'quantileNormal',
  }),
  offer('Extra trees, more columns', 'forest', {
    'trainer.method': 'extra',
    'trainer.maxFeatures': 'share',
    'trainer.featureShare': 0.6,
  }),
  offer(
    'Neural network, embeddings',
    'mlp',
    { 'trainer.categories': 'embedding', 'trainer.batchSize': 256 },
    'categories',
  ),
];

/** The models that are tried in any case, as far as the time goes; the baseline first. */
export function portfolioOf({ auto }: Pick<Recipe, 'auto'>, { columns }: TrainingTable): AutoCandidate[] {
  const kinds: ReadonlySet<unknown> = new Set([
    'prior',
    ...(auto?.trainers ?? ['linear', 'forest', 'gbdt', 'mlp']),
  ]);
  const hasCategories = columns.some(({ role }) => role === 'category');
  return offers
    .filter(({ values, only }) => kinds.has(values['trainer.kind']) && (only === undefined || hasCategories))
    .map(({ name, values }) => ({ name, values }));
}

/** The recipe that a candidate stands for: that of the whole with its settings, by itself. */
export function candidateRecipe(recipe: Recipe, { values }: Pick<AutoCandidate, 'values'>): Recipe {
  const { auto: _, ...rest } = recipe;
  return recipeOfTrial({ ...rest, trainer: { kind: 'prior' } }, values);
}
