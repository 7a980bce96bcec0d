import { compressedRows } from './compressed-rows.ts';
import { denseMatrix } from './dense-matrix.ts';
import type { DenseRows } from './kernel/tiles.ts';
import { sparseMatrix } from './sparse-matrix.ts';

/** A walk over all rows: their scores, what these mean, and what follows for the parameters. */
type Pass = {
  /** The weights of score 0, …, of score k − 1, then the k intercepts. */
  parameters: Float64Array;
  k: number;
  /** Turns the scores [to − from, k] of the rows `from` … `to` − 1 into derivatives in place; gives their loss. */
  turn(scores: Float64Array, from: number, to: number): number;
  /** Laid out as the parameters: overwritten with the products of columns and derivatives, and the sums of the derivatives. */
  gradient: Float64Array;
  pause(): Promise<void>;
};

/** The products of a row-major matrix X [n, width] that a linear fit needs. */
export type DesignMatrix = {
  n: number;
  width: number;
  /** How many entries a product looks at: those that are not zero where zeros are left out. */
  entries: number;
  /** Of each column: Σ x and Σ x². */
  sums: Float64Array;
  squares: Float64Array;
  /** out[i] = X[i]·weights + intercept. */
  times(weights: Float64Array, intercept: number, out: Float64Array): void;
  /** out += Xᵀ·r. Gives the sum of r. */
  addTransposed(residuals: Float64Array, out: Float64Array): number;
  /** Scores, derivatives and gradient in one walk over the rows; gives the summed loss. O(k · entries). */
  pass(pass: Pass): Promise<number>;
  /** Σ h[i]·x·xᵀ, row-major [width, width]: right on and below the diagonal. O(rows · entries a row²). */
  gram(h: Float64Array, pause: () => Promise<void>): Promise<Float64Array>;
  /** xᵀ·B·x of each row, with a full symmetric row-major B. O(rows · entries a row²). */
  quadratic(b: Float64Array, pause: () => Promise<void>): Promise<Float64Array>;
};

/** Wraps a matrix; a mostly-zero one (one-hot columns) is copied without its zeros. Products cost O(entries kept). */
export async function designMatrix(
  { x, n, width }: DenseRows,
  pause: () => Promise<void>,
): Promise<DesignMatrix> {
  const rows = await compressedRows(x, n, width, pause);
  return rows === null ? denseMatrix(x, n, width) : sparseMatrix(rows, n, width);
}

/** Scores [n, k] of parameters: the weights of score 0, …, of score k − 1, then the k intercepts. */
export function scoresOf(matrix: DesignMatrix, parameters: Float64Array, k: number): Float64Array {
  const { n, width } = matrix;
  const scores = new Float64Array(n * k);
  const own = k === 1 ? scores : new Float64Array(n);
  for (let c = 0; c < k; c++) {
    const weights = parameters.subarray(c * width, (c + 1) * width);
    matrix.times(weights, parameters[k * width + c] as number, own);
    if (k > 1) for (let i = 0, at = c; i < n; i++, at += k) scores[at] = own[i] as number;
  }
  return scores;
}
