import { describe, expect, test } from 'vitest';
import type {
  ColumnProfile,
  DatasetProfile,
  PredictResponse,
  Signature,
} from '../../../../../local-api/contract/index.ts';
import {
  contributionsOf,
  oneAtATime,
  sliderRange,
  usualValues,
} from '../../../../../renderer/features/model-landing/explain.ts';

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
const usual = usualValues(signature, null);
const row = { distance: 50, origin: 'SFO', note: 'x' };

describe('the typical value', () => {
  test.each([
    ['the middle of numbers', input('a', 'float', [3, null, 1, 2]), 2],
    ['the most frequent text', input('a', 'string', ['x', 'y', 'y']), 'y'],
    ['missing without examples', input('a', 'float', []), null],
  ])('is %s', (_name, given, expected) => {
    expect(usualValues({ ...signature, inputs: [given] }, null)[given.name]?.typical).toBe(expected);
  });

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
    const quantiles = { p01: 31, p05: 40, p25: 60, p50: 410.5, p75: 700, p95: 900, p99: 999 };
    const profile: DatasetProfile = {
      ...{ rows: 9, correlations: null, duplicateRows: null, warnings: [] },
      columns: [
        column('distance', { min: 31, max: 1000, quantiles, topValues: [{ value: 50, count: 2 }] }),
        column('origin', { topValues: [{ value: 'DEN', count: 5 }] }),
      ],
    };
    expect(usualValues(signature, profile)).toEqual({
      distance: { typical: 411, low: 31, high: 1000 },
      origin: { typical: 'DEN', low: null, high: null },
      note: { typical: null, low: null, high: null },
    });
  });
});

describe('the explanation of an answer', () => {
  test('asks for the row and for each input at its typical value, as far as there is one', () => {
    expect(oneAtATime(signature, usual, row)).toEqual([
      row,
      { ...row, distance: 600 },
      { ...row, origin: 'ATL' },
      row,
    ]);
  });

  test('says what the probability of the answered class owes to each input, the strongest first', () => {
    const answer: PredictResponse = {
      model: 'm',
      version: '1.0.0',
      rows: 4,
      label: ['yes', 'yes', 'no', 'yes'],
      classes: ['no', 'yes'],
      probabilities: [
        [0.25, 0.75],
        [0.5, 0.5],
        [0.875, 0.125],
        [0.25, 0.75],
      ],
      milliseconds: 1,
    };
    expect(contributionsOf(signature, usual, row, answer).map(({ name, change }) => [name, change])).toEqual([
      ['origin', 0.625],
      ['distance', 0.25],
      ['note', 0],
    ]);
  });

  test('of a number is in its own unit', () => {
    const regression: Signature = { ...signature, task: 'regression', classes: null, positive: null };
    const answer: PredictResponse = {
      model: 'm',
      version: '1.0.0',
      rows: 4,
      value: [10, 14, 9, 10],
      milliseconds: 1,
    };
    expect(contributionsOf(regression, usual, row, answer)[0]).toMatchObject({
      name: 'distance',
      change: -4,
    });
  });
});

const sliderOf = (given: Signature['inputs'][number]) =>
  sliderRange(given, usualValues({ ...signature, inputs: [given] }, null)[given.name]);

describe('a slider', () => {
  test.each([
    ['whole numbers', input('a', 'integer', [100, 200]), { min: 50, max: 250, step: 1 }],
    ['numbers never below zero', input('a', 'integer', [1, 11]), { min: 0, max: 16, step: 1 }],
    ['one example', input('a', 'integer', [-4]), { min: -6, max: -2, step: 1 }],
  ])('covers %s and half as much again', (_name, given, expected) => {
    expect(sliderOf(given)).toEqual(expected);
  });

  test('covers the training data where its profile is known', () => {
    const range = sliderRange(input('a', 'integer', [5]), { typical: 5, low: 2, high: 90 });
    expect(range).toEqual({ min: 2, max: 90, step: 1 });
  });

  test('moves fractions in about a hundred steps', () => {
    expect(sliderOf(input('a', 'float', [0.5, 1.5]))).toEqual({ min: 0, max: 2, step: 0.01 });
  });

  test('is not offered for texts, without examples and where there is one value only', () => {
    expect(sliderOf(input('a', 'string', ['x']))).toBeNull();
    expect(sliderOf(input('a', 'float', []))).toBeNull();
    expect(sliderRange(input('a', 'float', [1]), { typical: 1, low: 1, high: 1 })).toBeNull();
  });
});
