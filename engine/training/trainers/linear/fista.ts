import { leastSubgradient, softThreshold } from './coordinate-descent.ts';
import type { MinimiseOptions, Minimum } from './lbfgs.ts';

/** How a bound on the curvature that was too large finds back: it falls by this much an iteration. */
const EASING = 0.9;
/** Doublings of the bound in one iteration. */
const MAX_DOUBLINGS = 60;

/**
 * Minimises a smooth convex function plus l1·|the first `penalised` parameters|₁ by accelerated proximal gradient steps in the
 * metric of `diagonal`, the bound on the curvature found by trial and the momentum dropped where it leads up (Beck and
 * Teboulle 2009; O'Donoghue and Candès 2015). For problems whose second derivatives don't fit in memory. An iteration
 * costs one evaluation or few.
 */
export async function minimiseWithL1(
  options: MinimiseOptions & { l1: number; penalised: number },
): Promise<Minimum> {
  const { evaluate, diagonal, l1, penalised, tolerance } = options;
  const size = options.start.length;
  const l1Norm = (u: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < penalised; j++) sum += Math.abs(u[j] as number);
    return l1 * sum;
  };
  const gradient = new Float64Array(size);
  let point: Float64Array = options.start.slice();
  let value = (await evaluate(point, gradient)) + l1Norm(point);
  let ahead = point;
  let momentum = 1;
  let bound = 1;
  let iterations = 0;
  let distance = Number.POSITIVE_INFINITY;
  while (iterations < options.maxIterations) {
    const smooth = await evaluate(ahead, gradient);
    const step = await proximalStep(ahead, gradient, smooth);
    const reached = step.smooth + l1Norm(step.point);
    distance = stationarity(step.point, step.gradient);
    if (reached > value && ahead !== point) {
      ahead = point;
      momentum = 1;
      continue;
    }
    const next = (1 + Math.sqrt(1 + 4 * momentum * momentum)) / 2;
    const before = point;
    ahead = step.point.map((u, j) => u + ((momentum - 1) / next) * (u - (before[j] as number)));
    momentum = next;
    ({ point } = step);
    value = reached;
    bound *= EASING;
    iterations++;
    await options.onIteration(iterations, value, point);
    if (distance <= tolerance) break;
  }
  return { point, value, iterations, gradientMax: distance, converged: distance <= tolerance };

  function stationarity(at: Float64Array, slope: Float64Array): number {
    let most = leastSubgradient(at.subarray(0, penalised), slope, l1);
    for (let j = penalised; j < size; j++) most = Math.max(most, Math.abs(slope[j] as number));
    return most;
  }

  async function proximalStep(from: Float64Array, slope: Float64Array, smooth: number) {
    for (let doubling = 0; ; doubling++) {
      let model = smooth;
      const to = from.map((u, j) => {
        const scale = bound * (diagonal[j] as number);
        const moved = u - (slope[j] as number) / scale;
        const landed = j < penalised ? softThreshold(moved, l1 / scale) : moved;
        const change = landed - u;
        model += (slope[j] as number) * change + (scale / 2) * change * change;
        return landed;
      });
      const gradientThere = new Float64Array(size);
      const there = await evaluate(to, gradientThere);
      if (there <= model + 8 * Number.EPSILON * Math.abs(model) || doubling === MAX_DOUBLINGS) {
        return { point: to, smooth: there, gradient: gradientThere };
      }
      bound *= 2;
    }
  }
}
