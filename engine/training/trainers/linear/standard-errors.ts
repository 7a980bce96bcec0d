import { curvatureSystem } from './curvature-system.ts';
import type { DesignMatrix } from './design-matrix.ts';

/** Variances of the weights, then of the intercept; NaN where a column hangs on others. */
type Variances = {
  /** From the second derivatives times the dispersion. */
  model: Float64Array;
  /** Heteroscedasticity-consistent (HC3), least squares only; null: not worked out. */
  robust: Float64Array | null;
  dispersion: number;
  /** Rows less free coefficients. */
  degrees: number;
};

type VarianceOptions = {
  matrix: DesignMatrix;
  /** Second derivatives of the loss a row at the optimum, times the weights of the rows. */
  curvature: Float64Array;
  /** What the inverse of the information is multiplied with, given the degrees of freedom that are left. */
  dispersion(degrees: number): number;
  /** First derivatives a row at the optimum, times the weights, where errors that don't trust the variance are wanted. */
  slopes: Float64Array | null;
  pause(): Promise<void>;
};

/** Robust errors look at each row with each pair of columns: beyond this many products they are left out. */
const MOST_ROBUST = 4e9;

/**
 * Variances of the coefficients of an unpenalised fit: the inverse of the observed information times the dispersion (McCullagh
 * and Nelder 1989, section 2.5), and for least squares HC3 (MacKinnon and White 1985). O(rows · entries a row² + width³).
 */
export async function variancesOf(options: VarianceOptions): Promise<Variances> {
  const { matrix, curvature, slopes, pause } = options;
  const { n, width } = matrix;
  const system = await curvatureSystem(matrix, curvature, new Float64Array(width), pause);
  const factor = system.factor();
  const degrees = n - factor.rank - 1;
  const dispersion = options.dispersion(degrees);
  const inverse = factor.inverse();
  const { means, total } = system;
  const model = new Float64Array(width + 1);
  const ofMeans = product(inverse, means, width);
  for (let j = 0; j < width; j++) {
    model[j] = factor.isDetermined(j) ? dispersion * (inverse[j * width + j] as number) : Number.NaN;
  }
  const isIdentified = factor.rank === width;
  model[width] = isIdentified ? dispersion * (1 / total + dot(means, ofMeans)) : Number.NaN;
  const canBeRobust = slopes !== null && n * width * width <= MOST_ROBUST && degrees > 0;
  const robust = canBeRobust ? await robustVariances(options, slopes, system, inverse) : null;
  model.forEach((variance, j) => {
    if (Number.isNaN(variance) && robust) robust[j] = Number.NaN;
  });
  return { model, robust, dispersion, degrees };
}

/** The sandwich with each residual divided by one less its leverage. Around the means by weight, where the intercept stands alone. */
async function robustVariances(
  { matrix, curvature, pause }: VarianceOptions,
  slopes: Float64Array,
  { means, total }: { means: Float64Array; total: number },
  inverse: Float64Array,
): Promise<Float64Array> {
  const { n, width } = matrix;
  const ofMeans = product(inverse, means, width);
  const leverage = await matrix.quadratic(inverse, pause);
  const cross = new Float64Array(n);
  matrix.times(ofMeans, 0, cross);
  const own = 1 / total + dot(means, ofMeans);
  const squares = slopes.map((slope, i) => {
    const share = (curvature[i] as number) * ((leverage[i] as number) - 2 * (cross[i] as number) + own);
    const kept = slope / (1 - share);
    return kept * kept;
  });
  const none = new Float64Array(width);
  const meat = await curvatureSystem(matrix, squares, none, pause);
  // The system is around its own means; here it has to be around those of the fit.
  const apart = meat.means.map((mean, j) => mean - (means[j] as number));
  const full = new Float64Array(width * width);
  for (let j = 0; j < width; j++) {
    for (let m = 0; m < width; m++) {
      const entry = meat.schur[j >= m ? j * width + m : m * width + j] as number;
      full[j * width + m] = entry + meat.total * (apart[j] as number) * (apart[m] as number);
    }
  }
  const out = new Float64Array(width + 1);
  for (let j = 0; j < width; j++) {
    const row = inverse.subarray(j * width, (j + 1) * width);
    out[j] = dot(row, product(full, row, width));
  }
  const withIntercept = product(inverse, apart, width).map((value) => (value * meat.total) / total);
  out[width] =
    meat.total / (total * total) +
    dot(ofMeans, product(full, ofMeans, width)) -
    2 * dot(means, withIntercept);
  return out;
}

function product(matrix: Float64Array, vector: Float64Array, width: number): Float64Array {
  return vector.map((_, j) => dot(matrix.subarray(j * width, (j + 1) * width), vector));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
}
