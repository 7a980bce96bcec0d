import type { LinearTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import { type DesignMatrix, scoresOf } from './design-matrix.ts';
import { minimiseWithL1 } from './fista.ts';
import { minimisePinball } from './interior-point.ts';
import { minimise } from './lbfgs.ts';
import { minimiseByNewton } from './newton.ts';
import { type LinearObjective, penalised } from './objective.ts';
import type { LinearProblem } from './problem.ts';

type SolveOptions = {
  problem: LinearProblem;
  matrix: DesignMatrix;
  weights: Float64Array | null;
  settings: LinearTrainer;
  pause(): Promise<void>;
  /** `value` is the mean loss with its penalties. */
  onIteration(iteration: number, value: number, point: Float64Array): Promise<void>;
};

export type Solution = {
  /** The weights of score 0, …, of score k − 1, then the k intercepts. */
  point: Float64Array;
  value: number;
  solver: 'newton' | 'interior point' | 'l-bfgs' | 'proximal gradient';
  iterations: number;
  converged: boolean;
  /** How far from the optimum: the largest entry of the least subgradient, or the duality gap as a share of the loss. */
  distance: number;
  /** The fit went on moving where nothing was left to gain: there is no finite optimum. */
  isUnbounded: boolean;
};

/** Columns of which all pairs are held in memory: 18 MB of second derivatives. */
export const MOST_PAIRED = 1500;
/** Columns that the loss of quantiles may have. */
const MOST_OF_QUANTILES = 3000;
/** A last step that still moves a score by this much. */
const STILL_MOVING = 0.1;

/**
 * Finds the minimum by the solver that suits it: interior points where the loss is not smooth; Newton's method while all
 * pairs of columns fit in memory and pay; else L-BFGS, or proximal gradients with an l1.
 *
 * Errors: `training/bad-recipe` where quantiles are wanted of too many columns.
 */
export async function solve(options: SolveOptions): Promise<Solution> {
  const { problem, matrix } = options;
  if (problem.loss === null) return byInteriorPoint(options);
  if (problem.k === 1 && matrix.width <= MOST_PAIRED && doPairsPay(options)) {
    return byNewton(options, problem.loss);
  }
  return byGradients(options, problem.loss);
}

/** Few steps over all pairs of entries of a row, or many over the entries. */
function doPairsPay({ matrix, problem }: SolveOptions): boolean {
  if (problem.l1 > 0 || problem.l2 === 0) return true;
  const newtonSteps = problem.link === 'identity' ? 1 : 6;
  const perRow = matrix.entries / matrix.n;
  const pairs = newtonSteps * (matrix.entries * perRow + matrix.width ** 3);
  return pairs < 160 * matrix.entries;
}

async function byNewton(
  { problem, matrix, settings, pause, onIteration }: SolveOptions,
  loss: LinearObjective,
): Promise<Solution> {
  const start = new Float64Array(matrix.width + 1);
  start.set(problem.start, matrix.width);
  const { lastStep, gradientMax, ...found } = await minimiseByNewton({
    ...{ matrix, loss, l1: problem.l1, l2: problem.l2, start },
    maxIterations: settings.maxIterations,
    tolerance: settings.tolerance,
    pause,
    onIteration,
  });
  // A loss with a curved link comes to rest by ever smaller steps where it has a minimum.
  const isFree = problem.l1 === 0 && problem.l2 === 0 && problem.link !== 'identity';
  const isUnbounded = isFree && found.converged && lastStep > STILL_MOVING;
  return { ...found, solver: 'newton', distance: gradientMax, isUnbounded };
}

async function byInteriorPoint({
  problem,
  matrix,
  weights,
  settings,
  pause,
  onIteration,
}: SolveOptions): Promise<Solution> {
  if (matrix.width > MOST_OF_QUANTILES) {
    throw new AssayError(
      'training/bad-recipe',
      `The loss ${settings.loss} takes at most ${MOST_OF_QUANTILES} columns in a linear model; the data makes ${matrix.width}.`,
    );
  }
  const { y, quantile, l1, l2 } = problem;
  const { gap, ...found } = await minimisePinball({
    ...{ matrix, y, weights, quantile, l1, l2, pause },
    maxIterations: settings.maxIterations,
    tolerance: Math.min(settings.tolerance, 1e-7),
    onIteration: (iteration, value, point) => onIteration(iteration, value / matrix.n, point),
  });
  const value = found.value / matrix.n;
  return { ...found, value, solver: 'interior point', distance: gap, isUnbounded: false };
}

async function byGradients(options: SolveOptions, loss: LinearObjective): Promise<Solution> {
  const { problem, matrix, settings, onIteration } = options;
  const { k, l1, l2 } = problem;
  const { n, width } = matrix;
  const start = new Float64Array(k * (width + 1));
  start.set(problem.start, k * width);
  const common = {
    start,
    evaluate: penalised(matrix, loss, l2, options.pause),
    diagonal: diagonalOf(problem, matrix),
    maxIterations: settings.maxIterations,
    tolerance: settings.tolerance * loss.unit,
    onIteration,
  };
  const { gradientMax, ...found } =
    l1 > 0 ? await minimiseWithL1({ ...common, l1: l1 / n, penalised: k * width }) : await minimise(common);
  const isUnbounded = l1 === 0 && l2 === 0 && isSeparated(problem, matrix, found.point);
  return {
    ...found,
    solver: l1 > 0 ? 'proximal gradient' : 'l-bfgs',
    distance: gradientMax,
    isUnbounded,
  };
}

/** Whether each row scores highest for its own class: then larger weights are always better. */
function isSeparated({ k, link, y }: LinearProblem, matrix: DesignMatrix, point: Float64Array): boolean {
  if (link !== 'logit' && link !== 'softmax') return false;
  const scores = scoresOf(matrix, point, k);
  return y.every((label, i) => {
    if (k === 1) return (scores[i] as number) * (label - 0.5) > 0;
    const row = scores.subarray(i * k, (i + 1) * k);
    const own = row[label] as number;
    return row.every((score, c) => c === label || score < own);
  });
}

/** The Hessian's diagonal at the start, the penalty included; never zero. */
function diagonalOf({ k, curvature, l2 }: LinearProblem, { n, width, squares }: DesignMatrix): Float64Array {
  const diagonal = new Float64Array(k * (width + 1));
  for (let c = 0; c < k; c++) {
    const own = curvature[c] as number;
    for (let j = 0; j < width; j++) {
      diagonal[c * width + j] = Math.max((own * (squares[j] as number) + l2) / n, 1e-8);
    }
    diagonal[k * width + c] = Math.max(own, 1e-8);
  }
  return diagonal;
}
