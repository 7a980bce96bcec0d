import { expect, test } from 'vitest';
import { fallingExponential } from '../../../../../../engine/training/trainers/linear/falling-exponential.ts';
import { parkMiller } from '../../../../../kit/training.ts';

test('is the exponential to its last digits, down to where that has fewer', () => {
  const near = [...parkMiller(20_000, 3)].map((u) => -2 * u);
  const far = [...parkMiller(20_000, 4)].map((u) => -708 * u);
  for (const z of [0, -1e-300, -Math.LN2, -Math.LN2 / 2, ...near, ...far]) {
    expect(Math.abs(fallingExponential(z) / Math.exp(z) - 1)).toBeLessThan(5e-16);
  }
});

test('is 1 at zero, 0 where float64 has nothing as small, and no number for none', () => {
  expect(fallingExponential(-0)).toBe(1);
  expect(Math.abs(fallingExponential(-744) - Math.exp(-744))).toBeLessThanOrEqual(Number.MIN_VALUE);
  expect(fallingExponential(-1000)).toBe(0);
  expect(fallingExponential(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(fallingExponential(Number.NaN)).toBeNaN();
});
