import type { DesignMatrix } from './design-matrix.ts';

/**
 * A linear objective over parameters laid out class by class: the weights of score 0, …, of score k − 1, then the k
 * intercepts. Value and gradient are those of (Σ loss + ½·l2·|weights|²) / n; intercepts are free.
 */
export type LinearObjective = {
  k: number;
  /** Mean loss part: turns scores [n, k] into loss derivatives in place, gives the summed loss. */
  lossAndResiduals(scores: Float64Array): number;
};

/** Logistic loss of class 1 against class 0. */
export function logisticLoss(y: Float64Array): LinearObjective {
  return {
    k: 1,
    lossAndResiduals(scores) {
      let loss = 0;
      for (let i = 0; i < y.length; i++) {
        const z = scores[i] as number;
        const e = Math.exp(-Math.abs(z));
        loss += Math.max(z, 0) + Math.log1p(e) - (y[i] as number) * z;
        scores[i] = (z >= 0 ? 1 : e) / (1 + e) - (y[i] as number);
      }
      return loss;
    },
  };
}

/** Softmax cross-entropy over `classes`. */
export function softmaxLoss(y: Float64Array, classes: number): LinearObjective {
  return {
    k: classes,
    lossAndResiduals(scores) {
      let loss = 0;
      for (let i = 0; i < y.length; i++) {
        const at = i * classes;
        let max = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < classes; c++) max = Math.max(max, scores[at + c] as number);
        const truth = at + (y[i] as number);
        loss += max - (scores[truth] as number);
        let total = 0;
        for (let c = 0; c < classes; c++) {
          const e = Math.exp((scores[at + c] as number) - max);
          scores[at + c] = e;
          total += e;
        }
        loss += Math.log(total);
        for (let c = 0; c < classes; c++) scores[at + c] = (scores[at + c] as number) / total;
        scores[truth] = (scores[truth] as number) - 1;
      }
      return loss;
    },
  };
}

/** Half the squared error. */
export function squaredLoss(y: Float64Array): LinearObjective {
  return {
    k: 1,
    lossAndResiduals(scores) {
      let loss = 0;
      for (let i = 0; i < y.length; i++) {
        const error = (scores[i] as number) - (y[i] as number);
        loss += (error * error) / 2;
        scores[i] = error;
      }
      return loss;
    },
  };
}

/** Scores [n, k] of parameters. */
export function scoresOf(matrix: DesignMatrix, parameters: Float64Array, k: number, out: Float64Array): void {
  const { width } = matrix;
  for (let c = 0; c < k; c++) {
    const weights = parameters.subarray(c * width, (c + 1) * width);
    matrix.times(weights, parameters[k * width + c] as number, out, k, c);
  }
}

/** ½·l2·|weights|² over the first `count` parameters. */
export function penaltyOf(parameters: Float64Array, count: number, l2: number): number {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += (parameters[j] as number) ** 2;
  return (l2 / 2) * sum;
}

/** The penalised mean loss and its gradient, for the minimiser. Each call is two passes over the matrix. */
export function penalised(matrix: DesignMatrix, loss: LinearObjective, l2: number) {
  const { n, width } = matrix;
  const { k } = loss;
  const scores = new Float64Array(n * k);
  return (parameters: Float64Array, gradient: Float64Array): number => {
    scoresOf(matrix, parameters, k, scores);
    const value = loss.lossAndResiduals(scores) + penaltyOf(parameters, k * width, l2);
    for (let c = 0; c < k; c++) {
      const part = gradient.subarray(c * width, (c + 1) * width).fill(0);
      gradient[k * width + c] = matrix.addTransposed(scores, k, c, part) / n;
    }
    for (let j = 0; j < k * width; j++) {
      gradient[j] = ((gradient[j] as number) + l2 * (parameters[j] as number)) / n;
    }
    return value / n;
  };
}
