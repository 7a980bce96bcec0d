import { describe, expect, test } from 'vitest';
import { AssayError } from '../../../../../engine/errors.ts';
import { RecipeFaults } from '../../../../../engine/training/recipe-faults.ts';
import { trainers } from '../../../../../engine/training/trainers/registry.ts';
import { checkSpace, placeOf, valueAt } from '../../../../../engine/training/tuning/space.ts';
import { usualSpace, withSpace } from '../../../../../engine/training/tuning/usual-space.ts';
import {
  Dimension,
  type Problem,
  Recipe,
  type RecipeInput,
  recipeOfTrial,
  Trainer,
} from '../../../../../local-api/contract/index.ts';

function recipeWith(changes: Partial<RecipeInput>): Recipe {
  const trainer = { kind: 'gbdt' } as const;
  return Recipe.parse({ task: 'regression', dataset: 'v', target: { column: 'y' }, trainer, ...changes });
}

function faultsOf(recipe: Recipe): string[] {
  return problemsOf(recipe).map(({ path }) => path);
}

function problemsOf(recipe: Recipe): readonly Problem[] {
  const faults = new RecipeFaults([]);
  if (recipe.tuning) checkSpace(recipe, recipe.tuning, faults);
  try {
    faults.throwIfAny();
    return [];
  } catch (thrown) {
    return thrown instanceof AssayError ? (thrown.problems ?? []) : [];
  }
}

const searched = trainers
  .map(({ kind }) => Trainer.parse({ kind }))
  .filter(({ kind }) => usualSpace(kind) !== null);
test.each(searched)('the usual space of $kind has settings that it takes', (trainer) => {
  const recipe = withSpace(recipeWith({ trainer, tuning: {} }));
  expect(Object.keys(recipe.tuning?.space ?? {}).length).toBeGreaterThan(0);
  expect(faultsOf(recipe)).toEqual([]);
});

test('a search of what has no settings is refused', () => {
  expect(faultsOf(withSpace(recipeWith({ trainer: { kind: 'prior' }, tuning: {} })))).toEqual([
    '/recipe/tuning/space',
  ]);
});

const dimensions: Dimension[] = [
  { type: 'int', low: -3, high: 9 },
  { type: 'float', low: 0.5, high: 0.9 },
  { type: 'log', low: 1e-4, high: 10, whole: false },
  { type: 'log', low: 1, high: 300, whole: true },
  { type: 'choice', options: ['a', ['b'], null, 3] },
].map((dimension) => Dimension.parse(dimension));
describe.each(dimensions)('%j', (dimension) => {
  test('has its bounds at the ends, and values come back from their places', () => {
    const values = Array.from({ length: 101 }, (_, i) => valueAt(dimension, i / 100));
    if (dimension.type === 'choice') expect([values[0], values[100]]).toEqual(['a', 3]);
    else {
      expect(values[0]).toBeCloseTo(dimension.low, 12);
      expect(values[100]).toBeCloseTo(dimension.high, 8);
    }
    for (const value of values) {
      const again = valueAt(dimension, placeOf(dimension, value));
      if (typeof value === 'number' && typeof again === 'number') expect(again).toBeCloseTo(value, 8);
      else expect(again).toEqual(value);
    }
  });
});

test('a trial of another trainer begins with the defaults of that one', () => {
  const recipe = recipeWith({ trainer: { kind: 'gbdt', trees: 7 }, tuning: {} });
  const made = recipeOfTrial(recipe, { 'trainer.kind': 'linear', 'trainer.l2': 3 });
  expect(made.trainer).toMatchObject({ kind: 'linear', l2: 3 });
  expect(made.trainer).not.toHaveProperty('trees');
  expect(made.tuning).toBeUndefined();
  const same = recipeOfTrial(recipe, { 'preprocessing.categorical.maxOneHot': 5 });
  expect(same.trainer).toMatchObject({ kind: 'gbdt', trees: 7 });
  expect(same.preprocessing.categorical.maxOneHot).toBe(5);
});

test('conditions that name nothing or go in a circle are found', () => {
  const tuning: RecipeInput['tuning'] = {
    space: {
      'trainer.leaves': { type: 'int', low: 2, high: 9, when: { 'trainer.trees': 5 } },
      'trainer.bins': { type: 'int', low: 8, high: 64, when: { 'trainer.l2': 1 } },
      'trainer.l2': { type: 'float', low: 0, high: 1, when: { 'trainer.bins': 9 } },
    },
  };
  expect(faultsOf(recipeWith({ tuning }))).toEqual([
    '/recipe/tuning/space/trainer.leaves/when',
    '/recipe/tuning/space/trainer.bins/when',
    '/recipe/tuning/space/trainer.l2/when',
  ]);
});

test('settings that nobody knows are refused with the names that there are', () => {
  const choice: Dimension = { type: 'choice', options: [{ a: 1 }] };
  const whole: Dimension = { type: 'int', low: 2, high: 9 };
  const space = { 'trainer.leavs': whole, 'trainer.odd': choice, nothing: choice };
  const [first, second, third] = problemsOf(recipeWith({ tuning: { space } }));
  expect(first).toMatchObject({
    message: 'the recipe has no setting "trainer.leavs"; did you mean trainer.leaves?',
  });
  expect(second?.expected).toMatch(/^trainer\.kind, trainer\.trees, trainer\.learningRate/);
  expect(third?.expected).toBe('preprocessing, trainer');
});
