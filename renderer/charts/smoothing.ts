/**
 * Exponential moving average with the bias of its start removed, as TensorBoard draws it:
 * s = w·s + (1 − w)·y, divided by 1 − w^n. Gaps (null, NaN) stay gaps and do not count.
 *
 * @param weight 0 leaves the curve as it is; below 1
 */
export function smooth(values: ArrayLike<number | null>, weight: number): (number | null)[] {
  const out: (number | null)[] = [];
  let average = 0;
  let seen = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value === null || value === undefined || !Number.isFinite(value)) {
      out.push(null);
      continue;
    }
    average = weight * average + (1 - weight) * value;
    seen += 1;
    out.push(average / (1 - weight ** seen));
  }
  return out;
}
