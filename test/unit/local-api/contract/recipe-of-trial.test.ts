import { describe, expect, test } from 'vitest';
import { Recipe, recipeOfTrial } from '../../../../local-api/contract/index.ts';

const basis = { task: 'classification', dataset: 'dsv_1', target: { column: 'Species' } } as const;

describe('the recipe of one model of many', () => {
  test('of an automatic choice has its own trainer and settings, and chooses nothing itself', () => {
    const whole = Recipe.parse({ ...basis, auto: { budgetSeconds: 60 }, seed: 7 });
    const recipe = recipeOfTrial(whole, {
      'trainer.kind': 'linear',
      'trainer.l2': 0.03,
      'preprocessing.numeric.scale': 'quantileNormal',
    });
    expect(recipe).toEqual(
      Recipe.parse({
        ...basis,
        trainer: { kind: 'linear', l2: 0.03 },
        preprocessing: { numeric: { scale: 'quantileNormal' } },
        seed: 7,
      }),
    );
  });

  test('of a search keeps the settings that the search does not vary', () => {
    const trainer = { kind: 'gbdt', trees: 50, leaves: 7 } as const;
    const whole = Recipe.parse({ ...basis, trainer, tuning: { trials: 4 } });
    const recipe = recipeOfTrial(whole, { 'trainer.leaves': 31 });
    expect(recipe).toEqual(Recipe.parse({ ...basis, trainer: { ...trainer, leaves: 31 } }));
  });

  test('leaves the recipe of the whole as it is', () => {
    const whole = Recipe.parse({ ...basis, trainer: { kind: 'gbdt' } });
    const before = structuredClone(whole);
    recipeOfTrial(whole, { 'preprocessing.numeric.scale': 'none', 'trainer.trees': 3 });
    expect(whole).toEqual(before);
  });
});
