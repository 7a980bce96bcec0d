import { sortNumbers } from './radix-sort.ts';

/** The values of one column in one window: distinct, ascending, with how often each occurs. Neither array is changed. */
export type Sample = {
  values: Float64Array;
  counts: Float64Array;
  size: number;
};

/** Sorts and counts finite values. Sorts `values` in place and keeps it. An empty array gives an empty sample. */
export function sampleOf(values: Float64Array): Sample {
  sortNumbers(values);
  let distinct = values.length === 0 ? 0 : 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) distinct += 1;
  if (distinct === values.length) return { values, counts: ones(distinct), size: distinct };
  const kept = new Float64Array(distinct);
  const counts = new Float64Array(distinct);
  let place = -1;
  for (let i = 0; i < values.length; i++) {
    // -0 and 0 are one value: they compare equal.
    if (i === 0 || values[i] !== values[i - 1]) {
      place += 1;
      kept[place] = values[i] as number;
    }
    counts[place] = (counts[place] as number) + 1;
  }
  return { values: kept, counts, size: values.length };
}

let someOnes = new Float64Array(0);

/** Samples without ties share one array of counts. */
function ones(length: number): Float64Array {
  if (someOnes.length < length) someOnes = new Float64Array(length).fill(1);
  return someOnes.subarray(0, length);
}

/** Of one window: its size and mean, and its central moments with divisor n. */
export type Moments = { size: number; mean: number; variance: number; third: number };

/** By two passes. */
export function momentsOf(sample: Sample): Moments {
  const { values, counts, size } = sample;
  const mean = meanOf(sample);
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = (values[i] as number) - mean;
    const square = difference * difference * (counts[i] as number);
    squares += square;
    cubes += square * difference;
  }
  return { size, mean, variance: squares / size, third: cubes / size };
}

export function meanOf({ values, counts, size }: Sample): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (counts[i] as number);
  return sum / size;
}

/** Standard deviation with divisor n (population), by two passes. */
export function populationStd(sample: Sample): number {
  return Math.sqrt(momentsOf(sample).variance);
}

/** How many values are below a border. Without ties by bisection, else by a pass. */
export function countBelow({ values, counts, size }: Sample, border: number): number {
  if (values.length < size) {
    let below = 0;
    for (let i = 0; i < values.length && (values[i] as number) < border; i++) below += counts[i] as number;
    return below;
  }
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < border) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The values below which ascending shares of the sample lie; nearest ranks, without interpolation. */
export function quantilesOf({ values, counts, size }: Sample, shares: readonly number[]): number[] {
  if (values.length === size)
    return shares.map((share) => values[Math.max(0, Math.ceil(share * size) - 1)] ?? Number.NaN);
  let place = 0;
  let below = counts[0] ?? 0;
  return shares.map((share) => {
    while (below < share * size && place < values.length - 1) below += counts[++place] as number;
    return values[place] ?? Number.NaN;
  });
}

/** The value below which a share of both samples together lies, interpolated between neighbours as NumPy does. */
export function pooledQuantile(x: Sample, y: Sample, share: number): number {
  const rank = share * (x.size + y.size - 1);
  const lower = Math.floor(rank);
  let [i, j, below] = [0, 0, 0];
  let low = Number.NaN;
  while (i < x.values.length || j < y.values.length) {
    const a = i < x.values.length ? (x.values[i] as number) : Number.POSITIVE_INFINITY;
    const b = j < y.values.length ? (y.values[j] as number) : Number.POSITIVE_INFINITY;
    const value = Math.min(a, b);
    if (a === value) below += x.counts[i++] as number;
    if (b === value) below += y.counts[j++] as number;
    if (Number.isNaN(low) && below > lower) low = value;
    if (below > lower + 1 || (below > lower && rank === lower)) return low + (rank - lower) * (value - low);
  }
  return low;
}

/**
 * Walks both samples in ascending order and calls back at each distinct value of either with the value and the
 * empirical distribution functions F (of x) and G (of y) there. Cost: one pass over both.
 */
export function walkTogether(
  x: Sample,
  y: Sample,
  visit: (value: number, f: number, g: number) => void,
): void {
  let i = 0;
  let j = 0;
  let below = 0;
  let belowOther = 0;
  while (i < x.values.length || j < y.values.length) {
    const a = i < x.values.length ? (x.values[i] as number) : Number.POSITIVE_INFINITY;
    const b = j < y.values.length ? (y.values[j] as number) : Number.POSITIVE_INFINITY;
    const value = Math.min(a, b);
    if (a === value) below += x.counts[i++] as number;
    if (b === value) belowOther += y.counts[j++] as number;
    visit(value, below / x.size, belowOther / y.size);
  }
}
