import { LinearTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import { breather } from '../breathe.ts';
import { addAnswer } from '../graph-parts.ts';
import {
  classCounts,
  logLossOfScores,
  meanOf,
  probabilitiesOfScores,
  scoreWidth,
  spreadOf,
  squaredErrorOfScores,
} from '../losses.ts';
import { defineTrainer, type FitRequest, type FittedModel, type Task } from '../trainer.ts';
import { type DesignMatrix, designMatrix } from './design-matrix.ts';
import { minimise } from './lbfgs.ts';
import {
  type LinearObjective,
  logisticLoss,
  penalised,
  penaltyOf,
  scoresOf,
  softmaxLoss,
  squaredLoss,
} from './objective.ts';

/**
 * Logistic regression (binary and multinomial) and ridge regression, all fitted by L-BFGS on the whole training part.
 * The optimum is that of scikit-learn's LogisticRegression with C = 1/l2 and of Ridge with alpha = l2.
 * An iteration costs two passes over the entries that are not zero.
 */
export const linearTrainer = defineTrainer<LinearTrainer>({
  kind: 'linear',
  title: 'Linear model',
  summary:
    'Logistic regression for classes, ridge regression for numbers. Fast, well calibrated and easy to explain.',
  tasks: ['classification', 'regression'],
  view: () => ({ numbers: 'scaled', categories: 'encoded' }),
  settings: LinearTrainer,
  fit: fitLinear,
});

async function fitLinear(request: FitRequest<LinearTrainer>): Promise<FittedModel> {
  const { task, n, width, classes, settings, validation } = request;
  const { pause } = breather(request.signal);
  const problem = problemOf(task, request.y, classes);
  const { loss, shift, scale } = problem;
  const matrix = designMatrix(request.x, n, width);
  const validationMatrix = designMatrix(validation.x, validation.n, width);
  const validationScores = new Float64Array(validation.n * loss.k);
  const moments = columnMoments(matrix);
  const metric = task === 'classification' ? 'log_loss' : 'rmse';

  const minimum = await minimise({
    start: startOf(problem, width),
    evaluate: penalised(matrix, loss, settings.l2),
    diagonal: diagonalOf(problem, moments.meanSquare, settings.l2 / n),
    maxIterations: settings.maxIterations,
    tolerance: settings.tolerance,
    async onIteration(step, value, point) {
      scoresOf(validationMatrix, point, loss.k, validationScores);
      const reached =
        task === 'classification'
          ? logLossOfScores(validationScores, validation.y, validation.n, loss.k)
          : Math.sqrt(
              squaredErrorOfScores(
                validationScores.map((z) => z * scale + shift),
                validation.y,
                validation.n,
              ),
            );
      const lossPart = value - penaltyOf(point, loss.k * width, settings.l2) / n;
      request.report({
        step,
        of: settings.maxIterations,
        metrics: {
          [`train_${metric}`]: metric === 'log_loss' ? lossPart : Math.sqrt(2 * lossPart) * scale,
          [`validation_${metric}`]: reached,
        },
        message: `Iteration ${step}, validation ${metric.replace('_', ' ')} ${reached.toFixed(4)}`,
      });
      await pause();
    },
  });
  if (!Number.isFinite(minimum.value)) {
    throw new AssayError('training/did-not-converge', 'The linear fit reached numbers that are not finite.');
  }
  const { point, iterations, converged, gradientMax } = minimum;
  return fittedLinear(task, width, loss.k, point, shift, scale, moments.spread, {
    iterations,
    converged,
    gradientMax,
  });
}

type LinearProblem = { loss: LinearObjective; shares: Float64Array; shift: number; scale: number };

/** The loss, the share of each score's class, and how numbers are brought to mean 0 and spread 1 for the fit. */
function problemOf(task: Task, y: Float64Array, classes: number): LinearProblem {
  if (task === 'regression') {
    const shift = meanOf(y);
    const scale = spreadOf(y, shift);
    return {
      loss: squaredLoss(y.map((value) => (value - shift) / scale)),
      shares: new Float64Array(0),
      shift,
      scale,
    };
  }
  const shares = classCounts(y, classes).map((count) => Math.max(count, 0.5) / y.length);
  const loss = scoreWidth(classes) === 1 ? logisticLoss(y) : softmaxLoss(y, classes);
  return { loss, shares: loss.k === 1 ? shares.subarray(1, 2) : shares, shift: 0, scale: 1 };
}

/** No weights, and intercepts that answer with the class shares. */
function startOf({ loss, shares }: LinearProblem, width: number): Float64Array {
  const start = new Float64Array(loss.k * (width + 1));
  shares.forEach((share, c) => {
    start[loss.k * width + c] = loss.k === 1 ? Math.log(share / (1 - share)) : Math.log(share);
  });
  return start;
}

/** The Hessian's diagonal at the start, the penalty included; never zero. */
function diagonalOf({ loss, shares }: LinearProblem, meanSquare: Float64Array, l2: number): Float64Array {
  const width = meanSquare.length;
  const diagonal = new Float64Array(loss.k * (width + 1));
  for (let c = 0; c < loss.k; c++) {
    const share = shares[c];
    const curvature = share === undefined ? 1 : share * (1 - share);
    for (let j = 0; j < width; j++) {
      diagonal[c * width + j] = Math.max(curvature * (meanSquare[j] as number) + l2, 1e-8);
    }
    diagonal[loss.k * width + c] = Math.max(curvature, 1e-8);
  }
  return diagonal;
}

function columnMoments(matrix: DesignMatrix): { meanSquare: Float64Array; spread: Float64Array } {
  const { n, width, sums, squares } = matrix;
  const meanSquare = squares.map((sum) => sum / n);
  const spread = new Float64Array(width);
  for (let j = 0; j < width; j++) {
    const mean = (sums[j] as number) / n;
    spread[j] = Math.sqrt(Math.max(0, (meanSquare[j] as number) - mean * mean));
  }
  return { meanSquare, spread };
}

function fittedLinear(
  task: Task,
  width: number,
  k: number,
  point: Float64Array,
  shift: number,
  scale: number,
  spread: Float64Array,
  info: FittedModel['info'],
): FittedModel {
  const weights = Float32Array.from(point.subarray(0, k * width), (weight) => weight * scale);
  const intercepts = Float32Array.from(point.subarray(k * width), (value) => value * scale + shift);
  const importance = new Float64Array(width);
  for (let i = 0; i < weights.length; i++) {
    const j = i % width;
    importance[j] = (importance[j] as number) + Math.abs(weights[i] as number) * (spread[j] as number);
  }
  return {
    addToGraph(graph, features) {
      const inputs = [features, graph.constant(weights, [k, width]), graph.constant(intercepts)];
      return addAnswer(graph, graph.node('Gemm', inputs, { transB: 1 }), task, k);
    },
    predict(x, n) {
      const scores = new Float64Array(n * k);
      scoresOf(designMatrix(x, n, width), Float64Array.of(...weights, ...intercepts), k, scores);
      return task === 'classification' ? probabilitiesOfScores(scores, n, k) : Float32Array.from(scores);
    },
    info,
    importance,
  };
}
