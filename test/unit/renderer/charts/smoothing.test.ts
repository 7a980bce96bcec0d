import { expect, test } from 'vitest';
import { smooth } from '../../../../renderer/charts/smoothing.ts';

test('a constant curve stays as it is, from the first point on', () => {
  const smoothed = smooth([3, 3, 3, 3], 0.9);
  for (const value of smoothed) expect(value).toBeCloseTo(3, 12);
});

test('weight 0 gives the curve back', () => {
  expect(smooth([1, 5, 2], 0)).toEqual([1, 5, 2]);
});

test('the second point is the weighted mean of both, worked out by hand for weight 0.5', () => {
  // (0.5·(0.5·4) + 0.5·8) / (1 − 0.5²) = 5 / 0.75
  expect(smooth([4, 8], 0.5)[1]).toBeCloseTo(5 / 0.75, 12);
});

test('gaps stay gaps and do not pull the curve down', () => {
  expect(smooth([2, null, Number.NaN, 2], 0.6)).toEqual([2, null, null, 2]);
});
