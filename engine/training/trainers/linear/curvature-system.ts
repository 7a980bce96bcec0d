import type { DesignMatrix } from './design-matrix.ts';
import { type Factor, pivotedCholesky } from './pivoted-cholesky.ts';

/**
 * The second derivatives of a linear objective, Σ h·x·xᵀ + diagonal over the weights and the intercept, with the intercept
 * eliminated: what is left are the columns around their means by `h`.
 */
export type CurvatureSystem = {
  /** Entries on and below the diagonal of Σ h·(x − mean)(x − mean)ᵀ + diagonal, row-major [width, width]. */
  schur: Float64Array;
  /** Means of the columns, rows counted by h. */
  means: Float64Array;
  /** Σ h. */
  total: number;
  factor(): Factor;
  /** The step d, d₀ with H·(d, d₀) = (g, g₀), as [width + 1] with the intercept last; the shortest where there are many. */
  solve(g: Float64Array, g0: number): Float64Array;
  /** The step of the intercept that goes with a step of the weights. */
  interceptStep(d: Float64Array, g0: number): number;
};

/** O(rows · entries a row² + width³ once solved). `diagonal`: what a penalty adds, an entry a column. */
export async function curvatureSystem(
  matrix: DesignMatrix,
  h: Float64Array,
  diagonal: Float64Array,
  pause: () => Promise<void>,
): Promise<CurvatureSystem> {
  const { width } = matrix;
  const schur = await matrix.gram(h, pause);
  const means = new Float64Array(width);
  const total = matrix.addTransposed(h, means);
  for (let j = 0; j < width; j++) means[j] = (means[j] as number) / total;
  const scale = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    scale[j] = Math.max((schur[j * width + j] as number) + (diagonal[j] as number), Number.MIN_VALUE);
    const share = total * (means[j] as number);
    for (let m = 0; m <= j; m++) {
      schur[j * width + m] = (schur[j * width + m] as number) - share * (means[m] as number);
    }
    schur[j * width + j] = (schur[j * width + j] as number) + (diagonal[j] as number);
  }
  let made: Factor | null = null;
  const factor = (): Factor => {
    made ??= pivotedCholesky(schur, width, scale);
    return made;
  };
  const interceptStep = (d: Float64Array, g0: number): number => {
    let step = g0 / total;
    for (let j = 0; j < width; j++) step -= (means[j] as number) * (d[j] as number);
    return step;
  };
  return {
    schur,
    means,
    total,
    factor,
    interceptStep,
    solve(g, g0) {
      const d = factor().solve(g.map((value, j) => value - (means[j] as number) * g0));
      const step = new Float64Array(width + 1);
      step.set(d);
      step[width] = interceptStep(d, g0);
      return step;
    },
  };
}
