import { describe, expect, it } from 'vitest';
import {
  bootstrapMeanInterval,
  countOutliers,
  detectableDifference,
  evenBinomialPValue,
  hedgesG,
  holm,
  incompleteBeta,
  mannWhitneyTest,
  meanInterval,
  normalQuantile,
  normalSurvival,
  pairedTTest,
  seededRandom,
  signedRankTest,
  spearman,
  studentPValue,
  studentQuantile,
  welchTTest,
} from '../../../../engine/statistics/index.ts';

/** Golden values: SciPy 1.17.1, by the call named in each test. */
function expectClose(actual: number, golden: number, relative = 1e-10): void {
  expect(Math.abs(actual - golden)).toBeLessThanOrEqual(relative * Math.abs(golden));
}

describe('distributions', () => {
  it.each([
    [2, 3, 0.4, 0.5248],
    [0.5, 0.5, 0.1, 0.20483276469913345],
    [50, 0.5, 0.99, 0.3173043978741973],
    [300, 200, 0.62, 0.8190699881577963],
  ])('agrees with beta.cdf for a = %f, b = %f at %f', (a, b, x, golden) => {
    expectClose(incompleteBeta(a, b, x), golden);
  });

  it.each([
    [0.5, 1, 0.7048327646991335],
    [2.3, 4, 0.08293903711238236],
    [12, 9, 7.699886222985653e-7],
    [3, 2.5, 0.07257609554903183],
    [40, 200, 2.2487396535202197e-97],
  ])('agrees with 2 * t.sf at %f with %f degrees', (t, degrees, golden) => {
    expectClose(studentPValue(t, degrees), golden);
  });

  it.each([
    [0.975, 1, 12.706204736174694],
    [0.975, 4, 2.7764451051977934],
    [0.9, 2.5, 1.7302509288071766],
    [0.995, 30, 2.7499956535672254],
    [0.8, 8.66, 0.8851204693487037],
    [0.9995, 3, 12.923978636687961],
    [0.025, 4, -2.7764451051977934],
  ])('agrees with t.ppf at %f with %f degrees', (chance, degrees, golden) => {
    expectClose(studentQuantile(chance, degrees), golden);
  });

  it.each([
    [0.001, -3.090232306167813],
    [0.2, -0.8416212335729142],
    [0.975, 1.959963984540054],
    [0.999999, 4.753424308817087],
  ])('agrees with norm.ppf at %f', (chance, golden) => expectClose(normalQuantile(chance), golden, 1e-9));

  it.each([
    [-2, 0.9772498680518208],
    [0, 0.5],
    [3.5, 0.00023262907903552502],
    [10, 7.61985302416047e-24],
  ])('agrees with norm.sf at %f', (z, golden) => expectClose(normalSurvival(z), golden, 1e-9));

  it.each([
    [3, 12, 0.14599609375],
    [0, 5, 0.0625],
    [40, 100, 0.05688793364098089],
    [5, 10, 1],
    [480, 1000, 0.2174482932041415],
  ])('agrees with binomtest(%i, %i)', (successes, trials, golden) => {
    expectClose(evenBinomialPValue(successes, trials), golden, 1e-9);
  });
});

describe('t-tests', () => {
  const five = [0.012, 0.007, 0.015, 0.001, 0.009];
  const a = [1.1, 2.2, 3.3, 4.1, 5.7];
  const b = [2.5, 3.9, 6.1, 7.2, 8.8, 9.1];

  it('agrees with ttest_rel and its confidence_interval', () => {
    const test = pairedTTest(five, 0.95);
    expectClose(test.statistic, 3.705468452692683);
    expectClose(test.pValue, 0.020736);
    expectClose(test.interval.low, 0.0022063082069998866);
    expectClose(test.interval.high, 0.015393691793000128);
  });

  it('widens the error for folds by (1/J + overlap), after Nadeau and Bengio', () => {
    const plain = pairedTTest(five, 0.95);
    const corrected = pairedTTest(five, 0.95, 0.25);
    // √((1/5 + 1/4) / (1/5))
    expectClose(corrected.standardError / plain.standardError, 1.5);
    expectClose(corrected.statistic, plain.statistic / 1.5);
  });

  it('agrees with ttest_ind(b, a, equal_var=False)', () => {
    const test = welchTTest(a, b, 0.95);
    expectClose(test.statistic, 2.2301533094197543);
    expectClose(test.pValue, 0.053786851230262056);
    expectClose(test.interval.low, -0.06070244059447205);
    expectClose(test.interval.high, 6.034035773927806);
  });

  it('agrees with t.interval of a mean', () => {
    const { low, high } = meanInterval(skewed, 0.95);
    expectClose(low, 0.4122592919599015);
    expectClose(high, 1.3777407080400983);
  });

  it('finds the detectable difference in four of five repetitions', () => {
    const random = seededRandom(3, 'power');
    const shift = detectableDifference({ standardError: 1 / Math.sqrt(8), degrees: 7 }, 0.95);
    let seen = 0;
    for (let i = 0; i < 2000; i++) {
      const sample = Array.from({ length: 8 }, () => shift + random.normal());
      if (pairedTTest(sample, 0.95).pValue <= 0.05) seen += 1;
    }
    expect(seen / 2000).toBeGreaterThan(0.76);
    expect(seen / 2000).toBeLessThan(0.84);
  });

  it('gives Hedges’ g with the small-sample factor', () => {
    // Means 2 and 4, both of variance 1, 4 degrees: 2 · (1 − 3/15).
    expectClose(hedgesG([1, 2, 3], [3, 4, 5]), 1.6);
  });
});

describe('tests of ranks', () => {
  it('agrees with wilcoxon, exact, where there are no ties', () => {
    const test = signedRankTest([1.2, -0.3, 2.2, 0.8, 1.9, 0.4, -0.1, 1.1], 0.95);
    expect(test).toMatchObject({ isExact: true, pValue: 0.0390625, statistic: 33 });
    // 33 of 36: (33 − 3) / 36.
    expectClose(test.effect, 30 / 36);
  });

  it('agrees with wilcoxon by all permutations where sizes tie', () => {
    const { pValue } = signedRankTest([0.2, -0.1, 0.5, 0.5, -0.3, 0.7, 0.1, 0.9], 0.95);
    expectClose(pValue, 0.09375);
  });

  it('agrees with wilcoxon(method="approx") for many values', () => {
    const test = signedRankTest(eighty, 0.95);
    expect(test.isExact).toBe(false);
    expectClose(test.pValue, 0.4783092962555827);
  });

  it('agrees with mannwhitneyu(b, a), exact', () => {
    const test = mannWhitneyTest([1.1, 2.2, 3.3, 4.1, 5.7], [2.5, 3.9, 6.1, 7.2, 8.8, 9.1], 0.95);
    expect(test).toMatchObject({ statistic: 25, isExact: true });
    expectClose(test.pValue, 0.08225108225108227);
  });

  it('agrees with mannwhitneyu by all permutations where values tie', () => {
    const { pValue, statistic } = mannWhitneyTest([1, 2, 2, 3, 3, 3, 4, 5], [2, 3, 4, 4, 5, 5, 6], 0.95);
    expect(statistic).toBe(42.5);
    expectClose(pValue, 0.11188811188811189);
  });

  it('agrees with mannwhitneyu(method="asymptotic") for many values', () => {
    const { pValue, statistic } = mannWhitneyTest(forty, thirty, 0.95);
    expect(statistic).toBe(741.5);
    expectClose(pValue, 0.09395071126939329);
  });

  it('gives an interval that excludes 0 exactly when the test is below the level', () => {
    const random = seededRandom(5, 'ranks');
    let significant = 0;
    for (let i = 0; i < 200; i++) {
      const x = Array.from({ length: 9 }, () => random.normal() + 0.7);
      const signed = signedRankTest(x, 0.95);
      const y = Array.from({ length: 7 }, () => random.normal());
      const shared = mannWhitneyTest(y, x, 0.95);
      for (const { pValue, interval } of [signed, shared]) {
        expect((interval?.low ?? 0) > 0 || (interval?.high ?? 0) < 0).toBe(pValue <= 0.05);
        if (pValue <= 0.05) significant += 1;
      }
    }
    expect(significant).toBeGreaterThan(50);
    expect(significant).toBeLessThan(350);
  });

  it('has no interval for samples too small for the confidence', () => {
    expect(signedRankTest([1, 2, 3], 0.95).interval).toBeNull();
  });

  it('agrees with spearmanr', () => {
    expectClose(spearman([1, 2, 3, 4, 5, 5, 7], [2, 1, 4, 3, 7, 7, 6]), 0.8181818181818182);
  });
});

describe('holm', () => {
  it('multiplies by the comparisons left and never falls', () => {
    // By hand, after Holm (1979): 0.005·4, 0.01·3, 0.03·2, max(0.04, 0.06).
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((golden, i) => {
      expectClose(adjusted[i] ?? 0, golden);
    });
  });
});

describe('bootstrapMeanInterval', () => {
  it('agrees with bootstrap(method="BCa") within the noise of 2,000 resamples', () => {
    const interval = bootstrapMeanInterval(skewed, 0.95, 1);
    expectClose(interval?.low ?? 0, 0.57, 0.03);
    expectClose(interval?.high ?? 0, 1.5325, 0.04);
  });

  it('is the same for the same seed, and null where nothing varies', () => {
    expect(bootstrapMeanInterval(skewed, 0.9, 4)).toEqual(bootstrapMeanInterval(skewed, 0.9, 4));
    expect(bootstrapMeanInterval([2, 2, 2], 0.95, 1)).toBeNull();
  });
});

describe('countOutliers', () => {
  it('counts what lies far from the rest, and nothing among equal values', () => {
    expect(countOutliers([1, 1.1, 0.9, 1.05, 0.95, 9])).toBe(1);
    expect(countOutliers([3, 3, 3, 3, 9])).toBe(0);
  });
});

const skewed = [
  0.1, 0.4, 0.2, 1.5, 0.3, 2.8, 0.9, 0.6, 0.05, 0.7, 1.1, 0.35, 4.2, 0.15, 0.5, 0.8, 0.25, 1.9, 0.45, 0.65,
];
const eighty = [
  0.1, 0.4, -0.2, -0.8, -0.4, -0.9, 0.2, 1.4, -0.4, -0.5, 0.6, 0.5, 0.2, -0.8, 0.1, 0.8, -1.2, -0.4, -1.8,
  -1.2, -1.7, -0.1, -1.2, 0.4, 0.3, -0.1, -2.4, -0.4, 0.1, 0.2, -1.4, -0.4, -0.9, -0.7, 1.2, -0.7, 0.1, 1,
  -0.5, 0, 0.2, 0.2, -1.1, 0.2, 1.5, -1.4, 1, 0.2, -0.5, 2.1, 0.9, -1.1, 0.2, 0.7, -0.1, 0.8, 0, 0.8, 1.5,
  -0.6, 0.3, -0.4, 0.2, -1.1, -0.5, -0.1, 1, 1.2, -1.2, -0.7, 0.7, -1.9, -0.4, 0, 1.4, 0.8, -0.2, -0.3, -0.2,
  1.6,
];
const forty = [
  -0.4, -0.3, 0.4, -0.1, -0.2, -1.1, 0, -0.4, 1.2, 0.7, 0, 0.7, -0.3, 1.1, 0, 0.6, -1.3, 0.3, -1.7, -2, -0.3,
  -0.9, 0.2, 2.2, -0.8, -0.6, 0.2, 0.5, -0.2, -0.2, 0.7, 0.5, -1, -0.1, 0, -1.1, 0.3, -0.9, 1, 0.2,
];
const thirty = [
  0.6, -0.1, 0.4, -1.5, -0.6, 0.9, -1.6, 1.3, -1.2, 1.3, -0.3, 1.3, 0.6, -1, 1.7, 1.9, 0.4, 0.2, 0.3, -0.5,
  1.6, 0, 0.4, -0.3, -0.1, -0.8, 1.8, 0.3, 1.5, 0.5,
];
