import type { DesignMatrix } from './design-matrix.ts';
import { fallingExponential } from './falling-exponential.ts';

/**
 * A linear objective over parameters laid out class by class: the weights of score 0, …, of score k − 1, then the k
 * intercepts. Value and gradient are those of (Σ loss + ½·l2·|weights|²) / n; intercepts are free.
 */
export type LinearObjective = {
  k: number;
  /** What the loss is counted in: gradients below `tolerance` of it are small. */
  unit: number;
  /**
   * Turns the scores [to − from, k] of the rows `from` … `to` − 1 into loss derivatives in place, gives the summed loss. With
   * one score also the second derivatives, where `curvature` is given, at the numbers of the rows: never below zero, and for
   * Huber's loss those of a parabola above it that touches it.
   */
  lossAndResiduals(scores: Float64Array, from: number, to: number, curvature?: Float64Array): number;
};

/** How much each row counts, mean 1; null: all the same. */
type Weights = Float64Array | null;

const weightOf = (weights: Weights, i: number): number => (weights === null ? 1 : (weights[i] as number));

/** Logarithms are taken of products of many rows, of which each is far below 10¹⁰⁰. */
const MOST_PRODUCT = 1e200;

/** Logistic loss of class 1 against class 0. */
export function logisticLoss(y: Float64Array, weights: Weights): LinearObjective {
  return {
    k: 1,
    unit: 1,
    lossAndResiduals(scores, from, to, curvature) {
      let loss = 0;
      let product = 1;
      for (let i = from, at = 0; i < to; i++, at++) {
        const z = scores[at] as number;
        const e = fallingExponential(-Math.abs(z));
        const share = 1 / (1 + e);
        const label = y[i] as number;
        const weight = weightOf(weights, i);
        loss += weight * (Math.max(z, 0) - label * z);
        if (weights === null) product *= 1 + e;
        else loss += weight * Math.log1p(e);
        scores[at] = weight * ((z >= 0 ? share : e * share) - label);
        if (curvature) curvature[i] = weight * e * share * share;
        if (product > MOST_PRODUCT) {
          loss += Math.log(product);
          product = 1;
        }
      }
      return loss + Math.log(product);
    },
  };
}

/** Softmax cross-entropy over `classes`. */
export function softmaxLoss(y: Float64Array, weights: Weights, classes: number): LinearObjective {
  return {
    k: classes,
    unit: 1,
    lossAndResiduals(scores, from, to) {
      let loss = 0;
      let product = 1;
      for (let i = from, at = 0; i < to; i++, at += classes) {
        let max = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < classes; c++) max = Math.max(max, scores[at + c] as number);
        const truth = at + (y[i] as number);
        const weight = weightOf(weights, i);
        loss += weight * (max - (scores[truth] as number));
        let total = 0;
        for (let c = 0; c < classes; c++) {
          const e = fallingExponential((scores[at + c] as number) - max);
          scores[at + c] = e;
          total += e;
        }
        if (weights === null) product *= total;
        else loss += weight * Math.log(total);
        if (product > MOST_PRODUCT) {
          loss += Math.log(product);
          product = 1;
        }
        const share = weight / total;
        for (let c = 0; c < classes; c++) scores[at + c] = (scores[at + c] as number) * share;
        scores[truth] = (scores[truth] as number) - weight;
      }
      return loss + Math.log(product);
    },
  };
}

/** Half the squared error. */
export function squaredLoss(y: Float64Array, weights: Weights): LinearObjective {
  return {
    k: 1,
    unit: 1,
    lossAndResiduals(scores, from, to, curvature) {
      let loss = 0;
      for (let i = from, at = 0; i < to; i++, at++) {
        const error = (scores[at] as number) - (y[i] as number);
        const weight = weightOf(weights, i);
        loss += (weight * error * error) / 2;
        scores[at] = weight * error;
        if (curvature) curvature[i] = weight;
      }
      return loss;
    },
  };
}

/** Half the squared error up to `delta`, straight beyond (Huber 1964). */
export function huberLoss(y: Float64Array, weights: Weights, delta: number): LinearObjective {
  return {
    k: 1,
    unit: 1,
    lossAndResiduals(scores, from, to, curvature) {
      let loss = 0;
      for (let i = from, at = 0; i < to; i++, at++) {
        const error = (scores[at] as number) - (y[i] as number);
        const size = Math.abs(error);
        const weight = weightOf(weights, i);
        loss += weight * (size <= delta ? (error * error) / 2 : delta * (size - delta / 2));
        scores[at] = weight * Math.min(Math.max(error, -delta), delta);
        if (curvature) curvature[i] = size <= delta ? weight : (weight * delta) / size;
      }
      return loss;
    },
  };
}

/** Scores beyond this are not believed while a fit is under way: their exponential is no number any more. */
const MOST_LOG = 500;

/**
 * Half unit deviances of exp(score), but for what no score changes (Jørgensen 1987): power 1 is Poisson, 2 gamma, between
 * them Tweedie.
 */
export function devianceLoss(y: Float64Array, weights: Weights, power: number): LinearObjective {
  let mean = 0;
  for (let i = 0; i < y.length; i++) mean += (weightOf(weights, i) * (y[i] as number)) / y.length;
  return {
    k: 1,
    unit: mean ** (2 - power),
    lossAndResiduals(scores, from, to, curvature) {
      let loss = 0;
      for (let i = from, at = 0; i < to; i++, at++) {
        const truth = y[i] as number;
        const score = Math.min(Math.max(scores[at] as number, -MOST_LOG), MOST_LOG);
        const weight = weightOf(weights, i);
        // dLoss = μ^(2 − p) − y·μ^(1 − p) by the score, where μ = exp(score).
        const grown = power === 2 ? 1 : Math.exp((2 - power) * score);
        const held = power === 1 ? truth : truth * Math.exp((1 - power) * score);
        loss +=
          weight *
          ((power === 2 ? score : grown / (2 - power)) - (power === 1 ? truth * score : held / (1 - power)));
        scores[at] = weight * (grown - held);
        if (curvature) curvature[i] = weight * ((2 - power) * grown + (power - 1) * held);
      }
      return loss;
    },
  };
}

/** ½·l2·|weights|² over the first `count` parameters. */
export function penaltyOf(parameters: Float64Array, count: number, l2: number): number {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += (parameters[j] as number) ** 2;
  return (l2 / 2) * sum;
}

/** The penalised mean loss and its gradient, for the minimiser. Each call is one walk over the matrix. */
export function penalised(
  matrix: DesignMatrix,
  loss: LinearObjective,
  l2: number,
  pause: () => Promise<void>,
) {
  const { n, width } = matrix;
  const { k } = loss;
  const turn = (scores: Float64Array, from: number, to: number) => loss.lossAndResiduals(scores, from, to);
  return async (parameters: Float64Array, gradient: Float64Array): Promise<number> => {
    const lost = await matrix.pass({ parameters, k, turn, gradient, pause });
    for (let j = 0; j < gradient.length; j++) {
      const pull = j < k * width ? l2 * (parameters[j] as number) : 0;
      gradient[j] = ((gradient[j] as number) + pull) / n;
    }
    return (lost + penaltyOf(parameters, k * width, l2)) / n;
  };
}
