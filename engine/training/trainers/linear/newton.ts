import { descendCoordinates, leastSubgradient } from './coordinate-descent.ts';
import { type CurvatureSystem, curvatureSystem } from './curvature-system.ts';
import type { DesignMatrix } from './design-matrix.ts';
import type { LinearObjective } from './objective.ts';

type NewtonOptions = {
  matrix: DesignMatrix;
  /** Of one score. */
  loss: LinearObjective;
  l1: number;
  l2: number;
  /** Weights, then the intercept. */
  start: Float64Array;
  maxIterations: number;
  /** Largest entry of the least subgradient, averaged over rows, at which the fit has converged. */
  tolerance: number;
  pause(): Promise<void>;
  onIteration(iteration: number, value: number, point: Float64Array): Promise<void>;
};

type NewtonMinimum = {
  point: Float64Array;
  value: number;
  iterations: number;
  gradientMax: number;
  converged: boolean;
  /** The most that the last step changed what a column of usual size says. */
  lastStep: number;
};

/** Steps are cheap to make exact: what is within the tolerance goes on to this, so that errors and digests rest on the optimum. */
const EXACT = 1e-10;
/** A step by second derivatives of before that gets less near than this calls for new ones. */
const LAGGING = 1 / 10;
const MAX_HALVINGS = 40;
const SUFFICIENT = 1e-4;
const MAX_PASSES = 10_000;

type State = {
  point: Float64Array;
  value: number;
  gradient: Float64Array;
  curvature: Float64Array;
};

/**
 * Minimises (Σ loss + l1·|w|₁ + ½·l2·|w|²) / n by Newton steps with a halving search; with l1 each step is the minimum of the
 * parabola with the penalty kept whole (proximal Newton: Lee, Sun, Saunders 2014). Least squares takes one step and one that
 * takes back its rounding; of many minima a fit from zero weights gives the shortest. Memory 8·width²; a step costs
 * O(rows · entries a row² + width³).
 */
export async function minimiseByNewton(options: NewtonOptions): Promise<NewtonMinimum> {
  const { matrix, loss, l1, l2, tolerance } = options;
  const { n, width } = matrix;
  const unit = loss.unit;
  const exact = Math.min(tolerance, EXACT) * unit;
  const ridge = new Float64Array(width).fill(l2);
  let state = await evaluate(options, options.start, new Float64Array(n));
  // What a step that is given up wrote here is overwritten by the next.
  let spare: Float64Array = new Float64Array(n);
  let distance = stationarity(state, l1 / n, width);
  let iterations = 0;
  let lastStep = 0;
  let system: CurvatureSystem | null = null;
  while (iterations < options.maxIterations && distance > exact) {
    const isNear = distance <= tolerance * unit;
    const isFresh = system === null || !isNear;
    if (isFresh || system === null) {
      system = await curvatureSystem(matrix, state.curvature, ridge, options.pause);
    }
    const step = await stepOf(options, state, system, exact);
    const found = await search(options, state, step, spare);
    const reached = found === null ? Number.POSITIVE_INFINITY : stationarity(found, l1 / n, width);
    // Second derivatives change little near the optimum: those of before lead on while they lead well.
    if (!isFresh && reached > distance * LAGGING) system = null;
    if (found === null || isLost(state, distance, found, reached)) {
      if (isFresh) break;
      continue;
    }
    // Where a good step no longer gets much nearer, rounding is all that is left: keep what is nearest.
    const isOver = isFresh && isNear && reached > distance / 4;
    if (isOver && reached >= distance) break;
    lastStep = reach(matrix, state.point, found.point);
    spare = state.curvature;
    state = found;
    distance = reached;
    iterations++;
    await options.onIteration(iterations, state.value, state.point);
    if (isOver) break;
  }
  return {
    point: state.point,
    value: state.value,
    iterations,
    gradientMax: distance,
    converged: distance <= tolerance * unit,
    lastStep,
  };
}

/** Nothing is gained but rounding, and the optimum is no nearer. */
function isLost(state: State, distance: number, found: State, reached: number): boolean {
  return state.value - found.value <= 4 * Number.EPSILON * Math.abs(state.value) && reached >= distance;
}

function reach({ n, width, squares }: DesignMatrix, from: Float64Array, to: Float64Array): number {
  let most = 0;
  for (let j = 0; j < width; j++) {
    const change = Math.abs((to[j] as number) - (from[j] as number));
    most = Math.max(most, change * Math.sqrt((squares[j] as number) / n));
  }
  return most;
}

/** Writes the second derivatives into `curvature`. */
async function evaluate(
  { matrix, loss, l1, l2, pause }: NewtonOptions,
  point: Float64Array,
  curvature: Float64Array,
): Promise<State> {
  const { n, width } = matrix;
  const gradient = new Float64Array(width + 1);
  let value = await matrix.pass({
    parameters: point,
    k: 1,
    turn: (scores, from, to) => loss.lossAndResiduals(scores, from, to, curvature),
    gradient,
    pause,
  });
  for (let j = 0; j < width; j++) {
    const w = point[j] as number;
    value += l1 * Math.abs(w) + (l2 / 2) * w * w;
    gradient[j] = (gradient[j] as number) + l2 * w;
  }
  return { point, value: value / n, gradient: gradient.map((entry) => entry / n), curvature };
}

function stationarity({ point, gradient }: State, l1: number, width: number): number {
  const weights = leastSubgradient(point.subarray(0, width), gradient.subarray(0, width), l1);
  return Math.max(weights, Math.abs(gradient[width] as number));
}

async function stepOf(
  { matrix: { n, width }, l1, pause }: NewtonOptions,
  { point, gradient }: State,
  system: CurvatureSystem,
  exact: number,
): Promise<Float64Array> {
  const g = gradient.subarray(0, width).map((value) => -value * n);
  const g0 = -(gradient[width] as number) * n;
  if (l1 === 0) return system.solve(g, g0);
  const from = point.slice(0, width);
  const to = await descendCoordinates(
    {
      schur: system.schur,
      from,
      gradient: g.map((value, j) => (system.means[j] as number) * g0 - value),
      l1,
      tolerance: exact * n * 0.1,
      maxPasses: MAX_PASSES,
    },
    pause,
  );
  const step = new Float64Array(width + 1);
  for (let j = 0; j < width; j++) step[j] = (to[j] as number) - (from[j] as number);
  step[width] = system.interceptStep(step.subarray(0, width), g0);
  return step;
}

/** The first of the whole step, its half, its quarter … that goes down far enough; null: none does. */
async function search(
  options: NewtonOptions,
  state: State,
  step: Float64Array,
  spare: Float64Array,
): Promise<State | null> {
  const { l1, matrix } = options;
  const { point, gradient, value } = state;
  let promised = 0;
  step.forEach((d, j) => {
    promised += d * (gradient[j] as number);
    if (j < matrix.width) {
      const w = point[j] as number;
      promised += (l1 / matrix.n) * (Math.abs(w + d) - Math.abs(w));
    }
  });
  const slack = 8 * Number.EPSILON * Math.abs(value);
  for (let length = 1, halvings = 0; halvings < MAX_HALVINGS; halvings++, length /= 2) {
    const tried = await evaluate(
      options,
      point.map((at, j) => at + length * (step[j] as number)),
      spare,
    );
    if (tried.value <= value + SUFFICIENT * length * Math.min(0, promised) + slack) return tried;
  }
  return null;
}
