import type { Recipe, SearchSpace, Trainer } from '../../../local-api/contract/index.ts';

/** What is worth searching of each trainer, with bounds that hold for most data. */
const spaces: Partial<Record<Trainer['kind'], SearchSpace>> = {
  linear: {
    'trainer.l2': { type: 'log', low: 1e-4, high: 1e3, whole: false },
    'trainer.l1': { type: 'log', low: 1e-3, high: 1e3, whole: false },
  },
  forest: {
    'trainer.method': { type: 'choice', options: ['random', 'extra'] },
    'trainer.maxFeatures': { type: 'choice', options: ['sqrt', 'log2', 'share'] },
    'trainer.minLeafRows': { type: 'log', low: 1, high: 30, whole: true },
  },
  gbdt: {
    'trainer.learningRate': { type: 'log', low: 0.02, high: 0.3, whole: false },
    'trainer.leaves': { type: 'log', low: 4, high: 128, whole: true },
    'trainer.minLeafRows': { type: 'log', low: 2, high: 100, whole: true },
    'trainer.l2': { type: 'log', low: 1e-3, high: 30, whole: false },
    'trainer.rowSample': { type: 'float', low: 0.5, high: 1 },
    'trainer.columnSample': { type: 'float', low: 0.4, high: 1 },
  },
  mlp: {
    'trainer.learningRate': { type: 'log', low: 1e-4, high: 1e-2, whole: false },
    'trainer.weightDecay': { type: 'log', low: 1e-6, high: 1e-2, whole: false },
    'trainer.hidden': { type: 'choice', options: [[32], [64, 32], [128, 64], [256, 128, 64]] },
    'trainer.batchSize': { type: 'choice', options: [128, 256, 512, 1024] },
  },
};

/** The space that a search of a trainer has when its recipe names none; null where there is nothing to search. */
export function usualSpace(kind: string): SearchSpace | null {
  const known: Partial<Record<string, SearchSpace>> = spaces;
  return known[kind] ?? null;
}

/** The recipe with its space written out, so that it gives the same trials in every release. */
export function withSpace(recipe: Recipe): Recipe {
  const { tuning } = recipe;
  if (tuning === undefined || Object.keys(tuning.space).length > 0) return recipe;
  const space = usualSpace(recipe.trainer.kind);
  return space === null ? recipe : { ...recipe, tuning: { ...tuning, space } };
}
