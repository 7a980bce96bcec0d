import { describe, expect, test } from 'vitest';
import { withFolds } from '../../../../../engine/training/auto/auto-folds.ts';
import { createCosts } from '../../../../../engine/training/auto/costs.ts';
import { nextVariant } from '../../../../../engine/training/auto/local-search.ts';
import { candidateRecipe, portfolioOf } from '../../../../../engine/training/auto/portfolio.ts';
import type { TrainingTable } from '../../../../../engine/training/table.ts';
import { Recipe, type RecipeInput } from '../../../../../local-api/contract/index.ts';

const recipe = (changes: Partial<RecipeInput> = {}) =>
  Recipe.parse({ task: 'classification', dataset: 'dsv_1', target: { column: 'y' }, auto: {}, ...changes });

function tableOf(...roles: ('number' | 'category')[]): TrainingTable {
  const columns = roles.map((role, i): TrainingTable['columns'][number] => {
    const column = { name: `x${i}`, type: 'string', nullable: false } as const;
    return role === 'number'
      ? { ...column, role, values: new Float64Array(0) }
      : { ...column, role, codes: new Int32Array(0), categories: [] };
  });
  const target = { task: 'regression', values: new Float64Array(0) } as const;
  return {
    rows: 0,
    matchedRows: 0,
    withoutTarget: 0,
    columns,
    extras: [],
    target,
    sourceRows: new Int32Array(0),
  };
}

describe('the portfolio', () => {
  test('begins with the baseline, has every kind, and is made of recipes that hold', () => {
    const all = portfolioOf(recipe(), tableOf('number', 'category'));
    expect(all[0]?.name).toBe('Baseline');
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const kinds = all.map((candidate) => candidateRecipe(recipe(), candidate).trainer.kind);
    expect(new Set(kinds)).toEqual(new Set(['prior', 'linear', 'gbdt', 'forest', 'mlp']));
    for (const candidate of all) {
      const made = candidateRecipe(recipe(), candidate);
      expect(made.auto).toBeUndefined();
      // A setting that the trainer does not have would be passed over.
      for (const [path, value] of Object.entries(candidate.values)) {
        const found = path.split('.').reduce<unknown>((at, name) => Object(at)[name], made);
        expect(found, `${candidate.name}, ${path}`).toEqual(value);
      }
    }
  });

  test('has only the kinds that are asked for, and native categories only where there are categories', () => {
    const asked = portfolioOf(recipe({ auto: { trainers: ['gbdt'] } }), tableOf('number'));
    const kinds = asked.map(({ values }) => values['trainer.kind']);
    expect(new Set(kinds)).toEqual(new Set(['prior', 'gbdt']));
    expect(asked.map(({ name }) => name)).not.toContain('Boosted trees, native categories');
  });
});

test('variants are recipes that hold, differ, and are the same for the same history', () => {
  const history = portfolioOf(recipe(), tableOf('number', 'category')).map((candidate, i) => ({
    candidate,
    loss: 1 / (i + 1),
  }));
  const variants = Array.from({ length: 60 }, (_, turn) => nextVariant(history, turn, 7));
  expect(Array.from({ length: 60 }, (_, turn) => nextVariant(history, turn, 7))).toEqual(variants);
  const texts = variants.map((variant) => JSON.stringify(variant?.values));
  expect(new Set(texts).size).toBeGreaterThan(50);
  for (const variant of variants) {
    if (variant === null) throw new Error('there is something to vary');
    const made = candidateRecipe(recipe(), variant);
    expect(made.trainer.kind).toBe(variant.values['trainer.kind']);
  }
  const kinds = variants.map((variant) => variant?.values['trainer.kind']);
  expect(new Set(kinds)).toEqual(new Set(['linear', 'gbdt', 'forest', 'mlp']));
  expect(nextVariant([], 0, 7)).toBeNull();
});

test('a kind is estimated by its own fits, the slowest of the newest ones', () => {
  const costs = createCosts();
  const trees = candidateRecipe(recipe(), { values: { 'trainer.kind': 'gbdt' } });
  const size = { rows: 10_000, columns: 20, classes: 2 };
  costs.learn(trees, size, 3);
  costs.learn(trees, size, 2);
  expect(costs.estimate(trees, size)).toBeCloseTo(3, 6);
  expect(costs.estimate(trees, { ...size, rows: 40_000 })).toBeGreaterThan(6);
  const line = candidateRecipe(recipe(), { values: { 'trainer.kind': 'linear' } });
  expect(costs.estimate(line, size)).toBeLessThan(0.5);
});

describe('folds of an automatic choice', () => {
  test('are more the fewer rows there are, and none beyond many', () => {
    const foldsOf = (rows: number) => {
      const { validation } = withFolds(recipe(), rows);
      return 'folds' in validation ? validation.folds : validation.kind;
    };
    expect([300, 5000, 50_000, 1e6].map(foldsOf)).toEqual([10, 5, 3, 'holdout']);
  });

  test('follow the split, and what the recipe says of them stays', () => {
    const byGroup = recipe({ split: { kind: 'group', column: 'patient' } });
    expect(withFolds(byGroup, 500).validation).toMatchObject({ kind: 'group', column: 'patient', folds: 5 });
    const inTime = recipe({ split: { kind: 'time', column: 'day' } });
    expect(withFolds(inTime, 500).validation).toMatchObject({ kind: 'timeSeries', folds: 5 });
    const own = recipe({ validation: { kind: 'kfold', folds: 4 } });
    expect(withFolds(own, 500).validation).toEqual(own.validation);
    const plain = Recipe.parse({ task: 'regression', dataset: 'd', target: { column: 'y' } });
    expect(withFolds(plain, 500)).toBe(plain);
  });
});
