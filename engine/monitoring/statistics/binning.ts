import { countBelow, type Moments, type Sample } from './sample.ts';

export type BinnedPair = { reference: Float64Array; current: Float64Array };

/** With no more distinct reference values than this each value is a bin of its own. */
const FEW_VALUES = 20;

/**
 * Counts of both windows over common bins, as Evidently makes them for PSI and Jensen–Shannon: equal widths after
 * Sturges' rule on both windows together when the reference has more than 20 distinct values, else one bin a distinct
 * value of either.
 */
export function binPair(reference: Sample, current: Sample): BinnedPair {
  if (reference.values.length <= FEW_VALUES) return binByValue(reference, current);
  const edges = sturgesEdges(reference, current);
  return { reference: countBetween(reference, edges), current: countBetween(current, edges) };
}

/** Equal-width edges over the range of both samples, ⌈log2 N + 1⌉ bins (Sturges 1926), as NumPy makes them. */
export function sturgesEdges(x: Sample, y: Sample): Float64Array {
  const low = Math.min(x.values[0] ?? 0, y.values[0] ?? 0);
  const high = Math.max(x.values.at(-1) ?? 0, y.values.at(-1) ?? 0);
  return evenEdges(low, high, Math.ceil(Math.log2(x.size + y.size) + 1));
}

function evenEdges(low: number, high: number, bins: number): Float64Array {
  if (low === high) return Float64Array.of(low - 0.5, high + 0.5);
  const step = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, index) => low + index * step);
  edges[bins] = high;
  return edges;
}

/**
 * Counts as NannyML bins numbers: equal widths over the range of the reference, their number after Doane's rule (1976) for
 * the reference, and one more bin for current values outside, where there are any.
 */
export function doanePair(reference: Sample, current: Sample, moments: Moments): BinnedPair {
  const edges = doaneEdges(reference, moments);
  const [low, high] = [edges[0] as number, edges.at(-1) as number];
  const last = edges.length - 2;
  const counts = countBetween(current, edges);
  const [under, over] = [countBelow(current, low), current.size - countBelow(current, nextAbove(high))];
  counts[0] = (counts[0] as number) - under;
  counts[last] = (counts[last] as number) - over;
  const before = countBetween(reference, edges);
  if (under + over === 0) return { reference: before, current: counts };
  return { reference: Float64Array.of(...before, 0), current: Float64Array.of(...counts, under + over) };
}

/** The next larger number. */
function nextAbove(value: number): number {
  return value + Math.max(Math.abs(value) * 2 ** -52, Number.MIN_VALUE);
}

function doaneEdges({ size, values }: Sample, { variance, third }: Moments): Float64Array {
  const low = values[0] ?? 0;
  const high = values.at(-1) ?? 0;
  if (low === high) return evenEdges(low, high, 1);
  const skewness = third / variance ** 1.5;
  const error = Math.sqrt((6 * (size - 2)) / ((size + 1) * (size + 3)));
  const bins = size > 2 ? Math.ceil(1 + Math.log2(size) + Math.log2(1 + Math.abs(skewness) / error)) : 1;
  return evenEdges(low, high, bins);
}

/**
 * The Hellinger distance of numbers as Evidently bins them: Sturges' rule on the distinct values of both windows.
 */
export function distinctPair(x: Sample, y: Sample, distinct: number): BinnedPair {
  const low = Math.min(x.values[0] ?? 0, y.values[0] ?? 0);
  const high = Math.max(x.values.at(-1) ?? 0, y.values.at(-1) ?? 0);
  const edges = evenEdges(low, high, Math.ceil(Math.log2(distinct) + 1));
  return { reference: countBetween(x, edges), current: countBetween(y, edges) };
}

/**
 * Counts in bins that are closed on the left; the last is closed on both sides. Values outside go to the bin at
 * that end.
 */
export function countBetween(sample: Sample, edges: ArrayLike<number>): Float64Array {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  let before = 0;
  for (let bin = 0; bin < bins; bin++) {
    const after = bin === bins - 1 ? sample.size : countBelow(sample, edges[bin + 1] as number);
    counts[bin] = after - before;
    before = after;
  }
  return counts;
}

/** One bin a distinct value of either window, ascending. For few values. */
export function binByValue(x: Sample, y: Sample): BinnedPair & { values: number[] } {
  const values = [...Float64Array.from(new Set([...x.values, ...y.values])).sort()];
  const spread = (sample: Sample): Float64Array => {
    const counts = new Float64Array(values.length);
    let place = 0;
    for (let i = 0; i < sample.values.length; i++) {
      while (values[place] !== sample.values[i]) place += 1;
      counts[place] = sample.counts[i] as number;
    }
    return counts;
  };
  return { values, reference: spread(x), current: spread(y) };
}
