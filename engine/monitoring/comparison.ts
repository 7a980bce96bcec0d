import type { ColumnDrift, ColumnType, DriftMethod, DriftResult } from '../../local-api/contract/index.ts';
import { numberBins } from '../data/index.ts';
import { binPair, countBetween, sturgesEdges } from './statistics/binning.ts';
import { chiSquaredContingency, poolRare, total } from './statistics/chi-squared.ts';
import { jensenShannonDistance } from './statistics/jensen-shannon.ts';
import { kolmogorovSmirnov } from './statistics/kolmogorov-smirnov.ts';
import { populationStabilityIndex } from './statistics/population-stability-index.ts';
import { meanOf, populationStd, quantileOf, type Sample } from './statistics/sample.ts';
import { scaledWasserstein } from './statistics/wasserstein.ts';

export type NumberWindow = { sample: Sample; missing: number };
/** Counts of both windows over the same labels; `other` holds what is too rare to be told apart. */
export type CategoryWindows = {
  labels: string[];
  reference: { counts: number[]; missing: number };
  current: { counts: number[]; missing: number };
};

/** The test of whether a difference is more than chance, that goes with the default verdict. */
export type Significance = { test: 'Kolmogorov–Smirnov' | 'chi-squared'; pValue: number };

/** What is measured about one column; the verdict needs all columns. */
export type Comparison = Pick<
  ColumnDrift,
  'name' | 'type' | 'kind' | 'results' | 'reference' | 'current' | 'distribution'
> & { significance: Significance };

export type Thresholds = Readonly<Record<DriftMethod, number>>;

export const methodsFor: Readonly<Record<ColumnDrift['kind'], readonly DriftMethod[]>> = {
  number: ['wasserstein', 'ks', 'psi', 'js'],
  category: ['js', 'chi2', 'psi'],
};

/**
 * With so few values a column of numbers is one of grades: the KS test, made for continuous values, would miss
 * most changes.
 */
const FEW_VALUES = 10;
const MOST_LABELS_SHOWN = 20;

export function compareNumbers(
  column: { name: string; type: ColumnType },
  reference: NumberWindow,
  current: NumberWindow,
  thresholds: Thresholds,
): Comparison {
  const { sample: x } = reference;
  const { sample: y } = current;
  const bins = binPair(x, y);
  const ks = kolmogorovSmirnov(x, y);
  const results = [
    distance('wasserstein', scaledWasserstein(x, y), thresholds),
    test('ks', ks.statistic, ks.pValue, thresholds),
    distance('psi', populationStabilityIndex(bins.reference, bins.current), thresholds),
    distance('js', jensenShannonDistance(bins.reference, bins.current), thresholds),
  ];
  const isGraded = Math.max(x.values.length, y.values.length) <= FEW_VALUES;
  return {
    ...column,
    kind: 'number',
    results,
    reference: windowFigures(reference),
    current: windowFigures(current),
    distribution: overlaidHistogram(x, y, column.type),
    significance: isGraded
      ? { test: 'chi-squared', pValue: contingencyPValue(bins.reference, bins.current) }
      : { test: 'Kolmogorov–Smirnov', pValue: ks.pValue },
  };
}

export function compareCategories(
  column: { name: string; type: ColumnType },
  windows: CategoryWindows,
  thresholds: Thresholds,
): Comparison {
  const { reference, current } = windows;
  const pooled = poolRare(reference.counts, current.counts);
  const { statistic, pValue } = chiSquaredContingency(pooled.reference, pooled.current);
  const figures = ({ counts, missing }: { counts: number[]; missing: number }) => ({
    count: total(counts),
    missing,
    mean: null,
    std: null,
  });
  return {
    ...column,
    kind: 'category',
    results: [
      distance('js', jensenShannonDistance(reference.counts, current.counts), thresholds),
      test('chi2', statistic, pValue, thresholds),
      distance('psi', populationStabilityIndex(reference.counts, current.counts), thresholds),
    ],
    reference: figures(reference),
    current: figures(current),
    distribution: overlaidCategories(windows),
    significance: { test: 'chi-squared', pValue },
  };
}

function contingencyPValue(reference: Float64Array, current: Float64Array): number {
  const pooled = poolRare(reference, current);
  return chiSquaredContingency(pooled.reference, pooled.current).pValue;
}

function distance(method: DriftMethod, score: number, thresholds: Thresholds): DriftResult {
  const threshold = thresholds[method];
  return { method, score, pValue: null, threshold, drifted: score >= threshold };
}

function test(method: DriftMethod, score: number, pValue: number, thresholds: Thresholds): DriftResult {
  const threshold = thresholds[method];
  return { method, score, pValue, threshold, drifted: pValue <= threshold };
}

function windowFigures({ sample, missing }: NumberWindow): ColumnDrift['reference'] {
  const { size } = sample;
  return {
    count: size,
    missing,
    mean: finite(meanOf(sample)),
    std: size < 2 ? null : finite(populationStd(sample) * Math.sqrt(size / (size - 1))),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** About 40 common bins; what lies far outside the inner 98 % of both windows goes into the bin at that end. */
function overlaidHistogram(x: Sample, y: Sample, type: ColumnType): ColumnDrift['distribution'] {
  const bins = numberBins({
    min: Math.min(x.values[0] ?? 0, y.values[0] ?? 0),
    max: Math.max(x.values.at(-1) ?? 0, y.values.at(-1) ?? 0),
    p01: Math.min(quantileOf(x, 0.01), quantileOf(y, 0.01)),
    p99: Math.max(quantileOf(x, 0.99), quantileOf(y, 0.99)),
    isInteger: type === 'integer',
  });
  const edges =
    bins === null
      ? [...sturgesEdges(x, y)]
      : Array.from({ length: bins.count + 1 }, (_, index) =>
          Number((bins.start + index * bins.step).toPrecision(14)),
        );
  return {
    kind: 'histogram',
    edges,
    reference: shares(countBetween(x, edges)),
    current: shares(countBetween(y, edges)),
  };
}

/** The labels with the largest shares in either window; the rest together as "other". */
function overlaidCategories({ labels, reference, current }: CategoryWindows): ColumnDrift['distribution'] {
  const p = shares(reference.counts);
  const q = shares(current.counts);
  const order = labels
    .map((_, index) => index)
    .sort((a, b) => (p[b] ?? 0) + (q[b] ?? 0) - (p[a] ?? 0) - (q[a] ?? 0));
  const shown = order.slice(0, MOST_LABELS_SHOWN);
  const rest = order.slice(MOST_LABELS_SHOWN);
  const pick = (all: readonly number[]): number[] => {
    const picked = shown.map((index) => all[index] ?? 0);
    return rest.length === 0 ? picked : [...picked, rest.reduce((sum, index) => sum + (all[index] ?? 0), 0)];
  };
  return {
    kind: 'categories',
    labels: [...shown.map((index) => labels[index] ?? ''), ...(rest.length === 0 ? [] : ['other'])],
    reference: pick(p),
    current: pick(q),
  };
}

function shares(counts: ArrayLike<number>): number[] {
  const all = total(counts);
  return Array.from(counts, (count) => (all === 0 ? 0 : count / all));
}
