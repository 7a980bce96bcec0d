/**
 * Latencies counted in buckets whose bounds grow by 10 %, from 0.05 ms to 3 minutes: any quantile to within 5 %,
 * in constant space. Plain counts, so that two of them add up and one can be stored as JSON.
 */
export type Latencies = number[];

const smallestMs = 0.05;
const growth = Math.log(1.1);
const buckets = 160;

export function newLatencies(): Latencies {
  return new Array<number>(buckets).fill(0);
}

export function addLatency(latencies: Latencies, milliseconds: number): void {
  const place = Math.ceil(Math.log(Math.max(milliseconds, smallestMs) / smallestMs) / growth);
  const bucket = Math.min(place, buckets - 1);
  latencies[bucket] = (latencies[bucket] ?? 0) + 1;
}

export function addLatencies(to: Latencies, from: Latencies): void {
  for (const [bucket, count] of from.entries()) to[bucket] = (to[bucket] ?? 0) + count;
}

/** The value that this share of the latencies does not exceed, in milliseconds; null when there are none. */
export function latencyQuantile(latencies: Latencies, share: number): number | null {
  const total = latencies.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = Math.max(1, Math.ceil(share * total));
  let seen = 0;
  for (const [bucket, count] of latencies.entries()) {
    seen += count;
    // The geometric middle of the bucket.
    if (seen >= wanted) return smallestMs * Math.exp(growth * Math.max(0, bucket - 0.5));
  }
  return null;
}
