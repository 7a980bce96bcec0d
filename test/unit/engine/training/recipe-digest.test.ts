import { expect, test } from 'vitest';
import { recipeDigest } from '../../../../engine/training/recipe-digest.ts';
import { Recipe, type RecipeInput } from '../../../../local-api/contract/index.ts';

const digest = (changes: Partial<RecipeInput> = {}) =>
  recipeDigest(
    Recipe.parse({
      task: 'classification',
      dataset: 'dsv_1',
      target: { column: 'y' },
      trainer: { kind: 'prior' },
      ...changes,
    }),
    'sha256:abc',
  );

test('what does not change the model does not change the digest', () => {
  expect(digest({ dataset: 'dsv_2' })).toBe(digest());
  expect(digest({ limits: { seconds: 5 } })).toBe(digest());
  expect(digest({ evaluation: { slices: ['a'], confidence: 0.9 } })).toBe(digest());
});

test('calibration, threshold and weights change the model', () => {
  const digests = [
    digest(),
    digest({ calibration: 'auto' }),
    digest({ threshold: { by: 'f1' } }),
    digest({ threshold: { by: 'fixed', at: 0.4 } }),
    digest({ weights: { classes: 'balanced' } }),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(digest({ calibration: 'none', threshold: { by: 'fixed', at: 0.5 }, weights: {} })).toBe(digest());
});

test.each([
  ['prior', 'sha256:17227352bcec56e1a4a5d230b5929fd3aacc04794a4e936806dedf2be1963630'],
  ['linear', 'sha256:0fc23b2230ebc5b44d8593728f04f60a9c864d04997c20de14e7fb1c4599d9cc'],
  ['gbdt', 'sha256:90213c76638e8b09093f18db0a73860c3e6d3fb23f5f5f9f286115242ce490b2'],
] as const)('a recipe of %s written before fields were added has the digest that it had', (kind, before) => {
  const recipe = Recipe.parse({
    task: 'classification',
    dataset: 'd',
    target: { column: 'y' },
    trainer: { kind },
    preprocessing: { numeric: { impute: 'mean' } },
  });
  expect(recipeDigest(recipe, 'sha256:0')).toBe(before);
});

test('settings that were added later count where they differ from what was', () => {
  const usual = digest({ preprocessing: {} });
  const changed = [
    { numeric: { clip: 'iqr' } },
    { numeric: { clip: 'iqr', clipRange: 3 } },
    { columns: { x: { scale: 'robust' } } },
    { columns: { x: { scale: 'standard' } } },
    { interactions: [{ kind: 'sum', columns: ['a', 'b'] }] },
    { selection: { top: 3 } },
  ] satisfies RecipeInput['preprocessing'][];
  const digests = [usual, ...changed.map((preprocessing) => digest({ preprocessing }))];
  expect(new Set(digests).size).toBe(digests.length);
  expect(digest({ preprocessing: { numeric: { clip: 'none' }, selection: { maxCorrelation: 1 } } })).toBe(
    usual,
  );
});
