import type { RegressionLoss } from '../../../../local-api/contract/index.ts';
import { expOf, lossAt, type NumberLoss, numberLoss, type Targets } from '../number-loss.ts';
import { weightedQuantile } from '../weighted-quantile.ts';
import type { Objective } from './objective.ts';

/** The hessian of log-linked counts is taken this much further on, which keeps steps short (as in LightGBM). */
const POISSON_STEP = Math.exp(0.7);

/** First and second derivative of the loss of a row by its score. */
type Derivatives = {
  gradient(score: number, y: number): number;
  hessian(score: number, y: number): number;
};

/**
 * The losses for numbers. `absolute` and `quantile` set each leaf to the quantile of its residuals in the end (Friedman 2001).
 *
 * Errors: `training/bad-target`.
 */
export function numberObjective(rows: Targets, settings: RegressionLoss): Objective {
  const { y, n, weights } = rows;
  const loss = numberLoss(rows, settings);
  const quantile = (share: number): number => weightedQuantile(y.slice(0, n), weights, share);
  switch (settings.loss) {
    case 'squared':
      return objective(rows, loss, loss.mean, squared(loss.scale));
    case 'absolute':
    case 'quantile': {
      const share = settings.loss === 'absolute' ? 0.5 : settings.quantile;
      return objective(rows, loss, quantile(share), pinball(share), share);
    }
    case 'huber':
      return objective(rows, loss, quantile(0.5), huber(settings.huberDelta, loss.scale));
    default:
      return objective(rows, loss, Math.log(loss.mean), halfDeviance(settings));
  }
}

function objective(
  { y, n, weights }: Targets,
  told: NumberLoss,
  start: number,
  { gradient, hessian }: Derivatives,
  leafQuantile: number | null = null,
): Objective {
  return {
    k: 1,
    start: Float64Array.of(start),
    scale: told.scale,
    metric: told.metric,
    answer: told.link === 'log' ? 'exponential' : 'score',
    leafQuantile,
    derivatives(scores, [gradients], [hessians]) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const score = scores[i] as number;
        const truth = y[i] as number;
        const weight = weights === null ? 1 : (weights[i] as number);
        sum += weight * told.ofRow(score, truth);
        (gradients as Float32Array)[i] = weight * gradient(score, truth);
        (hessians as Float32Array)[i] = weight * hessian(score, truth);
      }
      return told.shown(sum / n);
    },
    loss: (scores, others) => lossAt(told, scores, others),
  };
}

function squared(scale: number): Derivatives {
  return { gradient: (score, y) => (score - y) / scale, hessian: () => 1 };
}

function pinball(share: number): Derivatives {
  return { gradient: (score, y) => (y > score ? -share : y < score ? 1 - share : 0), hessian: () => 1 };
}

function huber(delta: number, scale: number): Derivatives {
  return {
    gradient: (score, y) => Math.min(Math.max((score - y) / scale, -delta), delta),
    hessian: () => 1,
  };
}

/** Derivatives of half the unit deviance. */
function halfDeviance({ loss, tweediePower: p }: RegressionLoss): Derivatives {
  if (loss === 'poisson') {
    return {
      gradient: (score, y) => expOf(score) - y,
      hessian: (score) => expOf(score) * POISSON_STEP,
    };
  }
  if (loss === 'gamma') {
    return {
      gradient: (score, y) => 1 - y * expOf(-score),
      hessian: (score, y) => y * expOf(-score),
    };
  }
  return {
    gradient: (score, y) => expOf((2 - p) * score) - y * expOf((1 - p) * score),
    hessian: (score, y) => (2 - p) * expOf((2 - p) * score) - (1 - p) * y * expOf((1 - p) * score),
  };
}
