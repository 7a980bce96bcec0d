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

/** The middle value of those present, the mean of both where there are two; NaN when there is none. */
export function median(values: Float64Array): number {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const low = sorted[(sorted.length - 1) >> 1];
  const high = sorted[sorted.length >> 1];
  return low === undefined || high === undefined ? Number.NaN : low / 2 + high / 2;
}
