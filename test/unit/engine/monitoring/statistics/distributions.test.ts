import { describe, expect, it } from 'vitest';
import { benjaminiHochberg } from '../../../../../engine/monitoring/statistics/benjamini-hochberg.ts';
import { chiSquaredContingency, poolRare } from '../../../../../engine/monitoring/statistics/chi-squared.ts';
import { kolmogorovSurvival } from '../../../../../engine/monitoring/statistics/kolmogorov-distribution.ts';
import { kolmogorovSmirnov } from '../../../../../engine/monitoring/statistics/kolmogorov-smirnov.ts';
import { sampleOf } from '../../../../../engine/monitoring/statistics/sample.ts';
import { wassersteinDistance } from '../../../../../engine/monitoring/statistics/wasserstein.ts';
import { logGamma, upperIncompleteGamma } from '../../../../../engine/statistics/index.ts';

const sample = (...values: number[]) => sampleOf(Float64Array.from(values));

/** Golden values: SciPy 1.17.1. */
function expectClose(actual: number, golden: number, relative: number): void {
  expect(Math.abs(actual - golden)).toBeLessThanOrEqual(relative * Math.abs(golden));
}

describe('kolmogorovSurvival', () => {
  it.each([
    [1, 0.7, 0.6],
    [2, 0.3, 0.98],
    [10, 0.1, 0.99963712],
    [10, 0.35, 0.1339605462624991],
    [37, 0.2, 0.08979521784208933],
    [100, 0.08, 0.5182193645480672],
    [140, 0.1, 0.11353657290090946],
    [141, 0.11, 0.061026676517912715],
    [222, 0.1355, 0.0005131416089847695],
    [1000, 0.03, 0.3226902143914636],
    [100_000, 0.0041, 0.06913925878930982],
    [500_000, 0.0028, 0.0007858617551829406],
  ])('agrees with kstwo.sf for %i values at %f', (n, d, golden) => {
    expectClose(kolmogorovSurvival(n, d), golden, 1e-8);
  });

  it('falls from 1 to 0 without a jump where one method takes over from another', () => {
    for (const n of [20, 140, 141, 2000]) {
      let last = 1;
      for (let step = 0; step <= 400; step++) {
        const chance = kolmogorovSurvival(n, (step / 400) * (4 / Math.sqrt(n)));
        expect(chance).toBeLessThanOrEqual(last + 1e-12);
        expect(last - chance).toBeLessThan(0.03);
        last = chance;
      }
      expect(last).toBeLessThan(1e-6);
    }
  });
});

describe('upperIncompleteGamma', () => {
  it.each([
    [0.5, 0.1, 0.6547208460185768],
    [0.5, 3, 0.014305878435429641],
    [1.5, 10.35, 0.00012151040342188821],
    [5, 5, 0.44049328506521257],
    [5, 20, 1.694474393006737e-5],
    [49.5, 40, 0.9191878735980901],
    [49.5, 80, 0.00010115119648361305],
    [500, 600, 1.2255942330622893e-5],
    [2500, 2400, 0.9783403121346367],
    [1, 700, 9.85967654375939e-305],
  ])('agrees with gammaincc at a = %f, x = %f', (a, x, golden) => {
    expectClose(upperIncompleteGamma(a, x), golden, 1e-10);
  });

  it.each([
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1.5, -0.12078223763524526],
    [10, 12.801827480081469],
    [171, 706.5730622457875],
    [100_000, 1051287.7089736569],
  ])('rests on a logarithm of the gamma function that agrees with gammaln at %f', (x, golden) => {
    expectClose(logGamma(x), golden, 1e-12);
  });
});

describe('kolmogorovSmirnov', () => {
  it('counts paths exactly for samples of unlike size', () => {
    const { statistic, pValue } = kolmogorovSmirnov(sample(1, 2, 3, 4, 5, 6, 7), sample(3.5, 4.5, 5.5, 8, 9));
    expectClose(statistic, 3 / 7, 1e-15);
    expectClose(pValue, 0.5454545454545454, 1e-12);
  });

  it('keeps the statistic of tied values and their conservative p-value', () => {
    const { statistic, pValue } = kolmogorovSmirnov(sample(1, 1, 2, 2, 3, 3, 3), sample(2, 3, 3, 4, 4));
    expectClose(statistic, 0.4, 1e-12);
    expectClose(pValue, 0.6388888888888888, 1e-12);
  });

  it('uses the reflection formula for equal sizes', () => {
    const x = Float64Array.from({ length: 10 }, (_, i) => i);
    const { pValue } = kolmogorovSmirnov(sampleOf(x), sampleOf(x.map((value) => value + 3.5)));
    expectClose(pValue, 0.41752365281777043, 1e-12);
  });

  it('finds nothing between identical windows', () => {
    expect(kolmogorovSmirnov(sample(1, 2, 3), sample(3, 2, 1))).toEqual({ statistic: 0, pValue: 1 });
  });

  it('gives certainty between windows that share no value', () => {
    const low = sampleOf(Float64Array.from({ length: 60 }, (_, i) => i));
    const high = sampleOf(Float64Array.from({ length: 50 }, (_, i) => 1000 + i));
    const { statistic, pValue } = kolmogorovSmirnov(low, high);
    expect(statistic).toBe(1);
    expect(pValue).toBeLessThan(1e-30);
    expect(pValue).toBeGreaterThan(0);
  });
});

describe('wassersteinDistance', () => {
  it('agrees with wasserstein_distance on tied values', () => {
    expectClose(
      wassersteinDistance(sample(1, 1, 2, 2, 3, 3, 3), sample(2, 3, 3, 4, 4)),
      1.057142857142857,
      1e-12,
    );
  });

  it('is the shift when one window is the other, moved', () => {
    expectClose(wassersteinDistance(sample(1, 5, 9), sample(3, 7, 11)), 2, 1e-12);
  });
});

describe('chiSquaredContingency', () => {
  it('leaves out categories that are in neither window', () => {
    const { statistic, degrees, pValue } = chiSquaredContingency([10, 20, 0, 0], [15, 5, 0, 7]);
    expectClose(statistic, 16.88888888888889, 1e-12);
    expect(degrees).toBe(2);
    expectClose(pValue, 0.00021509205806226586, 1e-10);
  });

  it('makes no continuity correction on a 2 × 2 table', () => {
    const { statistic, pValue } = chiSquaredContingency([30, 70], [45, 55]);
    expectClose(statistic, 4.8, 1e-12);
    expectClose(pValue, 0.028459736916310638, 1e-10);
  });

  it('sees no difference where there is one category only', () => {
    expect(chiSquaredContingency([10], [500])).toEqual({ statistic: 0, degrees: 0, pValue: 1 });
  });
});

describe('poolRare', () => {
  it('joins categories that are expected fewer than five times in the smaller window', () => {
    expect(poolRare([900, 20, 10], [95, 3, 2])).toEqual({ reference: [900, 30], current: [95, 5] });
  });

  it('keeps every value', () => {
    const pooled = poolRare([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]);
    expect(pooled.reference.reduce((a, b) => a + b)).toBe(15);
    expect(pooled.current.reduce((a, b) => a + b)).toBe(15);
  });
});

describe('benjaminiHochberg', () => {
  it('agrees with false_discovery_control', () => {
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.5]);
    const golden = [0.025, 0.05, 0.05, 0.025, 0.5];
    adjusted.forEach((value, index) => {
      expectClose(value, golden[index] ?? 0, 1e-12);
    });
  });

  it('changes nothing for one column and has no answer for none', () => {
    expect(benjaminiHochberg([0.03])).toEqual([0.03]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});
