import { LinearTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import { breather } from '../breathe.ts';
import { addAnswer, addExponential } from '../graph-parts.ts';
import { defineTrainer, type FitRequest, type FittedModel } from '../trainer.ts';
import { scoresOfRows } from './dense-matrix.ts';
import { type DesignMatrix, designMatrix, scoresOf } from './design-matrix.ts';
import { coefficientsOf } from './inference.ts';
import { penaltyOf } from './objective.ts';
import { type LinearProblem, problemOf } from './problem.ts';
import { type Solution, solve } from './solve.ts';

/**
 * Linear and generalised linear models: logistic and multinomial regression, least squares, Huber, quantiles, and Poisson,
 * gamma and Tweedie with a log link; with l1, l2, both or no penalty, which never touches the intercept. The optimum is that
 * of scikit-learn: LogisticRegression with C = 1/l2, Ridge with alpha = l2, Lasso with alpha = l1/rows, PoissonRegressor with
 * alpha = l2/rows, QuantileRegressor with alpha = l1/rows over the target in its standard deviations.
 * What a fit costs is told at the solvers.
 *
 * Errors: `training/bad-target` (loss), `training/bad-recipe` (quantiles of too many columns), `training/did-not-converge`,
 * `jobs/cancelled`.
 */
export const linearTrainer = defineTrainer<LinearTrainer>({
  kind: 'linear',
  title: 'Linear model',
  summary:
    'Logistic regression for classes; least squares, quantiles, counts and amounts for numbers. Fast, well calibrated and easy to explain.',
  tasks: ['classification', 'regression'],
  view: () => ({ numbers: 'scaled', categories: 'encoded' }),
  settings: LinearTrainer,
  fit: fitLinear,
});

async function fitLinear(request: FitRequest<LinearTrainer>): Promise<FittedModel> {
  const { task, n, width, weights, settings } = request;
  const { pause } = breather(request.signal);
  const problem = problemOf(request);
  const matrix = await designMatrix({ x: request.x, n, width }, pause);
  const validation = await designMatrix({ ...request.validation, width }, pause);
  const report = reporter(request, problem, matrix, validation);
  const solution = await solve({
    ...{ problem, matrix, weights, settings, pause },
    async onIteration(step, value, point) {
      report(step, value, point);
      await pause();
    },
  });
  if (!Number.isFinite(solution.value) || !solution.point.every(Number.isFinite)) {
    throw new AssayError('training/did-not-converge', 'The linear fit reached numbers that are not finite.');
  }
  const values = modelValues(problem, solution.point, width);
  const loss = task === 'classification' ? 'log_loss' : settings.loss;
  const coefficients = await coefficientsOf({ problem, loss, matrix, weights, solution, values, pause });
  return {
    ...fittedLinear(problem, values, matrix),
    info: factsOf(problem, solution, values, width),
    coefficients,
    remarks: remarksOn(solution),
  };
}

/** Tells the metric on both parts after an iteration. */
function reporter(
  { n, width, y, weights, settings, validation, report }: FitRequest<LinearTrainer>,
  problem: LinearProblem,
  matrix: DesignMatrix,
  validationMatrix: DesignMatrix,
) {
  const { k, metric } = problem;
  const rawScores = (of: DesignMatrix, point: Float64Array): Float64Array => {
    const scores = scoresOf(of, point, k);
    for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) * problem.scale + problem.shift;
    return scores;
  };
  const ofTraining = (value: number, point: Float64Array): number => {
    const withoutL2 = value - penaltyOf(point, k * width, problem.l2) / n;
    const isTold = problem.l1 === 0 && (metric === 'log_loss' || metric === 'rmse');
    if (!isTold) return problem.metricOf(rawScores(matrix, point), { y, n, weights });
    return metric === 'log_loss' ? withoutL2 : Math.sqrt(2 * Math.max(0, withoutL2)) * problem.scale;
  };
  return (step: number, value: number, point: Float64Array): void => {
    const metrics: Record<string, number> = { [`train_${metric}`]: ofTraining(value, point) };
    let told = '';
    if (validation.n > 0) {
      const reached = problem.metricOf(rawScores(validationMatrix, point), validation);
      metrics[`validation_${metric}`] = reached;
      told = `, validation ${metric.replaceAll('_', ' ')} ${reached.toFixed(4)}`;
    }
    report({ step, of: settings.maxIterations, metrics, message: `Iteration ${step}${told}` });
  };
}

/**
 * Score by score the weights, then the intercept, in the units of the answer. Intercepts of several classes are told around
 * their mean: what is added to all of them changes nothing.
 */
function modelValues({ k, scale, shift }: LinearProblem, point: Float64Array, width: number): Float64Array {
  const values = new Float64Array(k * (width + 1));
  const intercepts = point.subarray(k * width);
  const centre = k > 1 ? intercepts.reduce((sum, value) => sum + value, 0) / k : 0;
  for (let c = 0; c < k; c++) {
    const at = c * (width + 1);
    for (let j = 0; j < width; j++) values[at + j] = (point[c * width + j] as number) * scale;
    values[at + width] = ((intercepts[c] as number) - centre) * scale + shift;
  }
  return values;
}

function factsOf(
  { l1 }: LinearProblem,
  { solver, iterations, converged, distance, isUnbounded }: Solution,
  values: Float64Array,
  width: number,
): FittedModel['info'] {
  const weights = values.filter((_, i) => i % (width + 1) !== width);
  return {
    solver,
    iterations,
    converged,
    ...(solver === 'interior point' ? { dualityGap: distance } : { gradientMax: distance }),
    ...(l1 > 0 ? { weightsNotZero: weights.filter((weight) => weight !== 0).length } : {}),
    ...(isUnbounded ? { separated: true } : {}),
  };
}

function remarksOn({ isUnbounded }: Solution): string[] {
  if (!isUnbounded) return [];
  return [
    'The features tell the targets of the training rows apart perfectly, at least for some rows: without a penalty the weights have no best value and depend on when the fit stopped. Give l2 a value above 0.',
  ];
}

function fittedLinear(
  problem: LinearProblem,
  values: Float64Array,
  matrix: DesignMatrix,
): Pick<FittedModel, 'addToGraph' | 'predict' | 'importance'> {
  const { k, link } = problem;
  const { width } = matrix;
  const weights = new Float32Array(k * width);
  const intercepts = new Float32Array(k);
  for (let c = 0; c < k; c++) {
    const at = c * (width + 1);
    weights.set(values.subarray(at, at + width), c * width);
    intercepts[c] = values[at + width] as number;
  }
  return {
    addToGraph(graph, features) {
      const inputs = [features, graph.constant(weights, [k, width]), graph.constant(intercepts)];
      const scores = graph.node('Gemm', inputs, { transB: 1 });
      if (link === 'log') return addExponential(graph, scores);
      return addAnswer(graph, scores, link === 'identity' ? 'regression' : 'classification', k);
    },
    predict(x, n) {
      const parameters = new Float64Array(k * (width + 1));
      parameters.set(weights);
      parameters.set(intercepts, k * width);
      return problem.answers(scoresOfRows({ x, n, width }, parameters, k), n);
    },
    importance: importanceOf(weights, k, matrix),
  };
}

/** The absolute weights over all scores, times the spread of the column. */
function importanceOf(
  weights: Float32Array,
  k: number,
  { n, width, sums, squares }: DesignMatrix,
): Float64Array {
  const importance = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    const mean = (sums[j] as number) / n;
    const spread = Math.sqrt(Math.max(0, (squares[j] as number) / n - mean * mean));
    for (let c = 0; c < k; c++) {
      importance[j] = (importance[j] as number) + Math.abs(weights[c * width + j] as number) * spread;
    }
  }
  return importance;
}
