import { expect, test } from 'vitest';
import { newValuesChance } from '../../../../../engine/monitoring/sections/quality.ts';

test('new values are no chance where the reference hardly has any value once', () => {
  expect(newValuesChance(39, 500, 0, 40_000)).toBeLessThan(1e-12);
  expect(newValuesChance(0, 500, 0, 40_000)).toBe(1);
});

test('new values are chance where many values of the reference occur once', () => {
  expect(newValuesChance(8, 500, 19, 1000)).toBeGreaterThan(0.5);
  // Binomial: one or more of 10 with chance 0.05 each.
  expect(newValuesChance(1, 10, 4, 100)).toBeCloseTo(1 - 0.95 ** 10, 12);
});
