import { sampleIndices, seededRandom } from '../../../statistics/index.ts';

/** Rows looked at for quantiles; more would move the thresholds by less than a bin. */
const SAMPLE_ROWS = 200_000;

/**
 * Where the bins of one column end: a value belongs to the first bin whose threshold is not below it, the last bin is
 * open. Thresholds are float32 and lie at or above the left values and strictly below the right ones, so comparing
 * float32 inputs gives the same side in any runtime.
 */
export type ColumnBins = {
  thresholds: Float32Array;
  /** Some training row has NaN here. */
  hasMissing: boolean;
};

/**
 * Finds the bins of every column: one a distinct value up to `maxBins`, equal-frequency bins beyond (Ke et al. 2017,
 * LightGBM). NaN is missing and has no bin here; infinities are ordinary values. O(n · width · log n) at worst.
 */
export function findBins(
  x: Float32Array,
  n: number,
  width: number,
  maxBins: number,
  seed: number,
): ColumnBins[] {
  const sample = n > SAMPLE_ROWS ? sampleIndices(n, SAMPLE_ROWS, seededRandom(seed, 'gbdt/bins')) : null;
  const columns: ColumnBins[] = [];
  for (let c = 0; c < width; c++) {
    const { distinct, hasMissing } = fewDistinct(x, n, width, c, maxBins);
    const thresholds = distinct ? thresholdsBetween(distinct) : quantiles(x, n, width, c, maxBins, sample);
    columns.push({ thresholds, hasMissing });
  }
  return columns;
}

/** The distinct values of a column, ascending, or null when there are more than `limit`. */
function fewDistinct(x: Float32Array, n: number, width: number, column: number, limit: number) {
  const seen = new Set<number>();
  let hasMissing = false;
  let last = Number.NaN;
  for (let i = 0, at = column; i < n; i++, at += width) {
    const value = x[at] as number;
    if (value === last) continue;
    if (Number.isNaN(value)) {
      hasMissing = true;
      continue;
    }
    last = value;
    if (seen.size <= limit) seen.add(value);
    else if (hasMissing) break;
  }
  return { distinct: seen.size <= limit ? Float32Array.from(seen).sort() : null, hasMissing };
}

function thresholdsBetween(distinct: Float32Array): Float32Array {
  const thresholds = new Float32Array(Math.max(0, distinct.length - 1));
  for (let i = 0; i < thresholds.length; i++) {
    thresholds[i] = thresholdBetween(distinct[i] as number, distinct[i + 1] as number);
  }
  return thresholds;
}

/** A float32 t with low ≤ t < high, the middle where there is one. */
function thresholdBetween(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** Equal-frequency thresholds: each bin takes rows until it has its share of those that are left. */
function quantiles(
  x: Float32Array,
  n: number,
  width: number,
  column: number,
  maxBins: number,
  sample: Uint32Array | null,
): Float32Array {
  const size = sample?.length ?? n;
  const values = new Float32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    const value = x[(sample ? (sample[i] as number) : i) * width + column] as number;
    if (!Number.isNaN(value)) values[count++] = value;
  }
  const sorted = values.subarray(0, count).sort();
  const thresholds: number[] = [];
  let start = 0;
  while (start < count && thresholds.length < maxBins - 1) {
    let end = start + Math.max(1, Math.round((count - start) / (maxBins - thresholds.length)));
    while (end < count && sorted[end] === sorted[end - 1]) end++;
    if (end >= count) break;
    thresholds.push(thresholdBetween(sorted[end - 1] as number, sorted[end] as number));
    start = end;
  }
  return Float32Array.from(thresholds);
}

/** The bin of a value that is not NaN. */
export function binOf(thresholds: Float32Array, value: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value <= (thresholds[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
