import { sampleIndices, seededRandom } from '../../../statistics/index.ts';
import type { MatrixColumn } from '../../preprocessing/fitted.ts';
import { createSorter } from './kernel/kernel.ts';

/** Rows looked at for quantiles; more would move the thresholds by less than a bin. */
const SAMPLE_ROWS = 200_000;
/** Categories that a byte tells apart, beside the code for missing: of more, the rarest share the last. */
const MOST_CATEGORIES = 255;

/**
 * Where the bins of one column end: a value belongs to the first bin whose threshold is not below it, the last bin is
 * open. Thresholds are float32 and lie at or above the left values and strictly below the right ones, so comparing
 * float32 inputs gives the same side in any runtime.
 */
export type ColumnBins = {
  /** Empty for categories. */
  thresholds: Float32Array;
  /** Some training row has NaN here. */
  hasMissing: boolean;
  /** Bins of a column of categories: one a code, the last for rare and unseen ones; 0 for a column of numbers. */
  categories: number;
};

/**
 * Finds the bins of every column: one a distinct value up to `maxBins`, equal-frequency bins beyond (Ke et al. 2017,
 * LightGBM). NaN is missing and has no bin here; infinities are ordinary values. Of more than 200,000 rows a sample is
 * looked at. O(n · width).
 */
export function findBins(
  x: Float32Array,
  n: number,
  columns: readonly MatrixColumn[],
  maxBins: number,
  seed: number,
): ColumnBins[] {
  const width = columns.length;
  const sample = n > SAMPLE_ROWS ? sampleIndices(n, SAMPLE_ROWS, seededRandom(seed, 'gbdt/bins')) : null;
  const values = new Float32Array(sample?.length ?? n);
  const sort = createSorter(values.length);
  return columns.map(({ kind, codes }, c) => {
    const hasMissing = anyMissing(x, width, c);
    if (kind === 'code') {
      return { thresholds: new Float32Array(0), hasMissing, categories: Math.min(codes, MOST_CATEGORIES) };
    }
    let count = 0;
    for (let i = 0; i < values.length; i++) {
      const value = x[(sample ? (sample[i] as number) : i) * width + c] as number;
      if (!Number.isNaN(value)) values[count++] = value;
    }
    const sorted = values.subarray(0, count);
    sort(sorted);
    return { thresholds: thresholdsOf(sorted, maxBins), hasMissing, categories: 0 };
  });
}

function anyMissing(x: Float32Array, width: number, column: number): boolean {
  for (let at = column; at < x.length; at += width) if (Number.isNaN(x[at] as number)) return true;
  return false;
}

function thresholdsOf(sorted: Float32Array, maxBins: number): Float32Array {
  const ends = distinctEnds(sorted, maxBins) ?? quantileEnds(sorted, maxBins);
  return Float32Array.from(ends, (end) => thresholdBetween(sorted[end - 1] as number, sorted[end] as number));
}

/** Where each distinct value but the last ends, or null when there are more than `most`. */
function distinctEnds(sorted: Float32Array, most: number): number[] | null {
  const ends: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1]) continue;
    ends.push(i);
    if (ends.length >= most) return null;
  }
  return ends;
}

/** A float32 t with low ≤ t < high, the middle where there is one. */
function thresholdBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** Ends of equal-frequency bins: each takes values until it has its share of those that are left. */
function quantileEnds(sorted: Float32Array, maxBins: number): number[] {
  const ends: number[] = [];
  let start = 0;
  while (start < sorted.length && ends.length < maxBins - 1) {
    let end = start + Math.max(1, Math.round((sorted.length - start) / (maxBins - ends.length)));
    while (end < sorted.length && sorted[end] === sorted[end - 1]) end++;
    if (end >= sorted.length) break;
    ends.push(end);
    start = end;
  }
  return ends;
}
