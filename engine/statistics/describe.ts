export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** With divisor n − 1, by two passes. Differences that are rounding alone count as none. NaN for fewer than two values. */
export function sampleVariance(values: ArrayLike<number>): number {
  if (values.length < 2) return Number.NaN;
  const mean = meanOf(values);
  let sum = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += (value - mean) ** 2;
    largest = Math.max(largest, Math.abs(value));
  }
  const variance = sum / (values.length - 1);
  return Math.sqrt(variance) <= 1e-14 * largest ? 0 : variance;
}

/** The middle value; the mean of both middle ones where there are two. NaN for none. */
export function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  if (sorted.length % 2 === 1) return sorted[middle] as number;
  return ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Scales the median absolute deviation to the standard deviation of normal values. */
const MAD_OF_NORMAL = 0.6745;
/** The limit that Iglewicz and Hoaglin recommend for their modified z-score. */
const FAR_OUT = 3.5;

/**
 * How many values lie far from the rest: modified z-score 0.6745·|x − median| / MAD above 3.5 (Iglewicz & Hoaglin
 * 1993). None where half of the values are the same.
 */
export function countOutliers(values: ArrayLike<number>): number {
  const median = medianOf(values);
  const deviations = Float64Array.from(values, (value) => Math.abs(value - median));
  const mad = medianOf(deviations);
  if (mad === 0) return 0;
  return deviations.filter((deviation) => (MAD_OF_NORMAL * deviation) / mad > FAR_OUT).length;
}
