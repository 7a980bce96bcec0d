import type { Histogram } from '../../../../local-api/contract/index.ts';

/** Histograms over the same bins, as shares of their counts. `most` is the largest share. */
export type StepBins = { min: number; max: number; most: number; shares: number[][] };

/** At most `most` places of `count`, evenly apart, the first and the last among them. */
export function spread(count: number, most: number): number[] {
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  return Array.from({ length: most }, (_, index) => Math.round((index * (count - 1)) / (most - 1)));
}

/** Histograms with edges of their own, brought to common bins: a count is divided by how far it reaches into each. */
export function toCommonBins(histograms: readonly (Histogram | null)[], bins: number): StepBins {
  const known = histograms.filter((histogram) => histogram !== null && histogram.counts.length > 0);
  const min = Math.min(...known.map((histogram) => histogram?.edges[0] ?? Number.POSITIVE_INFINITY));
  const max = Math.max(...known.map((histogram) => histogram?.edges.at(-1) ?? Number.NEGATIVE_INFINITY));
  if (known.length === 0) return { min: 0, max: 0, most: 1, shares: histograms.map(() => []) };
  const width = (max - min || 1) / bins;
  const shares = histograms.map((histogram) => {
    const row = new Array<number>(bins).fill(0);
    if (histogram === null) return row;
    const total = histogram.counts.reduce((sum, count) => sum + count, 0) || 1;
    for (const [index, count] of histogram.counts.entries()) {
      const from = ((histogram.edges[index] ?? min) - min) / width;
      const to = Math.max(from, ((histogram.edges[index + 1] ?? min) - min) / width);
      const reach = to - from || 1;
      for (let bin = Math.floor(from); bin < bins && bin < Math.max(to, Math.floor(from) + 1); bin += 1) {
        const part = to === from ? 1 : Math.min(to, bin + 1) - Math.max(from, bin);
        row[bin] = (row[bin] ?? 0) + (count / total) * (part / reach);
      }
    }
    return row;
  });
  return { min, max, most: Math.max(...shares.flat(), 1e-12), shares };
}
