import { type BinnedPair, binByValue, binPair, doanePair } from '../statistics/binning.ts';
import { type PooledGaps, pooledGaps } from '../statistics/pooled-gaps.ts';
import { type Moments, momentsOf, type Sample } from '../statistics/sample.ts';

/** Two windows of a column of numbers, with what methods share; worked out when first asked for. */
export type NumberPair = {
  reference: Sample;
  current: Sample;
  gaps(): PooledGaps;
  /** Counts over Evidently's bins. */
  bins(): BinnedPair;
  /** Counts over NannyML's bins. */
  doane(): BinnedPair;
  moments(): { reference: Moments; current: Moments };
};

/** Two windows of labels, as counts in one order of the labels; ascending where they have an order. */
export type CountPair = {
  labels: readonly string[];
  reference: readonly number[];
  current: readonly number[];
};

export function numberPair(reference: Sample, current: Sample): NumberPair {
  const moments = once(() => ({ reference: momentsOf(reference), current: momentsOf(current) }));
  return {
    reference,
    current,
    gaps: once(() => pooledGaps(reference, current)),
    bins: once(() => binPair(reference, current)),
    doane: once(() => doanePair(reference, current, moments().reference)),
    moments,
  };
}

/** Numbers of few values, each value taken for a label. */
export function countsOfValues(reference: Sample, current: Sample): CountPair {
  const bins = binByValue(reference, current);
  return {
    labels: bins.values.map(String),
    reference: [...bins.reference],
    current: [...bins.current],
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
