/**
 * The value that has `share` of the weight below it; where a share ends exactly between two values, their middle
 * (averaged inverse of the distribution function, Hyndman and Fan's type 2). `values` is reordered. O(n log n).
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array | null, share: number): number {
  const n = values.length;
  if (weights === null) {
    values.sort();
    const at = share * n;
    const low = Math.min(n - 1, Math.max(0, Math.ceil(at) - 1));
    const between = at === Math.floor(at) && low + 1 < n && at > 0;
    return between ? ((values[low] as number) + (values[low + 1] as number)) / 2 : (values[low] as number);
  }
  const order = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number));
  const total = order.reduce((sum, i) => sum + (weights[i] as number), 0);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const row = order[i] as number;
    sum += weights[row] as number;
    if (sum < share * total) continue;
    const next = order[i + 1];
    if (sum === share * total && next !== undefined) {
      return ((values[row] as number) + (values[next] as number)) / 2;
    }
    return values[row] as number;
  }
  return values[order[n - 1] ?? 0] as number;
}
