import { describe, expect, test } from 'vitest';
import { type ModelCardInput, modelCard } from '../../../../engine/training/model-card.ts';
import { type ModelCoefficients, Recipe, type RecipeInput } from '../../../../local-api/contract/index.ts';

function card(changes: Partial<ModelCardInput> = {}, recipe: Partial<RecipeInput> = {}): string {
  return modelCard({
    recipe: Recipe.parse({
      task: 'classification',
      dataset: 'dsv_1',
      target: { name: 'late', expression: 'delay > 15' },
      trainer: { kind: 'linear' },
      ...recipe,
    }),
    trainer: 'linear',
    recipeDigest: 'sha256:abc',
    validation: null,
    coefficients: null,
    signature: {
      task: 'classification',
      inputs: [{ name: 'distance', type: 'integer', nullable: true, examples: [300, 405] }],
      target: 'late',
      classes: ['false', 'true'],
      positive: 'true',
    },
    evaluation: {
      task: 'classification',
      rows: 20_000,
      classes: ['false', 'true'],
      positive: 'true',
      metrics: { auc: 0.712345, accuracy: 1 },
      threshold: 0.5,
      confusion: [
        [12_000, 3000],
        [2000, 3000],
      ],
      roc: null,
      precisionRecall: null,
      calibration: null,
    },
    dataset: { name: 'flights', version: 2, digest: 'sha256:def' },
    rows: { training: 70_000, validation: 10_000, test: 20_000, withoutTarget: 12 },
    dropped: [{ name: 'year', reason: 'all values are equal' }],
    warnings: ['"arrival" alone tells the answer.'],
    info: { iterations: 12, converged: true, loss: 0.51239 },
    assayVersion: '0.1.0',
    ...changes,
  });
}

describe('modelCard', () => {
  test('tells what the model is, its data, its figures and its limits', () => {
    const text = card();
    for (const part of [
      '# Predicts `late`',
      '| Positive class | `true` |',
      '| loss | 0.5124 |',
      '| `distance` | integer | may be missing | `300`, `405` |',
      '- Dataset: `flights`, version 2 (`sha256:def`)',
      '70,000 for training, 10,000 for validation, 20,000 for the test',
      '- 12 rows were left out: their target is missing.',
      '- `year` is not used: all values are equal.',
      '| auc | 0.7123 |',
      '| `false` | 12,000 | 3,000 |',
      '- "arrival" alone tells the answer.',
      '- The split is random',
    ])
      expect(text).toContain(part);
    expect(text.endsWith('```\n')).toBe(true);
  });

  test('warns of a small test part, and says how rows were split by time', () => {
    const text = card(
      { rows: { training: 200, validation: 20, test: 40, withoutTarget: 0 } },
      { split: { kind: 'time', column: 'date' } },
    );
    expect(text).toContain('The test part is small (40 rows)');
    expect(text).toContain('split by time (`date`)');
    expect(text).not.toContain('The split is random');
    expect(text).not.toContain('were left out');
  });

  test('shows regression figures without classes', () => {
    const text = card({
      signature: { task: 'regression', inputs: [], target: 'delay', classes: null, positive: null },
      evaluation: {
        task: 'regression',
        rows: 5,
        metrics: { rmse: 12.34567 },
        residuals: { edges: [0, 1], counts: [5] },
        predictedVsActual: { predicted: [], actual: [] },
      },
    });
    expect(text).toContain('| rmse | 12.35 |');
    expect(text).not.toContain('Classes');
  });

  test('lists the coefficients of a linear model with their errors, or says why there are none', () => {
    const error = { standardError: 0.25, statistic: 6, pValue: 1e-9, low: 1.01, high: 1.99 };
    const term = {
      score: null,
      column: 'distance',
      feature: 'distance',
      value: 1.5,
      unit: 300,
      robust: null,
    };
    const coefficients: ModelCoefficients = {
      link: 'logit',
      loss: 'log_loss',
      positive: 'true',
      rows: 70_000,
      errors: { statistic: 'z', degrees: 69_998, dispersion: 1 },
      undefinedBecause: null,
      terms: [{ ...term, error }],
    };
    const text = card({ coefficients });
    expect(text).toContain('the log-odds of `true`');
    expect(text).toContain('| `distance` | 1.5 | 0.25 | 1.01 to 1.99 |');
    const without = { ...coefficients, errors: null, undefinedBecause: 'there is a penalty' };
    expect(card({ coefficients: { ...without, terms: [{ ...term, error: null }] } })).toContain(
      'Standard errors are not defined: there is a penalty.',
    );
  });

  test('keeps names with pipes, backticks and line breaks inside their cells', () => {
    const text = card({
      signature: {
        task: 'regression',
        inputs: [{ name: 'a|b`c', type: 'string', nullable: false, examples: ['x\ny'] }],
        target: 't',
        classes: null,
        positive: null,
      },
    });
    expect(text).toContain('| `` a\\|b`c `` | string | always | `x y` |');
  });

  test('is the same text for the same input', () => {
    expect(card()).toBe(card());
  });
});
