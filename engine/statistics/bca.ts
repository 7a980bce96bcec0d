import { normalQuantile, normalSurvival } from './normal.ts';
import type { Bounds } from './t-tests.ts';

/**
 * The bias-corrected and accelerated interval (Efron 1987) of an estimate from its bootstrap draws, ascending. Draws equal to
 * the estimate count half as below it. null when the draws do not vary.
 */
export function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  acceleration: number,
  confidence: number,
): Bounds | null {
  const draws = sorted.length;
  if (draws === 0 || sorted[0] === sorted[draws - 1]) return null;
  let below = 0;
  for (const draw of sorted) below += draw < estimate ? 1 : draw === estimate ? 0.5 : 0;
  const bias = normalQuantile(Math.min(draws - 0.5, Math.max(0.5, below)) / draws);
  const end = (chance: number): number => {
    const z = bias + normalQuantile(chance);
    const adjusted = 1 - normalSurvival(bias + z / (1 - acceleration * z));
    return sorted[Math.min(draws - 1, Math.max(0, Math.floor(adjusted * draws)))] as number;
  };
  return { low: end((1 - confidence) / 2), high: end((1 + confidence) / 2) };
}

/** A sixth of the skewness of leave-one-out estimates, the other way round: how fast the error grows with the value. */
export function accelerationOf(leftOut: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < leftOut.length; i++) sum += leftOut[i] as number;
  const mean = sum / leftOut.length;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < leftOut.length; i++) {
    const away = mean - (leftOut[i] as number);
    squares += away ** 2;
    cubes += away ** 3;
  }
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}
