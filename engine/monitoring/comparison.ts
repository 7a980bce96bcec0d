import {
  type DriftMethod,
  type DriftMethodKind,
  driftMethods,
  driftMethodsFor,
} from '../../local-api/contract/drift-methods.ts';
import type { ColumnDrift, ColumnType, DriftResult, DriftSettings } from '../../local-api/contract/index.ts';
import { numberBins } from '../statistics/index.ts';
import { FEW_VALUES, type HonestMeasure, measureCounts, measureNumbers } from './honest-measure.ts';
import { type ColumnWindows, countsOfValues, judge, numberPair, runMethod } from './methods/index.ts';
import { type ColumnFacts, presetMethod } from './preset-method.ts';
import { countBetween, sturgesEdges } from './statistics/binning.ts';
import { total } from './statistics/chi-squared.ts';
import { type Moments, quantilesOf, type Sample } from './statistics/sample.ts';

export type NumberWindow = { sample: Sample; missing: number };
/** Counts of both windows over the same labels; `other` holds what is too rare to be told apart. */
export type CategoryWindows = {
  labels: string[];
  reference: { counts: number[]; missing: number };
  current: { counts: number[]; missing: number };
};

/** What is measured about one column; the verdict needs all columns. */
export type Comparison = Pick<
  ColumnDrift,
  | 'name'
  | 'type'
  | 'kind'
  | 'results'
  | 'notComputed'
  | 'reference'
  | 'current'
  | 'distribution'
  | 'quantiles'
> & {
  honest: HonestMeasure;
  /** Which method decides; null: the honest verdict does. */
  decider: { method: DriftMethod; isChosen: boolean } | null;
};

/** More different values are not told apart as labels. */
const MOST_GRADES = 50;
const MOST_LABELS_SHOWN = 20;
/** Shares of the quantiles that a report keeps. */
const QUANTILES = 50;

/** Measures a column of numbers. Neither window may be empty. Cost: linear in the values, which come sorted. */
export function compareNumbers(
  column: { name: string; type: ColumnType },
  reference: NumberWindow,
  current: NumberWindow,
  settings: DriftSettings,
): Comparison {
  const { sample: x } = reference;
  const { sample: y } = current;
  const numbers = numberPair(x, y);
  const { distinct } = numbers.gaps();
  const counts = distinct <= MOST_GRADES ? countsOfValues(x, y) : null;
  const isGraded = distinct <= FEW_VALUES;
  const kinds: DriftMethodKind[] = ['number'];
  if (isGraded) kinds.push('category');
  if (distinct <= 2) kinds.push('binary');
  const facts: ColumnFacts = {
    type: column.type,
    kind: 'number',
    referenceSize: x.size,
    referenceDistinct: x.values.length,
    distinct,
  };
  return {
    ...column,
    kind: 'number',
    ...methodsOf(column.name, kinds, facts, { numbers, counts }, settings),
    reference: windowFigures(reference.missing, numbers.moments().reference),
    current: windowFigures(current.missing, numbers.moments().current),
    distribution: overlaidHistogram(x, y, column.type),
    quantiles: keptQuantiles(x, y),
    honest: measureNumbers(numbers, isGraded ? counts : null),
  };
}

/** Measures a column of labels. Cost: linear in the labels, besides the permutations of slow methods. */
export function compareCategories(
  column: { name: string; type: ColumnType },
  windows: CategoryWindows,
  settings: DriftSettings,
): Comparison {
  const { labels, reference, current } = windows;
  const counts = { labels, reference: reference.counts, current: current.counts };
  const distinct = labels.filter((_, i) => (reference.counts[i] ?? 0) + (current.counts[i] ?? 0) > 0).length;
  const facts: ColumnFacts = {
    type: column.type,
    kind: 'category',
    referenceSize: total(reference.counts),
    referenceDistinct: reference.counts.filter((count) => count > 0).length,
    distinct,
  };
  const figures = ({ counts: side, missing }: { counts: number[]; missing: number }) => ({
    count: total(side),
    missing,
    mean: null,
    std: null,
  });
  return {
    ...column,
    kind: 'category',
    ...methodsOf(
      column.name,
      distinct <= 2 ? ['category', 'binary'] : ['category'],
      facts,
      { numbers: null, counts },
      settings,
    ),
    reference: figures(reference),
    current: figures(current),
    distribution: overlaidCategories(windows),
    honest: measureCounts(counts),
  };
}

/** Runs every method that fits, slow ones only when they are asked for or decide. */
function methodsOf(
  name: string,
  kinds: readonly DriftMethodKind[],
  facts: ColumnFacts,
  windows: ColumnWindows,
  settings: DriftSettings,
): Pick<Comparison, 'results' | 'notComputed' | 'decider'> {
  const chosen = settings.methods[name];
  const deciding = chosen ?? presetMethod(settings.preset, facts);
  const fitting = new Set(kinds.flatMap(driftMethodsFor));
  if (deciding !== null) fitting.add(deciding);
  const results: DriftResult[] = [];
  const notComputed: { method: DriftMethod; reason: string }[] = [];
  for (const method of fitting) {
    const { isSlow, defaultThreshold } = driftMethods[method];
    if (isSlow === true && method !== deciding && !settings.allMethods) continue;
    const outcome = runMethod(method, windows);
    const own = method === deciding ? settings.columnThresholds[name] : undefined;
    const threshold = own ?? settings.thresholds[method] ?? defaultThreshold;
    if ('reason' in outcome) notComputed.push({ method, reason: outcome.reason });
    else if (!Number.isFinite(outcome.score) || Number.isNaN(outcome.pValue))
      notComputed.push({ method, reason: 'these values give it no number' });
    else results.push(judge(method, outcome, threshold));
  }
  return {
    results,
    ...(notComputed.length > 0 ? { notComputed } : {}),
    decider: deciding === null ? null : { method: deciding, isChosen: chosen !== undefined },
  };
}

function windowFigures(missing: number, { size, mean, variance }: Moments): ColumnDrift['reference'] {
  return {
    count: size,
    missing,
    mean: finite(mean),
    std: size < 2 ? null : finite(Math.sqrt((variance * size) / (size - 1))),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** About 40 common bins; what lies far outside the inner 98 % of both windows goes into the bin at that end. */
function overlaidHistogram(x: Sample, y: Sample, type: ColumnType): ColumnDrift['distribution'] {
  const [x01 = 0, x99 = 0] = quantilesOf(x, [0.01, 0.99]);
  const [y01 = 0, y99 = 0] = quantilesOf(y, [0.01, 0.99]);
  const bins = numberBins({
    min: Math.min(x.values[0] ?? 0, y.values[0] ?? 0),
    max: Math.max(x.values.at(-1) ?? 0, y.values.at(-1) ?? 0),
    p01: Math.min(x01, y01),
    p99: Math.max(x99, y99),
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

function keptQuantiles(x: Sample, y: Sample): NonNullable<ColumnDrift['quantiles']> {
  const shares = Array.from({ length: QUANTILES + 1 }, (_, i) => i / QUANTILES);
  return { shares, reference: quantilesOf(x, shares), current: quantilesOf(y, shares) };
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
