import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binPair } from '../../../../../engine/monitoring/statistics/binning.ts';
import { jensenShannonDistance } from '../../../../../engine/monitoring/statistics/jensen-shannon.ts';
import { kolmogorovSmirnov } from '../../../../../engine/monitoring/statistics/kolmogorov-smirnov.ts';
import { populationStabilityIndex } from '../../../../../engine/monitoring/statistics/population-stability-index.ts';
import { type Sample, sampleOf } from '../../../../../engine/monitoring/statistics/sample.ts';
import { wassersteinDistance } from '../../../../../engine/monitoring/statistics/wasserstein.ts';

const numbers = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true, noDefaultInfinity: true }), {
    minLength: 1,
    maxLength: 80,
  })
  .map((values) => Float64Array.from(values));

function both(x: Float64Array, y: Float64Array): [Sample, Sample] {
  return [sampleOf(x.slice()), sampleOf(y.slice())];
}

describe('drift statistics on any two windows', () => {
  it('are symmetric, within their bounds, and 0 for a window against itself', () => {
    fc.assert(
      fc.property(numbers, numbers, (x, y) => {
        const [a, b] = both(x, y);
        const forth = kolmogorovSmirnov(a, b);
        const back = kolmogorovSmirnov(b, a);
        expect(forth.statistic).toBeCloseTo(back.statistic, 12);
        expect(forth.pValue).toBeCloseTo(back.pValue, 9);
        expect(forth.pValue).toBeGreaterThanOrEqual(0);
        expect(forth.pValue).toBeLessThanOrEqual(1);
        expect(wassersteinDistance(a, b)).toBeCloseTo(wassersteinDistance(b, a), 3);
        const bins = binPair(a, b);
        expect(jensenShannonDistance(bins.reference, bins.current)).toBeLessThanOrEqual(
          Math.sqrt(Math.LN2) + 1e-12,
        );
        expect(populationStabilityIndex(bins.reference, bins.current)).toBeGreaterThanOrEqual(0);
        const same = binPair(a, a);
        expect(populationStabilityIndex(same.reference, same.current)).toBe(0);
        expect(wassersteinDistance(a, a)).toBe(0);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('put every value into a bin', () => {
    fc.assert(
      fc.property(numbers, numbers, (x, y) => {
        const bins = binPair(...both(x, y));
        expect(bins.reference.reduce((sum, count) => sum + count, 0)).toBe(x.length);
        expect(bins.current.reduce((sum, count) => sum + count, 0)).toBe(y.length);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  it('find the distance between two points that lie apart', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: -1000, max: 1000 }), (a, b) => {
        const [x, y] = both(Float64Array.of(a), Float64Array.of(b));
        expect(wassersteinDistance(x, y)).toBe(Math.abs(a - b));
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
