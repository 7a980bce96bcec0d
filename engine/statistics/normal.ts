import { upperIncompleteGamma } from './gamma.ts';

/** Chance that a standard normal value is above z. Keeps its relative precision in the tail. */
export function normalSurvival(z: number): number {
  const tail = upperIncompleteGamma(0.5, (z * z) / 2) / 2;
  return z >= 0 ? tail : 1 - tail;
}

/**
 * The value that a standard normal one stays below with this chance, 0 < chance < 1: a rational first guess
 * (Abramowitz & Stegun 26.2.23) made exact by Halley's method.
 */
export function normalQuantile(chance: number): number {
  if (chance === 0.5) return 0;
  const tail = Math.min(chance, 1 - chance);
  const t = Math.sqrt(-2 * Math.log(tail));
  let z =
    t -
    (2.515517 + 0.802853 * t + 0.010328 * t * t) / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t ** 3);
  for (let i = 0; i < 4; i++) {
    const step = ((normalSurvival(z) - tail) * Math.sqrt(2 * Math.PI)) / Math.exp((-z * z) / 2);
    z += step / (1 + (z * step) / 2);
  }
  return chance < 0.5 ? -z : z;
}
