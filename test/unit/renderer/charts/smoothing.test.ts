import { describe, expect, test } from 'vitest';
import { smooth } from '../../../../renderer/charts/smoothing.ts';

const steps = [0, 1, 2, 3];

describe('the exponential average', () => {
  test('a constant curve stays as it is, from the first point on', () => {
    for (const value of smooth(steps, [3, 3, 3, 3], { kind: 'ema', amount: 0.9 })) {
      expect(value).toBeCloseTo(3, 12);
    }
  });

  test('the second point is the weighted mean of both, worked out by hand for weight 0.5', () => {
    // (0.5·(0.5·4) + 0.5·8) / (1 − 0.5²) = 5 / 0.75
    expect(smooth([0, 1], [4, 8], { kind: 'ema', amount: 0.5 })[1]).toBeCloseTo(5 / 0.75, 12);
  });

  test('a point after a long pause counts more than one after a short', () => {
    const options = { kind: 'ema', amount: 0.9 } as const;
    const near = smooth([0, 1, 2, 3, 4], [0, 0, 0, 0, 1], options).at(-1) ?? 0;
    const far = smooth([0, 1, 2, 3, 40], [0, 0, 0, 0, 1], options).at(-1) ?? 0;
    expect(far).toBeGreaterThan(2 * near);
  });

  test('gaps stay gaps and do not pull the curve down', () => {
    expect(smooth(steps, [2, null, Number.NaN, 2], { kind: 'ema', amount: 0.6 })).toEqual([2, null, null, 2]);
  });
});

test.each(['ema', 'average', 'gaussian'] as const)('amount 0 of %s gives the curve back', (kind) => {
  expect(smooth([0, 1, 2], [1, 5, 2], { kind, amount: 0 })).toEqual([1, 5, 2]);
});

test('a running average over one point on each side is the mean of up to three', () => {
  expect(smooth(steps, [1, 2, 6, 10], { kind: 'average', amount: 1 })).toEqual([1.5, 3, 6, 8]);
});

test('a Gaussian kernel is symmetric and keeps the mean of a spike', () => {
  const smoothed = smooth([0, 1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 0, 0, 0], { kind: 'gaussian', amount: 0.7 });
  expect(smoothed[2]).toBeCloseTo(smoothed[4] ?? 0, 12);
  expect(smoothed.reduce((sum: number, value) => sum + (value ?? 0), 0)).toBeCloseTo(1, 2);
});
