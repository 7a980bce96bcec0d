export type Minimum = {
  point: Float64Array;
  value: number;
  iterations: number;
  /** Largest absolute entry of the gradient at `point`. */
  gradientMax: number;
  /** The gradient went below the tolerance. */
  converged: boolean;
};

export type MinimiseOptions = {
  start: Float64Array;
  /** Gives the value at a point and writes the gradient. Must be smooth; convex for the minimum to be the global one. */
  evaluate(point: Float64Array, gradient: Float64Array): Promise<number>;
  /** A positive guess of the Hessian's diagonal, so that parameters of unlike scales take steps that suit each. */
  diagonal: Float64Array;
  maxIterations: number;
  tolerance: number;
  onIteration(iteration: number, value: number, point: Float64Array): Promise<void>;
};

const MEMORY = 10;
const MAX_BACKTRACKS = 40;
/** Share of the promised decrease that a step must reach (Armijo). */
const SUFFICIENT = 1e-4;

type Pair = { step: Float64Array; change: Float64Array; curvature: number };

/**
 * Minimises a smooth function by L-BFGS (Nocedal and Wright 2006, algorithm 7.4 and 7.5) with a diagonal start and
 * backtracking by quadratic interpolation. An iteration costs one evaluation or few, and O(20·size).
 */
export async function minimise(options: MinimiseOptions): Promise<Minimum> {
  const { evaluate, diagonal, tolerance } = options;
  let point: Float64Array = options.start.slice();
  let gradient: Float64Array = new Float64Array(point.length);
  let value = await evaluate(point, gradient);
  const pairs: Pair[] = [];
  let iterations = 0;
  while (iterations < options.maxIterations && maxAbs(gradient) > tolerance) {
    const direction = newtonDirection(gradient, pairs, diagonal);
    const slope = dot(direction, gradient);
    const found = await search(evaluate, point, value, direction, slope);
    if (!found) {
      // No step improves in floating point. With memory, its directions may be to blame: try once without.
      if (pairs.length === 0) break;
      pairs.length = 0;
      continue;
    }
    const step = difference(found.point, point);
    const change = difference(found.gradient, gradient);
    const curvature = dot(step, change);
    if (curvature > 1e-10 * Math.sqrt(dot(step, step) * dot(change, change))) {
      pairs.push({ step, change, curvature });
      if (pairs.length > MEMORY) pairs.shift();
    }
    ({ point, gradient, value } = found);
    iterations++;
    await options.onIteration(iterations, value, point);
  }
  const gradientMax = maxAbs(gradient);
  return { point, value, iterations, gradientMax, converged: gradientMax <= tolerance };
}

/** The two-loop recursion: minus the inverse Hessian, as the pairs know it, times the gradient. */
function newtonDirection(
  gradient: Float64Array,
  pairs: readonly Pair[],
  diagonal: Float64Array,
): Float64Array {
  const q = gradient.map((g) => -g);
  const alphas: number[] = [];
  for (const pair of pairs.toReversed()) {
    const alpha = dot(pair.step, q) / pair.curvature;
    alphas.push(alpha);
    addScaled(q, pair.change, -alpha);
  }
  const last = pairs.at(-1);
  // Scales the diagonal to the curvature last seen.
  const scale = last ? last.curvature / weightedSquare(last.change, diagonal) : 1;
  for (let i = 0; i < q.length; i++) q[i] = ((q[i] as number) * scale) / (diagonal[i] as number);
  for (const pair of pairs) {
    const beta = dot(pair.change, q) / pair.curvature;
    addScaled(q, pair.step, (alphas.pop() ?? 0) - beta);
  }
  return q;
}

async function search(
  evaluate: MinimiseOptions['evaluate'],
  from: Float64Array,
  value: number,
  direction: Float64Array,
  slope: number,
): Promise<{ point: Float64Array; gradient: Float64Array; value: number } | null> {
  let length = 1;
  for (let attempt = 0; attempt < MAX_BACKTRACKS; attempt++) {
    const point = from.slice();
    addScaled(point, direction, length);
    const gradient = new Float64Array(from.length);
    const reached = await evaluate(point, gradient);
    if (reached <= value + SUFFICIENT * length * slope) return { point, gradient, value: reached };
    // The lowest point of the parabola through what is known, kept within a tenth and a half of the step.
    const parabola = (-slope * length * length) / (2 * (reached - value - slope * length));
    length = Number.isFinite(parabola) ? Math.min(length / 2, Math.max(length / 10, parabola)) : length / 10;
  }
  return null;
}

function maxAbs(values: Float64Array): number {
  let max = 0;
  for (const value of values) max = Math.max(max, Math.abs(value));
  return max;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function weightedSquare(a: Float64Array, diagonal: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) * (a[i] as number)) / (diagonal[i] as number);
  return sum;
}

function addScaled(target: Float64Array, source: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + factor * (source[i] as number);
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number));
}
