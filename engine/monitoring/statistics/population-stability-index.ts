import { filledShares } from './shares.ts';

/**
 * Population stability index of two rows of counts over the same bins: Σ (p − q) ln(p / q) over their shares. 0 when
 * identical, unbounded above; read as stable below 0.1, moved a little up to 0.25, moved a lot beyond. Not scaled to
 * the size of the windows: small ones score higher.
 *
 * An empty bin counts as a share of 0.0001, or a millionth of the smallest share where that is smaller still, as in
 * Evidently 0.7.
 */
export function populationStabilityIndex(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const p = filledShares(reference);
  const q = filledShares(current);
  let index = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i] as number;
    const b = q[i] as number;
    index += (a - b) * Math.log(a / b);
  }
  return index;
}
