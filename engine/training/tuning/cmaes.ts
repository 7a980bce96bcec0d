import type { SearchSpace } from '../../../local-api/contract/index.ts';
import { seededRandom } from '../../statistics/index.ts';
import { rankedTrials } from './front.ts';
import type { Proposal, Tried } from './search.ts';
import { assignmentAt, orderedPaths } from './space.ts';
import { symmetricEigen } from './symmetric-eigen.ts';

type CmaesOptions = {
  space: SearchSpace;
  seed: number;
  trials: number;
  history: readonly Tried[];
  population?: number | undefined;
  sigma: number;
};

/** The distribution that trials are drawn from: mean, step size and covariance with their evolution paths. */
type State = {
  mean: Float64Array;
  sigma: number;
  covariance: Float64Array[];
  pathOfSteps: Float64Array;
  pathOfCovariance: Float64Array;
};

/** Draws outside the space are repeated so often, then brought to its border. */
const redraws = 20;

/**
 * The next generation of CMA-ES (Hansen 2016, "The CMA Evolution Strategy: A Tutorial", with its usual parameters, without
 * negative weights): trials are drawn around a mean with a covariance that both follow the better half of each generation. The
 * space is the unit cube, numbers on a log scale where the space says so. All generations before are replayed from the history, so
 * that nothing else has to be kept. O(generations · settings³).
 */
export function cmaesBatch(options: CmaesOptions): Proposal[] {
  const { space, seed, trials, history } = options;
  const n = orderedPaths(space).length;
  const population = options.population ?? 4 + Math.floor(3 * Math.log(Math.max(n, 1)));
  let state = startState(n, options.sigma);
  for (let generation = 0; ; generation++) {
    const first = generation * population;
    if (first >= trials || n === 0) return [];
    const points = drawGeneration(state, seed, generation, population);
    const done = history.slice(first, first + population);
    if (done.length < population) {
      return points.slice(done.length, trials - first).map((point, i) => ({
        trial: first + done.length + i,
        rung: 0,
        share: 1,
        values: assignmentAt(space, point),
      }));
    }
    state = stepped(state, orderedPoints(points, done), generation);
  }
}

function startState(n: number, sigma: number): State {
  return {
    mean: new Float64Array(n).fill(0.5),
    sigma,
    covariance: Array.from({ length: n }, (_, i) =>
      Float64Array.from({ length: n }, (__, j) => (i === j ? 1 : 0)),
    ),
    pathOfSteps: new Float64Array(n),
    pathOfCovariance: new Float64Array(n),
  };
}

function drawGeneration(state: State, seed: number, generation: number, population: number): Float64Array[] {
  const random = seededRandom(seed, `tuning/cmaes/${generation}`);
  const { values, vectors } = symmetricEigen(state.covariance);
  const n = state.mean.length;
  const draw = (): Float64Array => {
    const z = Float64Array.from({ length: n }, () => random.normal());
    return state.mean.map((mean, i) => {
      let y = 0;
      for (let k = 0; k < n; k++) {
        y += (vectors[i]?.[k] as number) * Math.sqrt(Math.max(values[k] as number, 0)) * (z[k] as number);
      }
      return mean + state.sigma * y;
    });
  };
  const isInside = (point: Float64Array) => point.every((x) => x >= 0 && x <= 1);
  return Array.from({ length: population }, () => {
    let point = draw();
    for (let i = 0; i < redraws && !isInside(point); i++) point = draw();
    return point.map((x) => Math.min(1, Math.max(0, x)));
  });
}

/** The best first; failed ones last. */
function orderedPoints(points: readonly Float64Array[], done: readonly Tried[]): Float64Array[] {
  const told = done.flatMap(({ losses }, i) => (losses === null ? [] : [{ losses, i }]));
  const order = rankedTrials(told.map(({ losses }) => losses)).flatMap((rank) => told[rank]?.i ?? []);
  const failed = done.flatMap(({ losses }, i) => (losses === null ? [i] : []));
  return [...order, ...failed].flatMap((i) => points[i] ?? []);
}

/** The parameters of the tutorial's table 1. */
function parametersOf(n: number, population: number) {
  const parents = Math.floor(population / 2);
  const raw = Array.from({ length: parents }, (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1));
  const total = raw.reduce((sum, w) => sum + w, 0);
  const weights = raw.map((w) => w / total);
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const stepRate = (effective + 2) / (n + effective + 5);
  const rankOne = 2 / ((n + 1.3) ** 2 + effective);
  return {
    weights,
    effective,
    stepRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepRate,
    covarianceRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    rankOne,
    rankMany: Math.min(1 - rankOne, (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective)),
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  };
}

function stepped(state: State, ordered: readonly Float64Array[], generation: number): State {
  const n = state.mean.length;
  const p = parametersOf(n, ordered.length);
  const steps = ordered
    .slice(0, p.weights.length)
    .map((x) => x.map((v, i) => (v - (state.mean[i] as number)) / state.sigma));
  const step = new Float64Array(n);
  steps.forEach((y, k) => {
    for (let i = 0; i < n; i++) step[i] = (step[i] as number) + (p.weights[k] as number) * (y[i] as number);
  });
  const whitened = times(inverseRoot(state.covariance), step);
  const pathOfSteps = state.pathOfSteps.map(
    (v, i) =>
      (1 - p.stepRate) * v + Math.sqrt(p.stepRate * (2 - p.stepRate) * p.effective) * (whitened[i] as number),
  );
  const length = Math.hypot(...pathOfSteps);
  const settled = Math.sqrt(1 - (1 - p.stepRate) ** (2 * (generation + 1)));
  const isShort = length / settled < (1.4 + 2 / (n + 1)) * p.expectedLength;
  const pull = isShort ? Math.sqrt(p.covarianceRate * (2 - p.covarianceRate) * p.effective) : 0;
  const pathOfCovariance = state.pathOfCovariance.map(
    (v, i) => (1 - p.covarianceRate) * v + pull * (step[i] as number),
  );
  const lost = isShort ? 0 : p.rankOne * p.covarianceRate * (2 - p.covarianceRate);
  const covariance = state.covariance.map((row, i) =>
    row.map((v, j) => {
      const many = steps.reduce(
        (sum, y, k) => sum + (p.weights[k] as number) * (y[i] as number) * (y[j] as number),
        0,
      );
      const one = (pathOfCovariance[i] as number) * (pathOfCovariance[j] as number);
      return (1 - p.rankOne - p.rankMany + lost) * v + p.rankOne * one + p.rankMany * many;
    }),
  );
  return {
    mean: state.mean.map((m, i) => m + state.sigma * (step[i] as number)),
    sigma: Math.min(1, state.sigma * Math.exp((p.stepRate / p.damping) * (length / p.expectedLength - 1))),
    covariance,
    pathOfSteps,
    pathOfCovariance,
  };
}

function inverseRoot(matrix: readonly Float64Array[]): Float64Array[] {
  const { values, vectors } = symmetricEigen(matrix);
  return matrix.map((row, i) =>
    row.map((_, j) =>
      values.reduce(
        (sum, value, k) =>
          sum +
          ((vectors[i]?.[k] as number) * (vectors[j]?.[k] as number)) / Math.sqrt(Math.max(value, 1e-20)),
        0,
      ),
    ),
  );
}

function times(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) => row.reduce((sum, v, i) => sum + v * (vector[i] as number), 0));
}
