import { expect, test } from 'vitest';
import { Recipe, type RecipeInput } from '../../../../../local-api/contract/index.ts';
import {
  countAnswerChanges,
  fromAnswers,
  toAnswers,
  usualAnswers,
} from '../../../../../renderer/features/training/answers-draft.ts';

const recipe = (parts: Partial<RecipeInput>) =>
  Recipe.parse({
    task: 'classification',
    dataset: 'dsv_1',
    target: { column: 'y' },
    trainer: { kind: 'prior' },
    ...parts,
  });

test('what is as usual leaves no trace in the recipe', () => {
  expect(toAnswers(usualAnswers, 'classification')).toEqual({});
  expect(toAnswers(fromAnswers(recipe({})), 'classification')).toEqual({});
  expect(countAnswerChanges(usualAnswers, 'classification')).toBe(0);
});

test('a recipe comes back as it was, also what the form has no field for', () => {
  const parts: Partial<RecipeInput> = {
    weights: { column: 'w', classes: { yes: 3 }, inFigures: true },
    calibration: 'auto',
    threshold: { by: 'cost', costs: { falsePositive: 1, falseNegative: 4 } },
    evaluation: { slices: ['a'], confidence: 0.9 },
  };
  expect(toAnswers(fromAnswers(recipe(parts)), 'classification')).toEqual(parts);
  expect(countAnswerChanges(fromAnswers(recipe(parts)), 'classification')).toBe(7);
});

test('a regression keeps what it can have', () => {
  const draft = fromAnswers(
    recipe({
      weights: { column: 'w', classes: 'balanced' },
      calibration: 'sigmoid',
      threshold: { by: 'f1' },
      evaluation: { slices: ['a'], fairness: ['b'] },
    }),
  );
  expect(toAnswers(draft, 'regression')).toEqual({ weights: { column: 'w' }, evaluation: { slices: ['a'] } });
});
