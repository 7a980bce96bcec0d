import { describe, expect, it } from 'vitest';
import { binPair, sturgesEdges } from '../../../../../engine/monitoring/statistics/binning.ts';
import { chiSquaredContingency } from '../../../../../engine/monitoring/statistics/chi-squared.ts';
import { jensenShannonDistance } from '../../../../../engine/monitoring/statistics/jensen-shannon.ts';
import {
  asymptoticPValue,
  exactPValue,
  kolmogorovSmirnov,
} from '../../../../../engine/monitoring/statistics/kolmogorov-smirnov.ts';
import { populationStabilityIndex } from '../../../../../engine/monitoring/statistics/population-stability-index.ts';
import { meanOf, populationStd } from '../../../../../engine/monitoring/statistics/sample.ts';
import {
  scaledWasserstein,
  wassersteinDistance,
} from '../../../../../engine/monitoring/statistics/wasserstein.ts';
import { goldenWindows } from './golden-windows.ts';

const { reference, current, referenceNumbers, referenceCategories, currentCategories } = goldenWindows();

/** Golden values are given to ten digits. */
function expectGolden(actual: number, golden: number, relative = 1e-9): void {
  expect(Math.abs(actual - golden)).toBeLessThanOrEqual(relative * Math.abs(golden) + 1e-10);
}

describe('drift statistics against SciPy 1.17.1 and NumPy', () => {
  it('draws the windows that the golden values were made from', () => {
    expectGolden(referenceNumbers[0] ?? 0, -0.67130149, 1e-8);
    expectGolden(meanOf(reference), 0.0705556523);
    expectGolden(populationStd(reference), 0.9778837041);
    expectGolden(meanOf(current), 0.3527079231);
    expectGolden(populationStd(current), 1.1761280063);
    expect(referenceCategories).toEqual([216, 140, 89, 55]);
    expect(currentCategories).toEqual([130, 119, 68, 83]);
  });

  it('gives the Kolmogorov–Smirnov statistic with its exact and its asymptotic p-value', () => {
    const { statistic, pValue } = kolmogorovSmirnov(reference, current);
    expectGolden(statistic, 0.1355);
    expectGolden(pValue, 5.147397092e-4, 1e-6);
    expectGolden(exactPValue(500, 400, statistic), 5.147397092e-4, 1e-6);
    expectGolden(asymptoticPValue(500, 400, statistic), 5.1314161e-4, 1e-6);
  });

  it('gives the Wasserstein distance, plain and in standard deviations of the reference', () => {
    expectGolden(wassersteinDistance(reference, current), 0.2909910945);
    expectGolden(scaledWasserstein(reference, current), 0.2975722913);
  });

  it('bins both windows by Sturges’ rule on both together', () => {
    const edges = sturgesEdges(reference, current);
    expect(edges).toHaveLength(12);
    expectGolden(edges[0] ?? 0, -3.251982789);
    expectGolden(edges[11] ?? 0, 3.7328270358);
    const bins = binPair(reference, current);
    expect([...bins.reference]).toEqual([2, 8, 37, 53, 117, 126, 92, 52, 13, 0, 0]);
    expect([...bins.current]).toEqual([1, 8, 24, 45, 64, 80, 84, 54, 25, 10, 5]);
  });

  it('gives PSI and the Jensen–Shannon distance of numbers', () => {
    const bins = binPair(reference, current);
    expectGolden(populationStabilityIndex(bins.reference, bins.current), 0.2859616079);
    expectGolden(jensenShannonDistance(bins.reference, bins.current), 0.1546593622);
  });

  it('gives chi-squared, PSI and the Jensen–Shannon distance of categories', () => {
    const { statistic, degrees, pValue } = chiSquaredContingency(referenceCategories, currentCategories);
    expectGolden(statistic, 20.7131081371);
    expect(degrees).toBe(3);
    expectGolden(pValue, 1.2075159e-4, 1e-6);
    expectGolden(populationStabilityIndex(referenceCategories, currentCategories), 0.0937595252);
    expectGolden(jensenShannonDistance(referenceCategories, currentCategories), 0.1076098071);
  });
});
