import { weightedQuantile } from '../gbdt/weighted-quantile.ts';
import { curvatureSystem } from './curvature-system.ts';
import type { DesignMatrix } from './design-matrix.ts';

export type PinballOptions = {
  matrix: DesignMatrix;
  y: Float64Array;
  /** How much each row counts; null: all the same. */
  weights: Float64Array | null;
  /** The quantile that is answered. */
  quantile: number;
  l1: number;
  l2: number;
  maxIterations: number;
  /** What the loss may be above the least possible, as a share of it. */
  tolerance: number;
  pause(): Promise<void>;
  onIteration(iteration: number, value: number, point: Float64Array): Promise<void>;
};

export type PinballMinimum = {
  /** Weights, then the intercept. */
  point: Float64Array;
  /** Σ weight·pinball + penalties. */
  value: number;
  iterations: number;
  /** What `value` can be above the least possible, as a share of it. */
  gap: number;
  converged: boolean;
};

/** How near to the border of what is allowed a step may go. */
const TO_BORDER = 0.9995;

/**
 * Minimises Σ weight·pinball(y − x·w − b) + l1·|w|₁ + ½·l2·|w|² by a primal-dual interior-point method with Mehrotra's
 * predictor and corrector (Portnoy and Koenker 1997, with the penalties added). The gap between the problem and its dual
 * says how far from the optimum an iterate is at most. Some 10 to 30 iterations of O(rows · entries a row² + width³).
 *
 * Residuals are u − v with u, v ≥ 0, and the dual a of a row lies between −(1 − q)·weight and q·weight; s and t are how far it
 * is from either. |w_j| is the loss of one more row with y = 0 and x = e_j, whose dual lies between −l1 and l1.
 */
export async function minimisePinball(options: PinballOptions): Promise<PinballMinimum> {
  const { matrix, l2, quantile, tolerance } = options;
  const { n, width } = matrix;
  const rows = penalisedRows(options);
  const { size, y, above, below } = rows;
  const point = new Float64Array(width + 1);
  point[width] = weightedQuantile(options.y.slice(), options.weights, quantile);
  const [u, v, s, t, a] = startOf(rows, point);
  const diagonal = new Float64Array(width);
  const inverse = new Float64Array(size);
  const right = new Float64Array(size);
  const moved = { u: new Float64Array(size), v: new Float64Array(size), a: new Float64Array(size) };
  let iterations = 0;
  let { value, gap } = measure();
  while (iterations < options.maxIterations && gap > tolerance) {
    for (let i = 0; i < size; i++) {
      inverse[i] = 1 / ((u[i] as number) / (s[i] as number) + (v[i] as number) / (t[i] as number));
    }
    for (let j = 0; j < width; j++) diagonal[j] = l2 + (size > n ? (inverse[n + j] as number) : 0);
    const system = await curvatureSystem(matrix, inverse.subarray(0, n), diagonal, options.pause);
    const fitted = rows.times(point);
    const transposedA = rows.transposed(a);
    const direct = (target: number, withCorrection: boolean): Float64Array => {
      for (let i = 0; i < size; i++) {
        const [ui, vi, si, ti] = [u[i] as number, v[i] as number, s[i] as number, t[i] as number];
        // ds = −da, dt = da.
        const da = withCorrection ? (moved.a[i] as number) : 0;
        const forU = (target + (withCorrection ? (moved.u[i] as number) * da : 0)) / si - ui;
        const forV = (target - (withCorrection ? (moved.v[i] as number) * da : 0)) / ti - vi;
        right[i] = (y[i] as number) - (fitted[i] as number) - ui + vi - forU + forV;
      }
      const weighted = right.map((r, i) => r * (inverse[i] as number));
      const g = rows.transposed(weighted);
      for (let j = 0; j <= width; j++) g[j] = (g[j] as number) + (transposedA[j] as number);
      for (let j = 0; j < width; j++) g[j] = (g[j] as number) - l2 * (point[j] as number);
      const step = system.solve(g.subarray(0, width), g[width] as number);
      const along = rows.times(step);
      for (let i = 0; i < size; i++) {
        const [ui, vi, si, ti] = [u[i] as number, v[i] as number, s[i] as number, t[i] as number];
        const before = withCorrection ? (moved.a[i] as number) : 0;
        const forU = (target + (withCorrection ? (moved.u[i] as number) * before : 0)) / si - ui;
        const forV = (target - (withCorrection ? (moved.v[i] as number) * before : 0)) / ti - vi;
        const da = ((right[i] as number) - (along[i] as number)) * (inverse[i] as number);
        moved.a[i] = da;
        moved.u[i] = forU + (ui / si) * da;
        moved.v[i] = forV - (vi / ti) * da;
      }
      return step;
    };
    direct(0, false);
    const tried = lengths();
    let [now, then] = [0, 0];
    for (let i = 0; i < size; i++) {
      now += (u[i] as number) * (s[i] as number) + (v[i] as number) * (t[i] as number);
      const da = tried.dual * (moved.a[i] as number);
      then += ((u[i] as number) + tried.primal * (moved.u[i] as number)) * ((s[i] as number) - da);
      then += ((v[i] as number) + tried.primal * (moved.v[i] as number)) * ((t[i] as number) + da);
    }
    const target = ((then / now) ** 3 * now) / (2 * size);
    const step = direct(target, true);
    const { primal, dual } = lengths();
    // With a quadratic penalty both sides share w, and so the length of the step.
    const own = l2 > 0 ? Math.min(primal, dual) : primal;
    const other = l2 > 0 ? own : dual;
    for (let j = 0; j <= width; j++) point[j] = (point[j] as number) + own * (step[j] as number);
    for (let i = 0; i < size; i++) {
      u[i] = (u[i] as number) + own * (moved.u[i] as number);
      v[i] = (v[i] as number) + own * (moved.v[i] as number);
      const da = other * (moved.a[i] as number);
      a[i] = (a[i] as number) + da;
      s[i] = (s[i] as number) - da;
      t[i] = (t[i] as number) + da;
    }
    iterations++;
    ({ value, gap } = measure());
    await options.onIteration(iterations, value, point);
    if (Math.max(own, other) < 1e-10) break;
  }
  return { point, value, iterations, gap, converged: gap <= tolerance };

  /** The longest steps that keep u, v and s, t above zero. */
  function lengths(): { primal: number; dual: number } {
    let [primal, dual] = [1 / TO_BORDER, 1 / TO_BORDER];
    for (let i = 0; i < size; i++) {
      const [du, dv, da] = [moved.u[i] as number, moved.v[i] as number, moved.a[i] as number];
      if (du < 0) primal = Math.min(primal, -(u[i] as number) / du);
      if (dv < 0) primal = Math.min(primal, -(v[i] as number) / dv);
      if (da > 0) dual = Math.min(dual, (s[i] as number) / da);
      if (da < 0) dual = Math.min(dual, -(t[i] as number) / da);
    }
    return { primal: primal * TO_BORDER, dual: dual * TO_BORDER };
  }

  function measure(): { value: number; gap: number } {
    const fitted = rows.times(point);
    let loss = 0;
    let dual = 0;
    for (let i = 0; i < size; i++) {
      const residual = (y[i] as number) - (fitted[i] as number);
      loss += residual > 0 ? (above[i] as number) * residual : -(below[i] as number) * residual;
      dual += (a[i] as number) * (y[i] as number);
    }
    let ridge = 0;
    for (let j = 0; j < width; j++) ridge += (l2 / 2) * (point[j] as number) ** 2;
    // The dual value at a, but for how far Xᵀa is from what it has to be, which falls as fast as the gap.
    const off = rows.transposed(a);
    let broken = Math.abs((off[width] as number) * (point[width] as number));
    for (let j = 0; j < width; j++) {
      broken += Math.abs(((off[j] as number) - l2 * (point[j] as number)) * (point[j] as number));
    }
    const reached = loss + ridge;
    return {
      value: reached,
      gap: (Math.max(0, reached - (dual - ridge)) + broken) / Math.max(reached, 1e-300),
    };
  }
}

type PenalisedRows = {
  /** Rows of the data, and one a column where there is an l1. */
  size: number;
  y: Float64Array;
  /** Loss a unit above, and below, what is fitted. */
  above: Float64Array;
  below: Float64Array;
  times(point: Float64Array): Float64Array;
  /** Xᵀ·r, the sum of r over the rows of the data last. */
  transposed(r: Float64Array): Float64Array;
};

function penalisedRows({ matrix, y, weights, quantile, l1 }: PinballOptions): PenalisedRows {
  const { n, width } = matrix;
  const size = l1 > 0 ? n + width : n;
  const targets = new Float64Array(size);
  targets.set(y);
  const share = (factor: number) => {
    const all = new Float64Array(size).fill(l1);
    for (let i = 0; i < n; i++) all[i] = factor * (weights === null ? 1 : (weights[i] as number));
    return all;
  };
  return {
    size,
    y: targets,
    above: share(quantile),
    below: share(1 - quantile),
    times(point) {
      const out = new Float64Array(size);
      matrix.times(point.subarray(0, width), point[width] as number, out, 1, 0);
      if (size > n) out.set(point.subarray(0, width), n);
      return out;
    },
    transposed(r) {
      const out = new Float64Array(width + 1);
      out[width] = matrix.addTransposed(r, 1, 0, out.subarray(0, width));
      if (size > n) for (let j = 0; j < width; j++) out[j] = (out[j] as number) + (r[n + j] as number);
      return out;
    },
  };
}

/** Duals of zero, and residuals split so that both parts are well above it. */
function startOf({ size, y, above, below, times }: PenalisedRows, point: Float64Array) {
  const residuals = times(point).map((fitted, i) => (y[i] as number) - fitted);
  let spread = 0;
  for (const residual of residuals) spread += Math.abs(residual) / size;
  const room = Math.max(spread, 1e-8);
  return [
    residuals.map((r) => Math.max(r, 0) + room),
    residuals.map((r) => Math.max(-r, 0) + room),
    above.slice(),
    below.slice(),
    new Float64Array(size),
  ] as const;
}
