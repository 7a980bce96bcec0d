import { describe, expect, test } from 'vitest';
import type { ColumnProfile, DatasetProfile, Signature } from '../../../../../local-api/contract/index.ts';
import { sliderRange, usualRanges } from '../../../../../renderer/features/model-landing/usual-range.ts';

const input = (
  name: string,
  type: Signature['inputs'][number]['type'],
  examples: (string | number | null)[],
  nullable = false,
) => ({ name, type, nullable, examples });
const signature: Signature = {
  task: 'classification',
  inputs: [
    input('distance', 'integer', [600, 100, 700]),
    input('origin', 'string', ['ORD', 'ATL', 'ATL']),
    input('note', 'string', []),
  ],
  target: 'late',
  classes: ['no', 'yes'],
  positive: 'yes',
};

describe('the usual range', () => {
  test('is that of the training data where its profile is known', () => {
    const column = (name: string, facts: Partial<ColumnProfile>): ColumnProfile => ({
      ...{
        name,
        type: 'string',
        count: 9,
        missing: 0,
        distinct: 9,
        min: null,
        max: null,
        mean: null,
        std: null,
      },
      ...{ quantiles: null, zeros: null, histogram: null, topValues: [], textLength: null, warnings: [] },
      ...facts,
    });
    const profile: DatasetProfile = {
      ...{ rows: 9, correlations: null, duplicateRows: null, warnings: [] },
      columns: [
        column('distance', { min: 31, max: 1000, topValues: [{ value: 50, count: 2 }] }),
        column('origin', { topValues: [{ value: 'DEN', count: 5 }] }),
      ],
    };
    expect(usualRanges(signature, profile)).toEqual({
      distance: { low: 31, high: 1000 },
      origin: null,
      note: null,
    });
  });
});

const sliderOf = (given: Signature['inputs'][number]) =>
  sliderRange(given, usualRanges({ ...signature, inputs: [given] }, null)[given.name] ?? null);

describe('a slider', () => {
  test.each([
    ['whole numbers', input('a', 'integer', [100, 200]), { min: 50, max: 250, step: 1 }],
    ['numbers never below zero', input('a', 'integer', [1, 11]), { min: 0, max: 16, step: 1 }],
    ['one example', input('a', 'integer', [-4]), { min: -6, max: -2, step: 1 }],
  ])('covers %s and half as much again', (_name, given, expected) => {
    expect(sliderOf(given)).toEqual(expected);
  });

  test('covers the training data where its profile is known', () => {
    const range = sliderRange(input('a', 'integer', [5]), { low: 2, high: 90 });
    expect(range).toEqual({ min: 2, max: 90, step: 1 });
  });

  test('moves fractions in about a hundred steps', () => {
    expect(sliderOf(input('a', 'float', [0.5, 1.5]))).toEqual({ min: 0, max: 2, step: 0.01 });
  });

  test('is not offered for texts, without examples and where there is one value only', () => {
    expect(sliderOf(input('a', 'string', ['x']))).toBeNull();
    expect(sliderOf(input('a', 'float', []))).toBeNull();
    expect(sliderRange(input('a', 'float', [1]), { low: 1, high: 1 })).toBeNull();
  });
});
