import { describe, expect, test } from 'vitest';
import {
  type SampleSummary,
  samplesNeeded,
  seededRandom,
  sequentialTest,
} from '../../../../engine/statistics/index.ts';

/** Counts losses of 0 and 1 as they come. */
function counter() {
  let count = 0;
  let sum = 0;
  return {
    add(value: number) {
      count += 1;
      sum += value;
    },
    summary(): SampleSummary {
      const mean = count === 0 ? 0 : sum / count;
      return { count, mean, variance: count < 2 ? 0 : (mean * (1 - mean) * count) / (count - 1) };
    },
  };
}

/** Looks after every tenth pair; whether it ever says "different". */
function everRejects(seed: number, rates: [number, number], pairs: number): boolean {
  const random = seededRandom(seed, 'losses');
  const [a, b] = [counter(), counter()];
  for (let i = 0; i < pairs; i += 1) {
    a.add(Number(random.next() < rates[0]));
    b.add(Number(random.next() < rates[1]));
    if (i >= 30 && i % 10 === 0) {
      const { pValue } = sequentialTest(a.summary(), b.summary(), { effect: 0.05, alpha: 0.05 });
      if (pValue <= 0.05) return true;
    }
  }
  return false;
}

describe('sequentialTest', () => {
  test('agrees with the likelihood ratio worked out by hand', () => {
    // V = 0.25/100 + 0.25/100 = 0.005, tau² = 0.01, d = 0.2:
    // ratio = sqrt(1/3) · exp(0.01 · 0.04 / (2 · 0.005 · 0.015)) = 0.57735 · e^(8/3) = 8.3091.
    const { pValue, interval, difference } = sequentialTest(
      { count: 100, mean: 0.3, variance: 0.25 },
      { count: 100, mean: 0.5, variance: 0.25 },
      { effect: 0.1, alpha: 0.05 },
    );
    expect(difference).toBeCloseTo(0.2, 12);
    expect(pValue).toBeCloseTo(1 / 8.3091, 4);
    expect(interval && interval.low < 0 && interval.high > 0.2).toBe(true);
  });

  test('finds a difference exactly when its interval leaves out zero', () => {
    for (let i = 0; i < 200; i += 1) {
      const { pValue, interval } = sequentialTest(
        { count: 500, mean: 0.3, variance: 0.21 },
        { count: 500, mean: 0.3 + i / 1000, variance: 0.22 },
        { effect: 0.05, alpha: 0.05 },
      );
      expect(pValue <= 0.05).toBe(interval !== null && interval.low >= 0);
    }
  });

  test('raises a false alarm in at most 5 % of tests although it looks every ten pairs', () => {
    const alarms = Array.from({ length: 300 }, (_, seed) => everRejects(seed, [0.3, 0.3], 2000));
    expect(alarms.filter(Boolean).length / alarms.length).toBeLessThanOrEqual(0.05);
  });

  test('finds a real difference in most tests', () => {
    const found = Array.from({ length: 60 }, (_, seed) => everRejects(seed, [0.3, 0.4], 2000));
    expect(found.filter(Boolean).length / found.length).toBeGreaterThan(0.9);
  });

  test('says nothing about samples without spread', () => {
    const flat = { count: 50, mean: 0, variance: 0 };
    expect(sequentialTest(flat, flat, { effect: 0.1, alpha: 0.05 })).toEqual({
      difference: 0,
      interval: null,
      pValue: 1,
    });
  });
});

test('samplesNeeded agrees with the textbook: 63 an arm for half a standard deviation', () => {
  expect(samplesNeeded(1, { effect: 0.5, alpha: 0.05 })).toBe(63);
});
