import type { FittedCoefficients } from '../trainer.ts';
import type { DesignMatrix } from './design-matrix.ts';
import type { LinearProblem } from './problem.ts';
import { MOST_PAIRED, type Solution } from './solve.ts';
import { variancesOf } from './standard-errors.ts';

type InferenceOptions = {
  problem: LinearProblem;
  /** As the recipe names it; log_loss for classes. */
  loss: string;
  matrix: DesignMatrix;
  weights: Float64Array | null;
  solution: Solution;
  /** Of the finished model, score by score: the weights, then the intercept. */
  values: Float64Array;
  pause(): Promise<void>;
};

/** The coefficients with their standard errors, or the reason why there are none. */
export async function coefficientsOf(options: InferenceOptions): Promise<FittedCoefficients> {
  const { problem, loss, values } = options;
  const undefinedBecause = reasonAgainst(options);
  const common = { k: problem.k, link: problem.link, loss, values, penalised: isPenalised(problem) };
  if (undefinedBecause !== null) return { ...common, errors: null, undefinedBecause };
  const errors = await errorsOf(options);
  if (errors === null) {
    return { ...common, errors: null, undefinedBecause: 'there are no more rows than coefficients' };
  }
  return { ...common, errors, undefinedBecause: null };
}

const isPenalised = ({ l1, l2 }: LinearProblem): boolean => l1 > 0 || l2 > 0;

function reasonAgainst({ problem, matrix, solution, loss }: InferenceOptions): string | null {
  if (isPenalised(problem))
    return 'a penalty pulls the coefficients towards 0: set l1 and l2 to 0 for errors';
  if (solution.isUnbounded) return 'the features separate the targets, so that the fit has no finite optimum';
  if (!solution.converged) return 'the fit did not converge';
  if (problem.loss === null || loss === 'huber') return `they are not worked out for the loss ${loss}`;
  if (problem.k > 1) return 'they are not worked out for more than two classes';
  if (matrix.width > MOST_PAIRED) return `there are more than ${MOST_PAIRED} columns`;
  return null;
}

async function errorsOf({
  problem,
  loss,
  matrix,
  weights,
  solution,
  pause,
}: InferenceOptions): Promise<FittedCoefficients['errors']> {
  const { n, width } = matrix;
  const { point } = solution;
  const isLeastSquares = loss === 'squared';
  const scores = new Float64Array(n);
  matrix.times(point.subarray(0, width), point[width] as number, scores);
  const pearson = isLeastSquares
    ? squaredErrors(problem, scores, weights)
    : pearsonOf(problem, loss, scores, weights);
  const curvature = new Float64Array(n);
  problem.loss?.lossAndResiduals(scores, 0, n, curvature);
  const isEstimated = loss === 'squared' || loss === 'gamma' || loss === 'tweedie';
  const { model, robust, dispersion, degrees } = await variancesOf({
    matrix,
    curvature,
    slopes: isLeastSquares ? scores : null,
    dispersion: (left) => (isEstimated ? pearson / left : 1),
    pause,
  });
  if (degrees <= 0) return null;
  const { scale } = problem;
  const rooted = (variances: Float64Array) => variances.map((variance) => Math.sqrt(variance) * scale);
  return {
    model: rooted(model),
    robust: robust === null ? null : rooted(robust),
    dispersion: dispersion * (isLeastSquares ? scale * scale : 1),
    degrees,
    statistic: isLeastSquares ? 't' : 'z',
  };
}

function squaredErrors({ y }: LinearProblem, scores: Float64Array, weights: Float64Array | null): number {
  return sumOf(y.length, weights, (i) => ((scores[i] as number) - (y[i] as number)) ** 2);
}

/** Pearson's χ²: squared errors over the variance that the loss stands for, μ^p. */
function pearsonOf(
  { y, power }: LinearProblem,
  loss: string,
  scores: Float64Array,
  weights: Float64Array | null,
): number {
  if (loss !== 'gamma' && loss !== 'tweedie') return 0;
  return sumOf(y.length, weights, (i) => {
    const mean = Math.exp(scores[i] as number);
    return ((y[i] as number) - mean) ** 2 / mean ** power;
  });
}

function sumOf(n: number, weights: Float64Array | null, of: (row: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += (weights === null ? 1 : (weights[i] as number)) * of(i);
  return sum;
}
