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

/** From so many rows of a label on, the first term of the expansion is good enough. */
const MANY = 60;

/**
 * The Jensen–Shannon divergence that two windows of these sizes show on average when their rows are dealt at random from the same
 * labels: (1/m + 1/n)/8 a label but for the last, and of rare labels the exact mean. Cost: labels times 60 at most.
 */
export function expectedDivergence(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const m = total(reference);
  const n = total(current);
  const known = new Map<number, number>();
  let expected = 0;
  for (let i = 0; i < reference.length; i++) {
    const count = (reference[i] ?? 0) + (current[i] ?? 0);
    if (count === 0) continue;
    if (count > MANY) {
      expected += ((1 / m + 1 / n) / 8) * (1 - count / (m + n));
      continue;
    }
    let mean = known.get(count);
    if (mean === undefined) {
      mean = meanOfRare(count, m, n);
      known.set(count, mean);
    }
    expected += mean;
  }
  return expected;
}

/** Mean of a label's part of the divergence over the ways its rows fall into the windows (binomial). */
function meanOfRare(count: number, m: number, n: number): number {
  const share = m / (m + n);
  let chance = (1 - share) ** count;
  let mean = 0;
  for (let inReference = 0; inReference <= count; inReference++) {
    const p = inReference / m;
    const q = (count - inReference) / n;
    const middle = (p + q) / 2;
    const part = (p > 0 ? p * Math.log(p / middle) : 0) + (q > 0 ? q * Math.log(q / middle) : 0);
    mean += (chance * part) / 2;
    chance *= ((count - inReference) / (inReference + 1)) * (share / (1 - share));
  }
  // The parts of p and q that are not in balance cancel over all labels.
  return Math.max(0, mean);
}
