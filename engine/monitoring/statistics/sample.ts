import { wasmCollapse } from './kernel/wasm-kernel.ts';
import { sortNumbers } from './radix-sort.ts';

/** The values of one column in one window: distinct, ascending, with how often each occurs. No list is changed. */
export type Sample = {
  values: Float64Array;
  counts: Float64Array;
  size: number;
  /** How many values lie before every `MARKED`th place; empty where every value occurs once. */
  marks: Float64Array;
};

const MARKED = 256;
/** Fewer are sorted here: the way into WebAssembly costs more. */
const SMALL = 4000;
const noMarks = new Float64Array(0);

/** Sorts and counts finite values. Sorts `values` in place and keeps it. An empty array gives an empty sample. */
export function sampleOf(values: Float64Array): Sample {
  const size = values.length;
  const { distinct, counts } = (size < SMALL ? null : wasmCollapse(values)) ?? plainCollapse(values);
  if (counts === null) return { values, counts: ones(distinct), size, marks: noMarks };
  // A few values of many shall not keep the memory of all.
  const kept = distinct < size / 2 ? values.slice(0, distinct) : values.subarray(0, distinct);
  return { values: kept, counts, size, marks: marksOf(counts) };
}

/** The sample of the finite values, sorted where they lie, and how many others there are: those are missing. */
export function finiteSample(values: Float64Array): { sample: Sample; missing: number } {
  let size = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // Infinite ones less themselves are NaN.
    if (value - value === 0) values[size++] = value;
  }
  return { sample: sampleOf(values.subarray(0, size)), missing: values.length - size };
}

/** As `wasmCollapse`, in TypeScript. */
function plainCollapse(values: Float64Array): { distinct: number; counts: Float64Array | null } {
  sortNumbers(values);
  let distinct = values.length === 0 ? 0 : 1;
  for (let i = 1; i < values.length; i++) if (values[i] !== values[i - 1]) distinct += 1;
  if (distinct === values.length) return { distinct, counts: null };
  const counts = new Float64Array(distinct);
  let place = 0;
  let last = values[0] as number;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    // −0 and 0 are one value: they compare equal.
    if (value !== last) {
      place += 1;
      values[place] = value;
      last = value;
    }
    counts[place] = (counts[place] as number) + 1;
  }
  return { distinct, counts };
}

function marksOf(counts: Float64Array): Float64Array {
  const marks = new Float64Array(Math.ceil(counts.length / MARKED));
  let before = 0;
  for (let mark = 0; mark < marks.length; mark++) {
    marks[mark] = before;
    const end = Math.min(counts.length, (mark + 1) * MARKED);
    for (let i = mark * MARKED; i < end; i++) before += counts[i] as number;
  }
  return marks;
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

/** How many values are below a border; by bisection. */
export function countBelow({ values, counts, marks }: Sample, border: number): number {
  const place = firstPlace(values.length, (middle) => (values[middle] as number) >= border);
  if (marks.length === 0) return place;
  const from = Math.floor(place / MARKED);
  // Behind the last place there may be no mark.
  const mark = Math.min(from, marks.length - 1);
  let below = marks[mark] as number;
  for (let i = mark * MARKED; i < place; i++) below += counts[i] as number;
  return below;
}

/** The first of `count` places from which on a condition holds; `count` where it never does. */
function firstPlace(count: number, holds: (place: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The values below which shares of the sample lie; nearest ranks, without interpolation. */
export function quantilesOf({ values, counts, size, marks }: Sample, shares: readonly number[]): number[] {
  return shares.map((share) => {
    const rank = share * size;
    if (marks.length === 0) return values[Math.max(0, Math.ceil(rank) - 1)] ?? Number.NaN;
    // The last mark with fewer values before it than the rank asks for.
    const mark = Math.max(0, firstPlace(marks.length, (k) => (marks[k] as number) >= rank) - 1);
    let place = mark * MARKED;
    let below = (marks[mark] as number) + (counts[place] as number);
    while (below < rank && place < values.length - 1) below += counts[++place] as number;
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
