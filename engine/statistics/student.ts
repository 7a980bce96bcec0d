import { incompleteBeta } from './beta.ts';
import { normalQuantile } from './normal.ts';

/** Two-sided p-value of Student's t with `degrees` of freedom (need not be whole). */
export function studentPValue(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0;
  return incompleteBeta(degrees / 2, 0.5, degrees / (degrees + t * t));
}

function studentSurvival(t: number, degrees: number): number {
  const half = studentPValue(t, degrees) / 2;
  return t >= 0 ? half : 1 - half;
}

/** The value that Student's t with `degrees` of freedom stays below with this chance, 0 < chance < 1; by bisection. */
export function studentQuantile(chance: number, degrees: number): number {
  if (chance === 0.5) return 0;
  if (chance < 0.5) return -studentQuantile(1 - chance, degrees);
  let low = 0;
  let high = Math.max(2, normalQuantile(chance) * 2);
  while (studentSurvival(high, degrees) > 1 - chance) {
    low = high;
    high *= 2;
  }
  for (let i = 0; i < 200 && high - low > 1e-14 * high; i++) {
    const middle = (low + high) / 2;
    if (studentSurvival(middle, degrees) > 1 - chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
