/** What the values of a number column look like over some rows; NaN counts as missing. */
export type NumberStatistics = {
  present: number;
  missing: number;
  mean: number;
  /** Sum of squared distances from the mean. */
  squares: number;
  min: number;
  max: number;
};

/** Two passes, so that large means do not eat the variance. Cost: linear in the rows. */
export function numberStatistics(values: Float64Array): NumberStatistics {
  let present = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    present += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = present === 0 ? Number.NaN : Math.min(Math.max(sum / present, min), max);
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const distance = (values[i] as number) - mean;
    if (!Number.isNaN(distance)) squares += distance * distance;
  }
  return { present, missing: values.length - present, mean, squares, min, max };
}

/** The values that are there, in their order. */
function presentOf(values: Float64Array): Float64Array {
  const present = new Float64Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isNaN(value)) present[count++] = value;
  }
  return present.subarray(0, count);
}

/** The values that are there, ascending. Cost: a sort. */
export function sortedPresent(values: Float64Array): Float64Array {
  return presentOf(values).sort();
}

/** The middle value of those present, the mean of both where there are two; NaN when there is none. Cost: linear. */
export function median(values: Float64Array): number {
  const present = presentOf(values);
  if (present.length === 0) return Number.NaN;
  const middle = present.length >> 1;
  const high = bringToPlace(present, middle);
  if (present.length % 2 === 1) return high;
  let low = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < middle; i++) low = Math.max(low, present[i] as number);
  return low / 2 + high / 2;
}

/** Rounds after which what is left is sorted, lest an unlucky order cost a square. */
const mostRounds = 60;

/**
 * Brings the value to `place` that a sort would put there, with none larger before it; gives it. Hoare's selection (1961), with
 * the middle of three as the pivot.
 */
function bringToPlace(values: Float64Array, place: number): number {
  let [from, to] = [0, values.length - 1];
  for (let round = 0; from < to; round++) {
    if (round === mostRounds) {
      values.subarray(from, to + 1).sort();
      break;
    }
    const pivot = middleOf(values[from] as number, values[(from + to) >> 1] as number, values[to] as number);
    let [i, j] = [from, to];
    while (i <= j) {
      while ((values[i] as number) < pivot) i++;
      while ((values[j] as number) > pivot) j--;
      if (i > j) break;
      const value = values[i] as number;
      values[i++] = values[j] as number;
      values[j--] = value;
    }
    if (place <= j) to = j;
    else if (place >= i) from = i;
    else break;
  }
  return values[place] as number;
}

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));

/** The value most often there, the smallest of several; NaN when there is none. */
export function mode(values: Float64Array): number {
  const sorted = sortedPresent(values);
  let best = Number.NaN;
  let most = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && sorted[end] === sorted[start]) end += 1;
    if (end - start > most) {
      most = end - start;
      best = sorted[start] as number;
    }
    start = end;
  }
  return best;
}

/** The value at this share of sorted ones, between two by straight line (Hyndman & Fan's type 7, NumPy's default). */
export function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  const part = place - Math.floor(place);
  // Halves first: the difference of two numbers may be beyond float64.
  return low === high ? low : low * (1 - part) + high * part;
}
