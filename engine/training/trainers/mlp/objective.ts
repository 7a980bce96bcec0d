import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import type { Value } from '../../../onnx/index.ts';
import {
  absoluteLoss,
  crossEntropy,
  huberLoss,
  logisticLoss,
  poissonLoss,
  squaredLoss,
  type Tensor,
} from '../../autodiff/index.ts';
import {
  classCounts,
  logLossOfScores,
  meanOf,
  meanOfRows,
  scoreWidth,
  spreadOf,
  squaredErrorOfScores,
} from '../losses.ts';
import type { FitRequest, Rows } from '../trainer.ts';

/** What a network is fitted to, and how its scores are read. */
export type Objective = {
  /** Scores a row. */
  outputs: number;
  /** One target a row, as the graph takes them: numbers brought to a common scale, or classes. */
  targets: { type: 'float32'; data: Float32Array } | { type: 'int32'; data: Int32Array };
  /** Adds the loss a row. `scores` is [batch, outputs], `targets` [batch]. */
  addLoss(scores: Tensor, targets: Value): Tensor;
  /** The scores that a network without knowledge should start with. */
  start: readonly number[];
  /** How wide the first weights of the scores are drawn, as a share of the usual: numbers are learnt better from next to none. */
  outputShare: number;
  /** From scores as trained to those of the finished network. */
  units: { scale: number; shift: number };
  /** The finished network answers with the exponential of its score. */
  isLogarithm: boolean;
  metric: string;
  /** The metric of the mean training loss. */
  fromLoss(loss: number): number;
  /** The metric of the finished network's scores. */
  measure(scores: Float64Array, rows: Rows): number;
};

type Request = Pick<FitRequest<MlpTrainer>, 'task' | 'y' | 'weights' | 'classes' | 'settings'>;

/** Errors: `training/bad-target` for negative numbers with the loss poisson, or none above 0. */
export function objectiveOf(request: Request): Objective {
  if (request.task === 'classification') {
    return scoreWidth(request.classes) === 1 ? twoClasses(request) : manyClasses(request);
  }
  return request.settings.loss === 'poisson' ? counts(request) : numbers(request);
}

function logLoss(
  outputs: number,
): Pick<Objective, 'outputShare' | 'units' | 'isLogarithm' | 'metric' | 'fromLoss' | 'measure'> {
  return {
    outputShare: 1,
    units: { scale: 1, shift: 0 },
    isLogarithm: false,
    metric: 'log_loss',
    fromLoss: (loss) => loss,
    measure: (scores, { y, n, weights }) => logLossOfScores(scores, y, n, outputs, weights),
  };
}

function sharesOf({ y, classes, weights }: Request): number[] {
  const counts = classCounts(y, classes, weights);
  return Array.from(counts, (count) => Math.max(count, 0.5) / y.length);
}

function twoClasses(request: Request): Objective {
  const { labelSmoothing: smoothing } = request.settings;
  const [negative = 0.5, positive = 0.5] = sharesOf(request);
  return {
    ...logLoss(1),
    outputs: 1,
    targets: {
      type: 'float32',
      data: Float32Array.from(request.y, (label) => label * (1 - smoothing) + smoothing / 2),
    },
    addLoss: (scores, targets) => logisticLoss(scores, columnOf(scores, targets)),
    start: [Math.log(positive / negative)],
  };
}

function manyClasses(request: Request): Objective {
  const { labelSmoothing: smoothing } = request.settings;
  const { classes } = request;
  return {
    ...logLoss(classes),
    outputs: classes,
    targets: { type: 'int32', data: Int32Array.from(request.y) },
    addLoss(scores, targets) {
      const { graph } = scores.tape;
      const off = smoothing / classes;
      const depth = graph.constant(BigInt64Array.of(BigInt(classes)), []);
      const values = graph.constant(Float32Array.of(off, 1 - smoothing + off));
      const labels = graph.node('Cast', [targets], { to: 7 });
      const hot = graph.node('OneHot', [labels, depth, values], { axis: 1 });
      return crossEntropy(scores, scores.tape.tensor(hot, scores.shape));
    },
    start: sharesOf(request).map(Math.log),
  };
}

/** Numbers are brought to mean 0 and spread 1. */
function numbers({ y, weights, settings: { loss, huberDelta } }: Request): Objective {
  const shift = meanOf(y, weights);
  const scale = spreadOf(y, shift, weights);
  const shared = {
    outputs: 1,
    targets: { type: 'float32', data: Float32Array.from(y, (value) => (value - shift) / scale) },
    start: [0],
    outputShare: 0.1,
    units: { scale, shift },
    isLogarithm: false,
  } as const;
  if (loss === 'absolute') {
    return {
      ...shared,
      addLoss: (scores, targets) => absoluteLoss(scores, columnOf(scores, targets)),
      metric: 'mae',
      fromLoss: (mean) => mean * scale,
      measure: (scores, rows) => meanOfErrors(scores, rows, Math.abs),
    };
  }
  if (loss === 'huber') {
    const delta = huberDelta * scale;
    const huber = (error: number) => {
      const bounded = Math.max(-delta, Math.min(delta, error));
      return bounded * (error - bounded / 2);
    };
    return {
      ...shared,
      addLoss: (scores, targets) => huberLoss(scores, columnOf(scores, targets), huberDelta),
      metric: 'huber_loss',
      fromLoss: (mean) => mean * scale * scale,
      measure: (scores, rows) => meanOfErrors(scores, rows, huber),
    };
  }
  return {
    ...shared,
    addLoss: (scores, targets) => squaredLoss(scores, columnOf(scores, targets)),
    metric: 'rmse',
    fromLoss: (mean) => Math.sqrt(2 * mean) * scale,
    measure: (scores, { y: truth, n, weights: rowWeights }) =>
      Math.sqrt(squaredErrorOfScores(scores, truth, n, rowWeights)),
  };
}

/** Counts are divided by their mean, so that the score starts at 0 whatever their unit. */
function counts({ y, weights }: Request): Objective {
  const mean = meanOf(y, weights);
  if (y.some((value) => value < 0) || mean <= 0) {
    throw new AssayError(
      'training/bad-target',
      'The loss poisson needs a target without negative numbers, and some above 0.',
    );
  }
  const entropy = meanOfRows(y.length, weights, (i) => {
    const value = (y[i] as number) / mean;
    return value > 0 ? value * Math.log(value) - value : 0;
  });
  return {
    outputs: 1,
    targets: { type: 'float32', data: Float32Array.from(y, (value) => value / mean) },
    addLoss: (scores, targets) => poissonLoss(scores, columnOf(scores, targets)),
    start: [0],
    outputShare: 0.1,
    units: { scale: 1, shift: Math.log(mean) },
    isLogarithm: true,
    metric: 'poisson_deviance',
    fromLoss: (loss) => 2 * mean * (loss + entropy),
    measure: (scores, rows) =>
      meanOfRows(rows.n, rows.weights, (i) => {
        const [score, truth] = [scores[i] as number, rows.y[i] as number];
        const surprise = truth > 0 ? truth * (Math.log(truth) - score) : 0;
        return 2 * (surprise - truth + Math.exp(score));
      }),
  };
}

function columnOf({ tape, shape }: Tensor, targets: Value): Tensor {
  const column = tape.graph.node('Unsqueeze', [targets, tape.graph.constant(BigInt64Array.of(1n))]);
  return tape.tensor(column, shape);
}

function meanOfErrors(scores: Float64Array, rows: Rows, loss: (error: number) => number): number {
  return meanOfRows(rows.n, rows.weights, (i) => loss((scores[i] as number) - (rows.y[i] as number)));
}
