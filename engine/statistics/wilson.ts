import { normalQuantile } from './normal.ts';
import type { Bounds } from './t-tests.ts';

/** The score interval of a share, `hits` of `n` (Wilson 1927): holds for small n and for shares of 0 and 1 too. */
export function wilsonInterval(hits: number, n: number, confidence: number): Bounds {
  const z = normalQuantile((1 + confidence) / 2);
  const share = hits / n;
  const shrink = 1 + (z * z) / n;
  const center = (share + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, center - half), high: Math.min(1, center + half) };
}
