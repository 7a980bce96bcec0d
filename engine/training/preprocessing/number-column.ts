import type { NumberScale } from '../../../local-api/contract/index.ts';
import type { MatrixView, NumberColumn, NumberRange } from './fitted.ts';
import { type NumberTransform, transformNumber } from './number-transform.ts';
import { powerLambda } from './power-lambda.ts';
import { quantileKnots } from './quantile-knots.ts';
import { type NumberStatistics, numberStatistics, quantile, sortedPresent } from './statistics.ts';

/** Beyond this a float32 no longer tells neighbouring whole numbers apart. */
const largestExactFloat32 = 2 ** 24;

export type NumberColumnOptions = {
  /** What a missing number becomes. */
  fill: number;
  scale: NumberScale;
  clip?: NumberRange | null;
  /** Name of the column that tells where the number was missing; left out where none is. */
  indicator: string | null;
};

/**
 * The column of the matrix for these numbers of the training rows, which lie within `clip`. Scaling counts the filled-in
 * values, as scikit-learn's pipeline does.
 */
export function numberColumn(
  name: string,
  values: Float64Array,
  view: MatrixView,
  { fill, scale, clip = null, indicator }: NumberColumnOptions,
): NumberColumn {
  const statistics = numberStatistics(values);
  if (view.numbers === 'unscaled') {
    const { min, max } = statistics;
    const large = Math.max(Math.abs(min), Math.abs(max)) > largestExactFloat32;
    const shift = large ? Math.round(min / 2 + max / 2) : 0;
    return { name, clip, fill: Number.NaN, transform: null, shift, scale: 1, indicator: null };
  }
  return {
    name,
    clip,
    fill,
    ...scaling(values, statistics, fill, scale),
    indicator: statistics.missing > 0 ? indicator : null,
  };
}

/** Date parts, shares and means have no outliers and no tails: what is to even these out standardises them. */
export function plainScale(scale: NumberScale): NumberScale {
  return scale === 'none' || scale === 'minMax' ? scale : 'standard';
}

type Scaling = Pick<NumberColumn, 'transform' | 'shift' | 'scale'>;

function scaling(
  values: Float64Array,
  statistics: NumberStatistics,
  fill: number,
  scale: NumberScale,
): Scaling {
  const filled = () => values.map((value) => (Number.isNaN(value) ? fill : value));
  switch (scale) {
    case 'none':
      return { transform: null, shift: 0, scale: 1 };
    case 'standard':
      return { transform: null, ...standard(statistics, fill) };
    case 'robust': {
      const sorted = sortedPresent(filled());
      const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
      return {
        transform: null,
        shift: quantile(sorted, 0.5),
        scale: nonZero(Math.min(spread, Number.MAX_VALUE)),
      };
    }
    case 'minMax': {
      const { min, max } = numberStatistics(filled());
      return { transform: null, shift: min, scale: nonZero(Math.min(max - min, Number.MAX_VALUE)) };
    }
    case 'quantileUniform':
    case 'quantileNormal': {
      const to = scale === 'quantileNormal' ? 'normal' : 'uniform';
      const knots = quantileKnots(sortedPresent(filled()));
      return { transform: { kind: 'quantile', knots, to }, shift: 0, scale: 1 };
    }
    case 'yeoJohnson':
    case 'boxCox':
      return evened(filled(), { kind: scale, lambda: powerLambda(scale, filled()) });
    case 'log1p':
      return evened(filled(), { kind: 'log1p' });
  }
}

function evened(filled: Float64Array, transform: NumberTransform): Scaling {
  const transformed = filled.map((value) => transformNumber(transform, value));
  return { transform, ...standard(numberStatistics(transformed), 0) };
}

/** `fill` counts where a number is missing. */
function standard(statistics: NumberStatistics, fill: number): Pick<NumberColumn, 'shift' | 'scale'> {
  const { present, missing, mean, squares, min, max } = statistics;
  const rows = present + missing;
  const sum = mean * present + fill * missing;
  // Shares first only where needed: the sum is the more exact.
  const shift = Number.isFinite(sum) ? sum / rows : mean * (present / rows) + fill * (missing / rows);
  const spread = squares + present * (mean - shift) ** 2 + missing * (fill - shift) ** 2;
  const deviation = Math.sqrt(spread / rows);
  // Squares of the largest numbers are beyond float64.
  const scale = Number.isFinite(deviation) ? deviation : Math.max(Math.abs(min), Math.abs(max));
  return { shift, scale: nonZero(scale) };
}

/** What does not vary is left at its distance from the middle. */
const nonZero = (spread: number): number => (spread > 0 && Number.isFinite(spread) ? spread : 1);
