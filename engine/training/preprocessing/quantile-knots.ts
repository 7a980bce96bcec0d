import { quantile } from './statistics.ts';

/** More quantiles than this tell nothing more of a distribution. */
const maxQuantiles = 1000;

/**
 * The share of training values below x, as straight lines between different values. Where many rows have the same value the
 * share jumps: `at` is the middle of the jump, `after` its upper end, `slope` leads from there to the next value.
 */
export type QuantileKnots = {
  x: Float64Array;
  at: Float64Array;
  after: Float64Array;
  slope: Float64Array;
};

/**
 * The knots of sorted values: at most 1,000 quantiles at even distances. Equal quantiles are brought together so that the
 * result equals scikit-learn's QuantileTransformer, which takes the mean of the interpolation from either side; the ends are 0 and 1.
 */
export function quantileKnots(sorted: Float64Array): QuantileKnots {
  const count = Math.max(2, Math.min(maxQuantiles, sorted.length));
  const x: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const share = index / (count - 1);
    // Rounding must not put a quantile below the one before.
    const value = Math.max(quantile(sorted, share), x.at(-1) ?? Number.NEGATIVE_INFINITY);
    if (value === x.at(-1)) last[last.length - 1] = share;
    else {
      x.push(value);
      first.push(share);
      last.push(share);
    }
  }
  const at = Float64Array.from(x, (_, knot) => ((first[knot] as number) + (last[knot] as number)) / 2);
  at[at.length - 1] = 1;
  at[0] = 0;
  const slope = Float64Array.from(x, (value, knot) => {
    const next = x[knot + 1];
    if (next === undefined) return 0;
    const rise = (first[knot + 1] as number) - (last[knot] as number);
    // Numbers nearest to zero may lie closer together than a slope can tell.
    return Math.min(rise / (next - value), Number.MAX_VALUE);
  });
  return { x: Float64Array.from(x), at, after: Float64Array.from(last), slope };
}
