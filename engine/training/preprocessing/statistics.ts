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
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    present += 1;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = present === 0 ? Number.NaN : Math.min(Math.max(sum / present, min), max);
  let squares = 0;
  for (const value of values) if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  return { present, missing: values.length - present, mean, squares, min, max };
}

/** The values that are there, ascending. Cost: a sort. */
export function sortedPresent(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** The middle value of those present, the mean of both where there are two; NaN when there is none. */
export function median(values: Float64Array): number {
  const sorted = sortedPresent(values);
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? Number.NaN : low / 2 + high / 2;
}

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
