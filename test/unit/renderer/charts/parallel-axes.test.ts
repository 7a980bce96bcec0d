import { describe, expect, test } from 'vitest';
import { axisOf, placeOf, valueAt } from '../../../../renderer/charts/parallel-axes.ts';

describe('an axis of numbers', () => {
  const scale = axisOf({ label: 'depth' }, ['2', 4, null, 10]);
  test('is made of texts that are numbers too, as parameters are', () => {
    expect(scale).toEqual({ label: 'depth', kind: 'numbers', isLog: false, min: 2, max: 10 });
  });
  test('places values between bottom and top, and what is missing nowhere', () => {
    expect([placeOf(scale, 2), placeOf(scale, '6'), placeOf(scale, 10), placeOf(scale, null)]).toEqual([
      0,
      0.5,
      1,
      null,
    ]);
  });
  test('a single value stands in the middle', () => {
    expect(placeOf(axisOf({ label: 'x' }, [7, 7]), 7)).toBe(0.5);
  });
});

test('an axis with one word among numbers is an axis of names', () => {
  const scale = axisOf({ label: 'trainer' }, ['mlp', '3', 'gbdt', 'mlp']);
  expect(scale).toMatchObject({ kind: 'names', names: ['3', 'gbdt', 'mlp'] });
  expect([placeOf(scale, '3'), placeOf(scale, 'gbdt'), placeOf(scale, 'mlp')]).toEqual([0, 0.5, 1]);
});

test('a logarithmic axis places by factors and goes back and forth', () => {
  const scale = axisOf({ label: 'rate', isLog: true }, [0.001, 0.1]);
  expect(placeOf(scale, 0.01)).toBeCloseTo(0.5, 12);
  if (scale.kind === 'numbers') expect(valueAt(scale, 0.5)).toBeCloseTo(0.01, 12);
});

test('a logarithm is not taken of values that have none', () => {
  expect(axisOf({ label: 'l2', isLog: true }, [0, 1])).toMatchObject({ isLog: false });
});
