import type { LinearTrainer } from '../../../../local-api/contract/index.ts';
import { exponentialOf } from '../graph-parts.ts';
import { classCounts, logLossOfScores, probabilitiesOfScores, scoreWidth, spreadOf } from '../losses.ts';
import { lossAt, numberLoss, type Targets } from '../number-loss.ts';
import type { FitRequest } from '../trainer.ts';
import {
  devianceLoss,
  huberLoss,
  type LinearObjective,
  logisticLoss,
  softmaxLoss,
  squaredLoss,
} from './objective.ts';

/** How a score becomes the answer. */
type Link = 'identity' | 'log' | 'logit' | 'softmax';

/** A fit in the numbers that it is worked out in. The raw score is score · scale + shift. */
export type LinearProblem = {
  k: number;
  link: Link;
  /** Null: the pinball loss of `quantile`, which is not smooth. */
  loss: LinearObjective | null;
  quantile: number;
  /** Of a loss with a log link, the power of the mean that the variance goes by; 0 else. */
  power: number;
  /** What the scores are to meet. */
  y: Float64Array;
  shift: number;
  scale: number;
  /** The penalties in these numbers. */
  l1: number;
  l2: number;
  /** Intercepts that answer with the class shares, or the mean. */
  start: Float64Array;
  /** The second derivative of the mean loss at the start, a score. */
  curvature: Float64Array;
  metric: string;
  /** The metric of raw scores [n, k]. */
  metricOf(scores: Float64Array, rows: Targets): number;
  /** Class probabilities, or numbers, of raw scores. */
  answers(scores: Float64Array, n: number): Float32Array;
};

/** Errors: `training/bad-target` where the loss can't have such targets. */
export function problemOf(request: FitRequest<LinearTrainer>): LinearProblem {
  return request.task === 'classification' ? classProblem(request) : numberProblem(request);
}

function classProblem({ y, weights, classes, settings }: FitRequest<LinearTrainer>): LinearProblem {
  const k = scoreWidth(classes);
  const shares = classCounts(y, classes, weights).map((count) => Math.max(count, 0.5) / y.length);
  const own = k === 1 ? shares.subarray(1, 2) : shares;
  return {
    k,
    link: k === 1 ? 'logit' : 'softmax',
    loss: k === 1 ? logisticLoss(y, weights) : softmaxLoss(y, weights, classes),
    quantile: 0.5,
    power: 0,
    y,
    shift: 0,
    scale: 1,
    l1: settings.l1,
    l2: settings.l2,
    start: own.map((share) =>
      k === 1 ? Math.log(share / Math.max(1 - share, 0.5 / y.length)) : Math.log(share),
    ),
    curvature: own.map((share) => share * (1 - share)),
    metric: 'log_loss',
    metricOf: (scores, rows) => logLossOfScores(scores, rows.y, rows.n, k, rows.weights),
    answers: (scores, n) => probabilitiesOfScores(scores, n, k),
  };
}

function numberProblem({ y, n, weights, settings }: FitRequest<LinearTrainer>): LinearProblem {
  const told = numberLoss({ y, n, weights }, settings);
  const { mean } = told;
  const isLog = told.link === 'log';
  const scale = isLog ? 1 : spreadOf(y, mean, weights);
  const shift = isLog ? 0 : mean;
  const scaled = isLog ? y : y.map((value) => (value - mean) / scale);
  const common = {
    k: 1,
    link: told.link,
    quantile: settings.loss === 'quantile' ? settings.quantile : 0.5,
    power: 0,
    y: scaled,
    shift,
    scale,
    l1: settings.l1,
    l2: settings.l2,
    start: Float64Array.of(isLog ? Math.log(mean) : 0),
    curvature: Float64Array.of(1),
    metric: told.metric,
    metricOf: (scores: Float64Array, rows: Targets) => lossAt(told, scores, rows),
    answers: (scores: Float64Array) => Float32Array.from(scores, isLog ? exponentialOf : undefined),
  } as const;
  switch (settings.loss) {
    case 'squared':
      return { ...common, loss: squaredLoss(scaled, weights), l1: settings.l1 / scale };
    case 'huber': {
      const delta = (settings.huberDelta * told.scale) / scale;
      return { ...common, loss: huberLoss(scaled, weights, delta), l1: settings.l1 / scale };
    }
    case 'absolute':
    case 'quantile':
      return { ...common, loss: null };
    default: {
      const power = { poisson: 1, gamma: 2, tweedie: settings.tweediePower }[settings.loss];
      const loss = devianceLoss(y, weights, power);
      return { ...common, loss, power, curvature: Float64Array.of(loss.unit) };
    }
  }
}
