import type { RegressionLoss } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { meanOf, meanOfRows, spreadOf } from './losses.ts';
import type { Rows } from './trainer.ts';
import { weightedQuantile } from './weighted-quantile.ts';

/** Raw scores beyond this give no larger exponential: float32 hessians end soon after. */
const MOST_LOG = 80;

/** Rows without their features. */
export type Targets = Pick<Rows, 'y' | 'n' | 'weights' | 'queries'>;

/** What a regression keeps small, as every trainer tells it. */
export type NumberLoss = {
  /** Its name in curves. */
  metric: string;
  /** log: the score is the logarithm of the answer. */
  link: 'identity' | 'log';
  /** The spread of the targets that the loss is worked out in; 1 where it needs none. */
  scale: number;
  /** The mean of the targets. */
  mean: number;
  /** The loss of a row at its score. */
  ofRow(score: number, y: number): number;
  /** The figure that is shown of the mean of these. */
  shown(mean: number): number;
};

/**
 * The losses for numbers. `poisson`, `gamma` and `tweedie` fit the logarithm of the answer, and need targets of at least
 * zero (`gamma`: above). O(rows · log rows) for `huber`, O(rows) else.
 *
 * Errors: `training/bad-target`.
 */
export function numberLoss(rows: Targets, settings: RegressionLoss): NumberLoss {
  const { y, weights } = rows;
  const mean = meanOf(y, weights);
  const common = { link: 'identity', scale: 1, mean, shown: (value: number) => value } as const;
  switch (settings.loss) {
    case 'squared': {
      const scale = spreadOf(y, mean, weights);
      return {
        ...common,
        metric: 'rmse',
        scale,
        shown: Math.sqrt,
        ofRow: (score, truth) => (score - truth) ** 2,
      };
    }
    case 'absolute':
      return { ...common, metric: 'mae', ofRow: pinball(0.5, 2) };
    case 'quantile':
      return { ...common, metric: 'pinball', ofRow: pinball(settings.quantile, 1) };
    case 'huber': {
      const scale = robustSpread(rows) || spreadOf(y, mean, weights);
      return { ...common, metric: 'huber_loss', scale, ofRow: huber(settings.huberDelta, scale) };
    }
    default:
      checkTargets(rows, mean, settings.loss);
      return { ...common, metric: `${settings.loss}_deviance`, link: 'log', ofRow: deviance(settings) };
  }
}

/** The figure of a loss at scores of any rows. O(n). */
export function lossAt({ ofRow, shown }: NumberLoss, scores: Float64Array, rows: Targets): number {
  return shown(meanOfRows(rows.n, rows.weights, (i) => ofRow(scores[i] as number, rows.y[i] as number)));
}

/** The exponential of a raw score, bounded. */
export function expOf(score: number): number {
  return Math.exp(Math.min(score, MOST_LOG));
}

/** Koenker and Bassett 1978; `factor` 2 makes the median's loss the absolute error. */
function pinball(share: number, factor: number): NumberLoss['ofRow'] {
  return (score, y) => factor * (y >= score ? share * (y - score) : (1 - share) * (score - y));
}

/** Huber 1964: squared up to `delta` spreads, linear beyond. In squared units of the target. */
function huber(delta: number, scale: number): NumberLoss['ofRow'] {
  return (score, y) => {
    const error = Math.abs(score - y) / scale;
    const units = error <= delta ? 0.5 * error * error : delta * (error - 0.5 * delta);
    return units * scale * scale;
  };
}

/** Unit deviances of exp(score) (Jørgensen 1987). */
function deviance({ loss, tweediePower: p }: RegressionLoss): NumberLoss['ofRow'] {
  const xLogX = (y: number, score: number): number => (y > 0 ? y * (Math.log(y) - score) : 0);
  if (loss === 'poisson') return (score, y) => 2 * (xLogX(y, score) - y + expOf(score));
  if (loss === 'gamma') return (score, y) => 2 * (score - Math.log(y) + y * expOf(-score) - 1);
  return (score, y) =>
    2 *
    (y ** (2 - p) / ((1 - p) * (2 - p)) -
      (y * expOf((1 - p) * score)) / (1 - p) +
      expOf((2 - p) * score) / (2 - p));
}

/** Interquartile range over that of the standard normal; 0 when half of the values are the same. */
function robustSpread({ y, n, weights }: Targets): number {
  const [low, high] = [0.25, 0.75].map((share) => weightedQuantile(y.slice(0, n), weights, share));
  return ((high as number) - (low as number)) / 1.3489795;
}

function checkTargets({ y }: Targets, mean: number, loss: RegressionLoss['loss']): void {
  const low = y.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const allowed = loss === 'gamma' ? low > 0 : low >= 0 && mean > 0;
  if (allowed) return;
  const needed = loss === 'gamma' ? 'above zero' : 'not below zero, and some above';
  throw new AssayError(
    'training/bad-target',
    `The loss ${loss} needs targets ${needed}; the smallest is ${low}.`,
  );
}
