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
