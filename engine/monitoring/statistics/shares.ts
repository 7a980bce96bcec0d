import { total } from './chi-squared.ts';

/** Shares of a row of counts. */
export function sharesOf(counts: ArrayLike<number>): Float64Array {
  const all = total(counts);
  return Float64Array.from(counts, (count) => (all === 0 ? 0 : count / all));
}

const SMALLEST_FILL = 1e-4;

/**
 * Shares in which an empty bin counts as 0.0001, or a millionth of the smallest share where that is smaller still, as Evidently
 * fills them for PSI and Kullback–Leibler.
 */
export function filledShares(counts: ArrayLike<number>): Float64Array {
  const shares = sharesOf(counts);
  let smallest = 1;
  for (const share of shares) if (share > 0) smallest = Math.min(smallest, share);
  const fill = smallest <= SMALLEST_FILL ? smallest / 1e6 : SMALLEST_FILL;
  return shares.map((share) => (share === 0 ? fill : share));
}

/** Kullback–Leibler divergence Σ p ln(p/q) of filled shares made to sum to 1. Agrees with Evidently's `kl_div`. */
export function kullbackLeibler(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const p = filledShares(reference);
  const q = filledShares(current);
  const [allP, allQ] = [total(p), total(q)];
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    const share = (p[i] as number) / allP;
    divergence += share * Math.log(share / ((q[i] as number) / allQ));
  }
  return divergence;
}

/** Hellinger distance √(1 − Σ√(p q)), 0 to 1. */
export function hellingerDistance(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  let common = 0;
  for (let i = 0; i < p.length; i++) common += Math.sqrt((p[i] as number) * (q[i] as number));
  return Math.sqrt(1 - Math.min(1, common));
}

/** ½ Σ |p − q|: the share of rows that would have to change their label. */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  return p.reduce((sum, share, i) => sum + Math.abs(share - (q[i] as number)), 0) / 2;
}

/** max |p − q|: the largest change of one label's share. */
export function largestShareChange(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const p = sharesOf(reference);
  const q = sharesOf(current);
  return p.reduce((most, share, i) => Math.max(most, Math.abs(share - (q[i] as number))), 0);
}
