import { weightedQuantile } from '../weighted-quantile.ts';
import { type CurvatureSystem, curvatureSystem } from './curvature-system.ts';
import type { DesignMatrix } from './design-matrix.ts';

type PinballOptions = {
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

type PinballMinimum = {
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
/** A mean loss below this counts as this; targets come in standard deviations. */
const LEAST_LOSS = 1e-6;
/** Steps shorter than this lead nowhere. */
const NO_STEP = 1e-10;

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
  const at = startOf(rows, width, weightedQuantile(options.y.slice(), options.weights, quantile));
  const diagonal = new Float64Array(width);
  let iterations = 0;
  let { value, gap } = measure(rows, at, l2);
  while (iterations < options.maxIterations && gap > tolerance) {
    const inverse = inverseScale(at);
    for (let j = 0; j < width; j++) diagonal[j] = l2 + (rows.size > n ? (inverse[n + j] as number) : 0);
    const system = await curvatureSystem(matrix, inverse.subarray(0, n), diagonal, options.pause);
    const directionTo = directions(rows, at, { inverse, system, l2 });
    const predicted = directionTo(0, null);
    const direction = directionTo(centre(at, predicted), predicted);
    const { primal, dual } = lengths(at, direction);
    // With a quadratic penalty both sides share w, and so the length of the step.
    const own = l2 > 0 ? Math.min(primal, dual) : primal;
    const other = l2 > 0 ? own : dual;
    advance(at, direction, own, other);
    iterations++;
    ({ value, gap } = measure(rows, at, l2));
    await options.onIteration(iterations, value, at.point);
    if (Math.max(own, other) < NO_STEP) break;
  }
  return { point: at.point, value, iterations, gap, converged: gap <= tolerance };
}

type Iterate = {
  /** Weights, then the intercept. */
  point: Float64Array;
  /** Residuals above and below. */
  u: Float64Array;
  v: Float64Array;
  /** How far the dual is from its upper and its lower end. */
  s: Float64Array;
  t: Float64Array;
  a: Float64Array;
};

/** Changes of an iterate; s changes by −a, t by a. */
type Direction = Pick<Iterate, 'point' | 'u' | 'v' | 'a'>;

/** How far a residual gives way a unit of its dual, inverted. */
function inverseScale({ u, v, s, t }: Iterate): Float64Array {
  return u.map((ui, i) => 1 / (ui / (s[i] as number) + (v[i] as number) / (t[i] as number)));
}

/**
 * Newton's direction to where all products u·s and v·t are `target`; with the products of the changes that a first direction
 * makes taken off, where one is given.
 */
function directions(
  rows: PenalisedRows,
  at: Iterate,
  { inverse, system, l2 }: { inverse: Float64Array; system: CurvatureSystem; l2: number },
) {
  const { point, u, v, s, t } = at;
  const width = point.length - 1;
  const fitted = rows.times(point);
  const transposedA = rows.transposed(at.a);
  return (target: number, first: Direction | null): Direction => {
    const changes: Direction = { point, u: u.slice(), v: v.slice(), a: at.a.slice() };
    const right = fitted.map((fit, i) => {
      const [ui, vi, si, ti] = [u[i] as number, v[i] as number, s[i] as number, t[i] as number];
      const da = first === null ? 0 : (first.a[i] as number);
      const forU = (target + (first === null ? 0 : (first.u[i] as number) * da)) / si - ui;
      const forV = (target - (first === null ? 0 : (first.v[i] as number) * da)) / ti - vi;
      changes.u[i] = forU;
      changes.v[i] = forV;
      return (rows.y[i] as number) - fit - ui + vi - forU + forV;
    });
    const g = rows.transposed(right.map((r, i) => r * (inverse[i] as number)));
    for (let j = 0; j <= width; j++) {
      const ridge = j < width ? l2 * (point[j] as number) : 0;
      g[j] = (g[j] as number) + (transposedA[j] as number) - ridge;
    }
    const step = system.solve(g.subarray(0, width), g[width] as number);
    rows.times(step).forEach((along, i) => {
      const da = ((right[i] as number) - along) * (inverse[i] as number);
      changes.a[i] = da;
      changes.u[i] = (changes.u[i] as number) + ((u[i] as number) / (s[i] as number)) * da;
      changes.v[i] = (changes.v[i] as number) - ((v[i] as number) / (t[i] as number)) * da;
    });
    return { ...changes, point: step };
  };
}

/** What the products are to be made: less, the more of them the first direction takes away (Mehrotra 1992). */
function centre(at: Iterate, predicted: Direction): number {
  const { u, v, s, t } = at;
  const { primal, dual } = lengths(at, predicted);
  let [now, then] = [0, 0];
  for (let i = 0; i < u.length; i++) {
    const [ui, vi, si, ti] = [u[i] as number, v[i] as number, s[i] as number, t[i] as number];
    const da = dual * (predicted.a[i] as number);
    now += ui * si + vi * ti;
    then += (ui + primal * (predicted.u[i] as number)) * (si - da);
    then += (vi + primal * (predicted.v[i] as number)) * (ti + da);
  }
  return ((then / now) ** 3 * now) / (2 * u.length);
}

/** The longest steps that keep u, v and s, t above zero. */
function lengths({ u, v, s, t }: Iterate, changes: Direction): { primal: number; dual: number } {
  let [primal, dual] = [1 / TO_BORDER, 1 / TO_BORDER];
  for (let i = 0; i < u.length; i++) {
    const [du, dv, da] = [changes.u[i] as number, changes.v[i] as number, changes.a[i] as number];
    if (du < 0) primal = Math.min(primal, -(u[i] as number) / du);
    if (dv < 0) primal = Math.min(primal, -(v[i] as number) / dv);
    if (da > 0) dual = Math.min(dual, (s[i] as number) / da);
    if (da < 0) dual = Math.min(dual, -(t[i] as number) / da);
  }
  return { primal: primal * TO_BORDER, dual: dual * TO_BORDER };
}

function advance(at: Iterate, changes: Direction, primal: number, dual: number): void {
  const add = (to: Float64Array, of: Float64Array, factor: number): void => {
    for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (of[i] as number);
  };
  add(at.point, changes.point, primal);
  add(at.u, changes.u, primal);
  add(at.v, changes.v, primal);
  add(at.a, changes.a, dual);
  add(at.s, changes.a, -dual);
  add(at.t, changes.a, dual);
}

function measure(
  { y, above, below, times, transposed }: PenalisedRows,
  { point, a }: Iterate,
  l2: number,
): { value: number; gap: number } {
  const width = point.length - 1;
  let [loss, dual] = [0, 0];
  times(point).forEach((fitted, i) => {
    const residual = (y[i] as number) - fitted;
    loss += residual > 0 ? (above[i] as number) * residual : -(below[i] as number) * residual;
    dual += (a[i] as number) * (y[i] as number);
  });
  // The dual value at a, but for how far Xᵀa is from what it has to be, which falls as fast as the gap.
  const off = transposed(a);
  let broken = Math.abs((off[width] as number) * (point[width] as number));
  let ridge = 0;
  for (let j = 0; j < width; j++) {
    const w = point[j] as number;
    ridge += (l2 / 2) * w * w;
    broken += Math.abs(((off[j] as number) - l2 * w) * w);
  }
  const reached = loss + ridge;
  // Where everything fits there is no loss to take a share of.
  const gap = (Math.max(0, reached - (dual - ridge)) + broken) / Math.max(reached, LEAST_LOSS * y.length);
  return { value: reached, gap };
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
      matrix.times(point.subarray(0, width), point[width] as number, out);
      if (size > n) out.set(point.subarray(0, width), n);
      return out;
    },
    transposed(r) {
      const out = new Float64Array(width + 1);
      out[width] = matrix.addTransposed(r, out.subarray(0, width));
      if (size > n) for (let j = 0; j < width; j++) out[j] = (out[j] as number) + (r[n + j] as number);
      return out;
    },
  };
}

/** No weights, duals of zero, and residuals split so that both parts are well above it. */
function startOf({ size, y, above, below, times }: PenalisedRows, width: number, intercept: number): Iterate {
  const point = new Float64Array(width + 1);
  point[width] = intercept;
  const residuals = times(point).map((fitted, i) => (y[i] as number) - fitted);
  let spread = 0;
  for (const residual of residuals) spread += Math.abs(residual) / size;
  const room = Math.max(spread, 1e-8);
  return {
    point,
    u: residuals.map((r) => Math.max(r, 0) + room),
    v: residuals.map((r) => Math.max(-r, 0) + room),
    s: above.slice(),
    t: below.slice(),
    a: new Float64Array(size),
  };
}
