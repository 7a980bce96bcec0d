import { total } from './chi-squared.ts';

/**
 * Jensen–Shannon distance between two rows of counts over the same bins: the root of the mean divergence of both from
 * their middle, natural logarithm (Lin 1991; Endres & Schindelin 2003). A metric; 0 when identical, √ln 2 ≈ 0.833
 * when nothing is shared. Empty bins are fine.
 *
 * Agrees with SciPy's `jensenshannon`.
 */
export function jensenShannonDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const m = total(reference);
  const n = total(current);
  let divergence = 0;
  for (let i = 0; i < reference.length; i++) {
    const p = (reference[i] ?? 0) / m;
    const q = (current[i] ?? 0) / n;
    const middle = (p + q) / 2;
    if (p > 0) divergence += (p * Math.log(p / middle)) / 2;
    if (q > 0) divergence += (q * Math.log(q / middle)) / 2;
  }
  return Math.sqrt(Math.max(0, divergence));
}
