import { describe, expect, test } from 'vitest';
import {
  extentOf,
  quantile,
  rangeToDraw,
  rangeWithoutOutliers,
  scaleOver,
  ticksOf,
} from '../../../../renderer/charts/scale.ts';

test('ticks are round, and read as people write them', () => {
  expect(ticksOf(scaleOver({ min: 0, max: 1 }), 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticksOf(scaleOver({ min: -3, max: 13 }), 4)).toEqual([0, 5, 10]);
  expect(ticksOf(scaleOver({ min: 0, max: 0.0003 }), 3)).toEqual([0, 0.0001, 0.0002, 0.0003]);
});

test('ticks of a logarithm are powers of ten, with halves where there is room', () => {
  expect(ticksOf(scaleOver({ min: 0.001, max: 10 }, true), 6)).toEqual([0.001, 0.01, 0.1, 1, 10]);
  expect(ticksOf(scaleOver({ min: 1, max: 100 }, true), 8)).toEqual([1, 2, 5, 10, 20, 50, 100]);
});

test('places and values are inverse, linear and logarithmic', () => {
  for (const isLog of [false, true]) {
    const scale = scaleOver({ min: 2, max: 200 }, isLog);
    expect(scale.value(scale.place(20))).toBeCloseTo(20, 10);
  }
  expect(scaleOver({ min: 1, max: 100 }, true).place(10)).toBeCloseTo(0.5, 12);
  expect(scaleOver({ min: 1, max: 100 }, true).place(-1)).toBeNaN();
});

test('a logarithm is not taken of a range that reaches zero', () => {
  expect(scaleOver({ min: 0, max: 1 }, true).isLog).toBe(false);
});

test('NaN and infinities do not stretch the range; a logarithm sees what is above zero only', () => {
  const values = [1, Number.NaN, Number.POSITIVE_INFINITY, -5, null, 3];
  expect(extentOf([values])).toEqual({ min: -5, max: 3 });
  expect(extentOf([values], true)).toEqual({ min: 1, max: 3 });
  expect(extentOf([[Number.NaN]])).toBeNull();
});

test('one value alone still has a range to stand in', () => {
  const { min, max } = rangeToDraw({ min: 4, max: 4 });
  expect(min).toBeLessThan(4);
  expect(max).toBeGreaterThan(4);
});

test('quantiles are those of numpy.quantile([1, 2, 3, 10], [0.25, 0.5, 0.9])', () => {
  expect([0.25, 0.5, 0.9].map((q) => quantile([1, 2, 3, 10], q))).toEqual([
    1.75,
    2.5,
    expect.closeTo(7.9, 10),
  ]);
});

describe('a range without outliers', () => {
  const usual = Array.from({ length: 200 }, (_, index) => 1 - index / 200);
  test('leaves out a spike', () => {
    expect(rangeWithoutOutliers([[...usual, 400]])?.max).toBeLessThanOrEqual(1);
  });
  test('leaves a curve without one as it is', () => {
    expect(rangeWithoutOutliers([usual])).toEqual(extentOf([usual]));
  });
});
