import { normalQuantile } from '../../statistics/index.ts';
import type { QuantileKnots } from './quantile-knots.ts';

/** A monotone function of a number that makes its distribution more even. */
export type NumberTransform =
  | { kind: 'log1p' }
  | { kind: 'yeoJohnson' | 'boxCox'; lambda: number }
  | { kind: 'quantile'; knots: QuantileKnots; to: 'uniform' | 'normal' };

/** The uniform share is kept this far from 0 and 1, where the normal quantile is infinite (as scikit-learn does). */
export const quantileMargin = 1e-7;

/** Below this a power counts as 0: the logarithm. */
export const zeroPower = 2 ** -52;

/** The function as the graph computes it. `x` is finite; above zero for `boxCox`. */
export function transformNumber(transform: NumberTransform, x: number): number {
  switch (transform.kind) {
    case 'log1p':
      // The same on both sides of zero, so that there is an answer for every number.
      return Math.sign(x) * Math.log(Math.abs(x) + 1);
    case 'yeoJohnson':
      return x >= 0 ? power(x + 1, transform.lambda) : -power(Math.abs(x) + 1, 2 - transform.lambda);
    case 'boxCox':
      return power(x, transform.lambda);
    case 'quantile': {
      const share = shareBelow(transform.knots, x);
      if (transform.to === 'uniform') return share;
      return normalQuantile(Math.min(Math.max(share, quantileMargin), 1 - quantileMargin));
    }
  }
}

function power(base: number, exponent: number): number {
  return Math.abs(exponent) < zeroPower ? Math.log(base) : (base ** exponent - 1) / exponent;
}

function shareBelow({ x: knots, at, after, slope }: QuantileKnots, x: number): number {
  const bounded = Math.min(Math.max(x, knots[0] as number), knots[knots.length - 1] as number);
  let low = 0;
  let high = knots.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((knots[middle] as number) <= bounded) low = middle;
    else high = middle;
  }
  const knot = knots[low] as number;
  if (bounded === knot) return at[low] as number;
  return (after[low] as number) + (bounded - knot) * (slope[low] as number);
}
