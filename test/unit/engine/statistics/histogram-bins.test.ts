import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgesOf, numberBins, timeBins } from '../../../../engine/statistics/index.ts';

const range = (
  min: number,
  max: number,
  p01: number | null = null,
  p99: number | null = null,
  isInteger = false,
) => ({
  min,
  max,
  p01,
  p99,
  isInteger,
});

function edges(...args: Parameters<typeof range>): number[] {
  const bins = numberBins(range(...args));
  if (bins === null) throw new Error('no bins');
  return edgesOf(bins);
}

describe('numberBins', () => {
  it('gives each integer of a small range a bin, centred on it', () => {
    expect(edges(0, 3, 0, 3, true)).toEqual([-0.5, 0.5, 1.5, 2.5, 3.5]);
  });

  it('chooses steps that read well', () => {
    const all = edges(0.13, 39.7);
    expect(all.slice(0, 3)).toEqual([0, 1, 2]);
    expect(all.at(-1)).toBe(40);
  });

  it('puts heavy tails into one bin a side', () => {
    const all = edges(-5000, 90_000, -30, 139, true);
    expect(all[0]).toBe(-5000);
    expect(all.at(-1)).toBe(90_000);
    expect(all.length).toBeGreaterThan(20);
    expect(all[1]).toBeGreaterThan(-60);
    expect(all.at(-2)).toBeLessThan(200);
  });

  it('covers a single value', () => {
    const [low, high] = edges(7.5, 7.5);
    expect(low).toBeLessThan(7.5);
    expect(high).toBeGreaterThan(7.5);
  });

  it('gives ascending edges around the range, never more than a hundred', () => {
    const number = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => Math.fround(value));
    fc.assert(
      fc.property(number, number, fc.boolean(), (a, b, isInteger) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)].map((value) =>
          isInteger ? Math.round(value) : value,
        );
        const all = edges(min ?? 0, max ?? 0, min ?? 0, max ?? 0, isInteger);
        expect(all.length).toBeLessThanOrEqual(100);
        for (let i = 1; i < all.length; i++) expect(all[i] ?? 0).toBeGreaterThan(all[i - 1] ?? 0);
        const slack = 1e-9 * Math.max(Math.abs(min ?? 0), Math.abs(max ?? 0), 1e-9);
        expect(all[0] ?? 0).toBeLessThanOrEqual((min ?? 0) + slack);
        expect(all.at(-1) ?? 0).toBeGreaterThanOrEqual((max ?? 0) - slack);
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('has no bins for a range beyond the floats', () => {
    expect(numberBins(range(-1.7e308, 1.7e308))).toBeNull();
  });
});

describe('timeBins', () => {
  it('uses steps that mean something to people', () => {
    const day = 86_400_000;
    expect(timeBins(0, 30 * day).step).toBe(day / 2);
    expect(timeBins(0, 200 * day).step).toBe(7 * day);
    expect(timeBins(0, 3_600_000).step).toBe(60_000);
    expect(timeBins(5, 5).count).toBe(1);
  });
});
