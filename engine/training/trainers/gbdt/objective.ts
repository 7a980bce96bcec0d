import { classCounts, meanOf, scoreWidth, spreadOf } from '../losses.ts';
import type { Task } from '../trainer.ts';

/** What the trees fit: where raw scores start, and their first and second derivatives. */
export type Objective = {
  /** Raw scores a row: trees grown a round. */
  k: number;
  /** Raw score of a row before the first tree, one a target. */
  start: Float64Array;
  /** Leaf values are found on targets of spread 1 and multiplied by this. */
  scale: number;
  metric: 'log_loss' | 'rmse';
  /**
   * Writes gradients and hessians [k, n] at the scores [n, k]; gives the metric there. O(n·k).
   */
  derivatives(scores: Float64Array, gradients: Float32Array[], hessians: Float32Array[]): number;
};

/** Log loss for classes (logistic for two, softmax beyond), squared error for numbers. */
export function objectiveOf(task: Task, y: Float64Array, classes: number): Objective {
  if (task === 'regression') return squaredError(y);
  return scoreWidth(classes) === 1 ? logistic(y) : softmax(y, classes);
}

function squaredError(y: Float64Array): Objective {
  const mean = meanOf(y);
  const scale = spreadOf(y, mean);
  return {
    k: 1,
    start: Float64Array.of(mean),
    scale,
    metric: 'rmse',
    derivatives(scores, [gradients], [hessians]) {
      let sum = 0;
      for (let i = 0; i < y.length; i++) {
        const error = (scores[i] as number) - (y[i] as number);
        sum += error * error;
        (gradients as Float32Array)[i] = error / scale;
        (hessians as Float32Array)[i] = 1;
      }
      return Math.sqrt(sum / y.length);
    },
  };
}

function logistic(y: Float64Array): Objective {
  const share = meanOf(y);
  return {
    k: 1,
    start: Float64Array.of(Math.log(share / (1 - share))),
    scale: 1,
    metric: 'log_loss',
    derivatives(scores, [gradients], [hessians]) {
      let sum = 0;
      for (let i = 0; i < y.length; i++) {
        const z = scores[i] as number;
        const truth = y[i] as number;
        const e = Math.exp(-Math.abs(z));
        const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
        sum += Math.max(z, 0) + Math.log1p(e) - truth * z;
        (gradients as Float32Array)[i] = p - truth;
        (hessians as Float32Array)[i] = p * (1 - p);
      }
      return sum / y.length;
    },
  };
}

function softmax(y: Float64Array, classes: number): Objective {
  const counts = classCounts(y, classes);
  const start = counts.map((count) => Math.log(Math.max(count, 0.5) / y.length));
  const p = new Float64Array(classes);
  // Of the k scores one is redundant, so the diagonal hessian is enlarged by k/(k−1) (Friedman 2001).
  const factor = classes / (classes - 1);
  return {
    k: classes,
    start,
    scale: 1,
    metric: 'log_loss',
    derivatives(scores, gradients, hessians) {
      let sum = 0;
      for (let i = 0; i < y.length; i++) {
        const at = i * classes;
        let max = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < classes; c++) max = Math.max(max, scores[at + c] as number);
        let total = 0;
        for (let c = 0; c < classes; c++) {
          p[c] = Math.exp((scores[at + c] as number) - max);
          total += p[c] as number;
        }
        const truth = y[i] as number;
        sum += max + Math.log(total) - (scores[at + truth] as number);
        for (let c = 0; c < classes; c++) {
          const share = (p[c] as number) / total;
          (gradients[c] as Float32Array)[i] = share - (c === truth ? 1 : 0);
          (hessians[c] as Float32Array)[i] = factor * share * (1 - share);
        }
      }
      return sum / y.length;
    },
  };
}
