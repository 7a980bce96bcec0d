import { expect, test } from 'vitest';
import { bandPath, linePath, nearestIndex } from '../../../../renderer/charts/paths.ts';

test('a line breaks where a value is missing', () => {
  expect(linePath([0, 1, 2, 3], [5, 6, Number.NaN, 8])).toBe('M0.0,5.0L1.0,6.0M3.0,8.0');
});

test('a band goes along its upper edge and back along the lower', () => {
  expect(bandPath([0, 1], [4, 5], [1, 2])).toBe('M0.0,1.0L1.0,2.0L1.0,5.0L0.0,4.0Z');
});

test('the nearest point is found at, between and beyond the points', () => {
  const xs = [0, 10, 20];
  expect([-5, 0, 4, 6, 10, 99].map((at) => nearestIndex(xs, at))).toEqual([0, 0, 0, 1, 1, 2]);
  expect(nearestIndex([], 3)).toBe(-1);
});
