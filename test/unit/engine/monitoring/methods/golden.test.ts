import { describe, expect, it } from 'vitest';
import { type CountPair, numberPair, runMethod } from '../../../../../engine/monitoring/methods/index.ts';
import { type DriftMethod, DriftMethod as Methods } from '../../../../../local-api/contract/index.ts';
import { goldenWindows } from '../statistics/golden-windows.ts';

const golden = goldenWindows();
const numbers = numberPair(golden.reference, golden.current);
const labels = {
  labels: ['a', 'b', 'c', 'd'],
  reference: golden.referenceCategories,
  current: golden.currentCategories,
};

function bits(reference: readonly number[], current: readonly number[]): CountPair {
  const counts = (values: readonly number[]) => {
    const ones = values.filter((bit) => bit === 1).length;
    return [values.length - ones, ones];
  };
  return { labels: ['0', '1'], reference: counts(reference), current: counts(current) };
}

type Golden = { score?: number; pValue?: number | null };

function close(actual: number, expected: number, tolerance: number): boolean {
  return Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
}

function expectGolden(method: DriftMethod, windows: Parameters<typeof runMethod>[1], expected: Golden): void {
  const outcome = runMethod(method, windows);
  if ('reason' in outcome) throw new Error(outcome.reason);
  if (expected.score !== undefined)
    expect(close(outcome.score, expected.score, 1e-9), `${method} ${outcome.score}`).toBe(true);
  if (expected.pValue === null) expect(outcome.pValue).toBeNull();
  else if (expected.pValue !== undefined)
    expect(close((outcome.pValue ?? -1) / expected.pValue, 1, 1e-6), `${method} p ${outcome.pValue}`).toBe(
      true,
    );
}

/** SciPy 1.17.1 and NumPy 2.4.6 (the p-value of ks: its exact method). */
const ofNumbers: Partial<Record<DriftMethod, Golden>> = {
  ks: { score: 0.1355, pValue: 5.1473971e-4 },
  'anderson-darling': { score: 10.9000150981, pValue: 0.001 },
  'cramer-von-mises': { score: 1.5352981481, pValue: 1.4305312e-4 },
  'mann-whitney': { score: 86258, pValue: 3.9102151e-4 },
  'mann-whitney-less': { score: 86258, pValue: 1.9551075e-4 },
  't-test': { score: -3.9245843262, pValue: 9.3517155e-5 },
  welch: { score: -3.8455907531, pValue: 1.3016109e-4 },
  'epps-singleton': { score: 31.2043204337, pValue: 2.7812019e-6 },
  wasserstein: { score: 0.2975722913, pValue: null },
  'wasserstein-raw': { score: 0.2909910945, pValue: null },
  energy: { score: 0.2217569721, pValue: null },
  mmd: { score: 0.0152173891 },
  psi: { score: 0.2859616079, pValue: null },
  kl: { score: 0.0792089719, pValue: null },
  // scipy.spatial.distance.jensenshannon of the golden bins.
  js: { score: 0.1546593622, pValue: null },
  'js-base2': { score: 0.1857648256, pValue: null },
  hellinger: { score: 0.1724766167, pValue: null },
  'nannyml-js': { score: 0.2047186779, pValue: null },
  'nannyml-hellinger': { score: 0.1887861524, pValue: null },
};

const ofLabels: Partial<Record<DriftMethod, Golden>> = {
  psi: { score: 0.0937595252 },
  kl: { score: 0.0443462242 },
  js: { score: 0.1076098071 },
  'js-base2': { score: 0.1292525507 },
  hellinger: { score: 0.1079317381 },
  'nannyml-js': { score: 0.1292525507 },
  'nannyml-hellinger': { score: 0.1079317381 },
  chi2: { score: 20.7131081371, pValue: 1.2075159e-4 },
  'chi2-one-sample': { score: 45.7504279688, pValue: 6.408521e-10 },
  'g-test': { score: 20.7100815074, pValue: 1.2092638e-4 },
  'g-test-one-sample': { score: 39.5306407175, pValue: 1.339782e-8 },
  tvd: { score: 0.115 },
  'l-infinity': { score: 0.107, pValue: null },
};

describe('every method against its golden value', () => {
  it('has a golden value', () => {
    const known = new Set([...Object.keys(ofNumbers), ...Object.keys(ofLabels)]);
    const missing = Methods.options.filter((method) => !known.has(method));
    expect(missing).toEqual(['g-test-unscaled', 'z-test', 'fisher']);
  });

  it.each(Object.entries(ofNumbers))('%s of numbers', (method, expected) => {
    expectGolden(Methods.parse(method), { numbers, counts: null }, expected);
  });

  it.each(Object.entries(ofLabels))('%s of labels', (method, expected) => {
    expectGolden(Methods.parse(method), { numbers: null, counts: labels }, expected);
  });

  it('z-test of bits', () => {
    const { referenceBits, currentBits } = golden;
    expect([referenceBits, currentBits].map((all) => all.filter((bit) => bit === 1).length)).toEqual([
      139, 145,
    ]);
    const counts = bits(referenceBits, currentBits);
    expectGolden('z-test', { numbers: null, counts }, { score: -2.7104627017, pValue: 6.7189405e-3 });
  });

  it('fisher of bits in windows of equal size', () => {
    const counts = bits(golden.referenceBits.slice(0, 400), golden.currentBits);
    expectGolden('fisher', { numbers: null, counts }, { score: 1.4265565876, pValue: 0.0233073171 });
  });

  it('g-test-unscaled is the one-sample G-test where both sides have equally many rows', () => {
    const counts = { labels: ['a', 'b', 'c'], reference: [50, 30, 20], current: [40, 30, 30] };
    const [scaled, unscaled] = (['g-test-one-sample', 'g-test-unscaled'] as const).map((method) =>
      runMethod(method, { numbers: null, counts }),
    );
    expect(unscaled).toEqual(scaled);
    // scipy.stats.power_divergence([40, 30, 30], [50, 30, 20], lambda_="log-likelihood")
    expectGolden('g-test-unscaled', { numbers: null, counts }, { score: 6.4764223814, pValue: 0.0392340145 });
  });
});
