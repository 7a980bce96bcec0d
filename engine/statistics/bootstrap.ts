import { accelerationOf, bcaInterval } from './bca.ts';
import { meanOf } from './describe.ts';
import { seededRandom } from './seeded-random.ts';
import type { Bounds } from './t-tests.ts';

const RESAMPLES = 2000;

/**
 * The bias-corrected and accelerated bootstrap interval of a mean (Efron 1987), 2,000 resamples; it follows a skewed
 * sample, which Student's interval does not. null when the values do not vary. Same seed, same interval. Cost: 2,000 ×
 * the number of values.
 */
export function bootstrapMeanInterval(
  values: ArrayLike<number>,
  confidence: number,
  seed: number,
): Bounds | null {
  const n = values.length;
  const random = seededRandom(seed, 'bootstrap');
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.integer(n)] as number;
    means[resample] = sum / n;
  }
  // Means without a value rise as it falls.
  const leftOut = Float64Array.from(values, (value) => -value);
  return bcaInterval(means.sort(), meanOf(values), accelerationOf(leftOut), confidence);
}
