import { AssayError } from '../../../errors.ts';
import { meanOf, meanOfRows, spreadOf } from '../losses.ts';
import type { LossSettings, Objective, Targets } from './objective.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** Raw scores beyond this give no larger exponential: float32 hessians end soon after. */
const MOST_LOG = 80;
/** The hessian of log-linked counts is taken this much further on, which keeps steps short (as in LightGBM). */
const POISSON_STEP = Math.exp(0.7);

/** Loss of one row at its raw score, with first and second derivative by the score. */
type Loss = {
  loss(score: number, y: number): number;
  gradient(score: number, y: number): number;
  hessian(score: number, y: number): number;
};

/**
 * The losses for numbers. `poisson`, `gamma` and `tweedie` fit the logarithm of the answer, and need targets of at least
 * zero (`gamma`: above). `absolute` and `quantile` set each leaf to the quantile of its residuals in the end (Friedman 2001).
 *
 * Errors: `training/bad-target`.
 */
export function numberObjective(rows: Targets, settings: LossSettings): Objective {
  const { y, n, weights } = rows;
  const mean = meanOf(y, weights);
  const common = { answer: 'score', leafQuantile: null, scale: 1 } as const;
  switch (settings.loss) {
    case 'squared': {
      const scale = spreadOf(y, mean, weights);
      const squared = objective(rows, mean, squaredLoss(scale), { ...common, metric: 'rmse', scale });
      return {
        ...squared,
        derivatives: (...at) => Math.sqrt(squared.derivatives(...at)),
        loss: (...at) => Math.sqrt(squared.loss(...at)),
      };
    }
    case 'absolute':
    case 'quantile': {
      const share = settings.loss === 'absolute' ? 0.5 : settings.quantile;
      const loss = pinballLoss(share, settings.loss === 'absolute' ? 2 : 1);
      const metric = settings.loss === 'absolute' ? 'mae' : 'pinball';
      const start = weightedQuantile(y.slice(0, n), weights, share);
      return objective(rows, start, loss, { ...common, metric, leafQuantile: share });
    }
    case 'huber': {
      const scale = robustSpread(rows) || spreadOf(y, mean, weights);
      const start = weightedQuantile(y.slice(0, n), weights, 0.5);
      const loss = huberLoss(settings.huberDelta, scale);
      return objective(rows, start, loss, { ...common, metric: 'huber_loss', scale });
    }
    default: {
      checkTargets(rows, mean, settings.loss);
      const metric = `${settings.loss}_deviance`;
      return objective(rows, Math.log(mean), logLinkedLoss(settings), {
        ...common,
        metric,
        answer: 'exponential',
      });
    }
  }
}

function objective(
  { y, n, weights }: Targets,
  start: number,
  { loss, gradient, hessian }: Loss,
  facts: Pick<Objective, 'answer' | 'leafQuantile' | 'scale' | 'metric'>,
): Objective {
  return {
    k: 1,
    start: Float64Array.of(start),
    ...facts,
    derivatives(scores, [gradients], [hessians]) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const score = scores[i] as number;
        const truth = y[i] as number;
        const weight = weights === null ? 1 : (weights[i] as number);
        sum += weight * loss(score, truth);
        (gradients as Float32Array)[i] = weight * gradient(score, truth);
        (hessians as Float32Array)[i] = weight * hessian(score, truth);
      }
      return sum / n;
    },
    loss: (scores, rows) =>
      meanOfRows(rows.n, rows.weights, (i) => loss(scores[i] as number, rows.y[i] as number)),
  };
}

function squaredLoss(scale: number): Loss {
  return {
    loss: (score, y) => (score - y) ** 2,
    gradient: (score, y) => (score - y) / scale,
    hessian: () => 1,
  };
}

/** Koenker and Bassett 1978; `factor` 2 makes the median's loss the absolute error. */
function pinballLoss(share: number, factor: number): Loss {
  return {
    loss: (score, y) => factor * (y >= score ? share * (y - score) : (1 - share) * (score - y)),
    gradient: (score, y) => (y > score ? -share : y < score ? 1 - share : 0),
    hessian: () => 1,
  };
}

/** Huber 1964: squared up to `delta` spreads, linear beyond. In squared units of the target. */
function huberLoss(delta: number, scale: number): Loss {
  return {
    loss: (score, y) => {
      const error = Math.abs(score - y) / scale;
      const units = error <= delta ? 0.5 * error * error : delta * (error - 0.5 * delta);
      return units * scale * scale;
    },
    gradient: (score, y) => Math.min(Math.max((score - y) / scale, -delta), delta),
    hessian: () => 1,
  };
}

/** Unit deviances of exp(score) (Jørgensen 1987); derivatives are those of half of it. */
function logLinkedLoss({ loss, tweediePower: p }: LossSettings): Loss {
  const exp = (score: number): number => Math.exp(Math.min(score, MOST_LOG));
  const xLogX = (y: number, score: number): number => (y > 0 ? y * (Math.log(y) - score) : 0);
  if (loss === 'poisson') {
    return {
      loss: (score, y) => 2 * (xLogX(y, score) - y + exp(score)),
      gradient: (score, y) => exp(score) - y,
      hessian: (score) => exp(score) * POISSON_STEP,
    };
  }
  if (loss === 'gamma') {
    return {
      loss: (score, y) => 2 * (score - Math.log(y) + y * exp(-score) - 1),
      gradient: (score, y) => 1 - y * exp(-score),
      hessian: (score, y) => y * exp(-score),
    };
  }
  return {
    loss: (score, y) =>
      2 *
      (y ** (2 - p) / ((1 - p) * (2 - p)) -
        (y * exp((1 - p) * score)) / (1 - p) +
        exp((2 - p) * score) / (2 - p)),
    gradient: (score, y) => exp((2 - p) * score) - y * exp((1 - p) * score),
    hessian: (score, y) => (2 - p) * exp((2 - p) * score) - (1 - p) * y * exp((1 - p) * score),
  };
}

/** Interquartile range over that of the standard normal; 0 when half of the values are the same. */
export function robustSpread({ y, n, weights }: Targets): number {
  const [low, high] = [0.25, 0.75].map((share) => weightedQuantile(y.slice(0, n), weights, share));
  return ((high as number) - (low as number)) / 1.3489795;
}

function checkTargets({ y }: Targets, mean: number, loss: LossSettings['loss']): void {
  const low = y.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const allowed = loss === 'gamma' ? low > 0 : low >= 0 && mean > 0;
  if (allowed) return;
  const needed = loss === 'gamma' ? 'above zero' : 'not below zero, and some above';
  throw new AssayError(
    'training/bad-target',
    `The loss ${loss} needs targets ${needed}; the smallest is ${low}.`,
  );
}
