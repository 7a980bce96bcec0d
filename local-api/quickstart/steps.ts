/** The sample loop as data: what is imported, which recipes are trained, what the result is called. */
import type { ImportRequest, RecipeInput } from '../contract/index.ts';

export const quickstartNames = {
  dataset: 'flights',
  experiment: 'Late flights',
  model: 'late-flights',
  alias: 'champion',
} as const;

/** The two windows of the flights set: January and February to learn from, the last two months in the file to compare with. */
export const quickstartImports: { reference: ImportRequest; current: ImportRequest } = {
  reference: {
    dataset: quickstartNames.dataset,
    source: { kind: 'sample', name: 'flights' },
    options: { where: "date < TIMESTAMP '2001-03-01'" },
    note: 'January and February 2001',
    tags: { window: 'reference' },
  },
  current: {
    dataset: quickstartNames.dataset,
    source: { kind: 'sample', name: 'flights' },
    options: { where: "date >= TIMESTAMP '2001-05-01'" },
    note: 'May and June 2001',
    tags: { window: 'current' },
  },
};

/** Four trainers on one question: will the flight be more than 15 minutes late? Newest rows are held out. */
export function quickstartRecipes(
  datasetVersionId: string,
  options: { rows: number; seed: number },
): { name: string; recipe: RecipeInput }[] {
  const shared = {
    task: 'classification',
    dataset: datasetVersionId,
    rows: { limit: options.rows, sample: 'even' },
    target: { name: 'late', expression: 'delay > 15' },
    positive: 'true',
    features: { exclude: ['delay'] },
    split: { kind: 'time', column: 'date', test: 0.2, validation: 0.1 },
    seed: options.seed,
  } satisfies Omit<RecipeInput, 'trainer'>;
  return [
    { name: 'Baseline: class prior', recipe: { ...shared, trainer: { kind: 'prior' } } },
    { name: 'Logistic regression', recipe: { ...shared, trainer: { kind: 'linear' } } },
    { name: 'Gradient-boosted trees', recipe: { ...shared, trainer: { kind: 'gbdt' } } },
    { name: 'Neural network', recipe: { ...shared, trainer: { kind: 'mlp', hidden: [64, 32], epochs: 12 } } },
  ];
}
