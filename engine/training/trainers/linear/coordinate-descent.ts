/** A lasso-like problem: ½·(u − from)ᵀ·S·(u − from) + g·(u − from) + l1·|u|₁, convex. */
type QuadraticWithL1 = {
  /** Entries on and below the diagonal, row-major [width, width]. */
  schur: Float64Array;
  from: Float64Array;
  gradient: Float64Array;
  l1: number;
  /** Largest entry of the least subgradient at which it is solved. */
  tolerance: number;
  maxPasses: number;
};

/**
 * Minimises by cyclic coordinate descent with the gradient kept up to date ("covariance updates") and passes over the active
 * set between full ones (Friedman, Hastie, Tibshirani 2010). A pass costs O(width · coordinates that change).
 */
export async function descendCoordinates(
  { schur, from, gradient, l1, tolerance, maxPasses }: QuadraticWithL1,
  pause: () => Promise<void>,
): Promise<Float64Array> {
  const width = from.length;
  const u = from.slice();
  const slope = gradient.slice();
  const update = (j: number): void => {
    const curvature = schur[j * width + j] as number;
    if (!(curvature > 0)) return;
    const before = u[j] as number;
    const after = softThreshold(curvature * before - (slope[j] as number), l1) / curvature;
    const change = after - before;
    if (change === 0) return;
    u[j] = after;
    const row = j * width;
    for (let m = 0; m <= j; m++) slope[m] = (slope[m] as number) + change * (schur[row + m] as number);
    for (let m = j + 1; m < width; m++)
      slope[m] = (slope[m] as number) + change * (schur[m * width + j] as number);
  };
  const all = Array.from(u.keys());
  for (let pass = 0; pass < maxPasses; ) {
    all.forEach(update);
    pass++;
    if (leastSubgradient(u, slope, l1) <= tolerance) break;
    const active = all.filter((j) => u[j] !== 0);
    while (pass < maxPasses && leastSubgradient(u, slope, l1, active) > tolerance / 2) {
      active.forEach(update);
      pass++;
      await pause();
    }
    await pause();
  }
  return u;
}

/** The nearest point to zero within `by` of a value: what l1 makes of it. */
export function softThreshold(value: number, by: number): number {
  return value > by ? value - by : value < -by ? value + by : 0;
}

/** Largest entry of the shortest subgradient of f + l1·|u|₁, where `slope` is the gradient of f. Zero exactly at the minimum. */
export function leastSubgradient(
  u: Float64Array,
  slope: Float64Array,
  l1: number,
  columns?: readonly number[],
): number {
  let most = 0;
  const look = (j: number): void => {
    const [at, s] = [u[j] as number, slope[j] as number];
    const entry = at > 0 ? s + l1 : at < 0 ? s - l1 : softThreshold(s, l1);
    most = Math.max(most, Math.abs(entry));
  };
  if (columns) columns.forEach(look);
  else for (let j = 0; j < u.length; j++) look(j);
  return most;
}
