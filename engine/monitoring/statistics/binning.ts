import type { Sample } from './sample.ts';

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
  if (low === high) return Float64Array.of(low - 0.5, high + 0.5);
  const bins = Math.ceil(Math.log2(x.size + y.size) + 1);
  const step = (high - low) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, index) => low + index * step);
  edges[bins] = high;
  return edges;
}

/**
 * Counts in bins that are closed on the left; the last is closed on both sides. Values outside go to the bin at
 * that end.
 */
export function countBetween(sample: Sample, edges: ArrayLike<number>): Float64Array {
  const bins = edges.length - 1;
  const counts = new Float64Array(bins);
  let bin = 0;
  for (let i = 0; i < sample.values.length; i++) {
    const value = sample.values[i] as number;
    while (bin < bins - 1 && value >= (edges[bin + 1] as number)) bin += 1;
    counts[bin] = (counts[bin] as number) + (sample.counts[i] as number);
  }
  return counts;
}

function binByValue(x: Sample, y: Sample): BinnedPair {
  const values = Float64Array.from(new Set([...x.values, ...y.values])).sort();
  const spread = (sample: Sample): Float64Array => {
    const counts = new Float64Array(values.length);
    let place = 0;
    for (let i = 0; i < sample.values.length; i++) {
      while (values[place] !== sample.values[i]) place += 1;
      counts[place] = sample.counts[i] as number;
    }
    return counts;
  };
  return { reference: spread(x), current: spread(y) };
}
