import { classCounts, logLossOfScores, meanOf } from '../losses.ts';
import type { Targets } from '../number-loss.ts';
import { exponential } from './exponential.ts';
import type { Objective } from './objective.ts';

/** Times the largest exponential it still is a number. */
const MOST_PRODUCT = 1e160;

/** Log loss of `k` raw scores a row: one logit for two classes, one score a class beyond. */
export function classObjective(rows: Targets, classes: number, k: number): Objective {
  const { y, n, weights } = rows;
  const loss = (scores: Float64Array, of: Targets): number =>
    logLossOfScores(scores, of.y, of.n, k, of.weights);
  return {
    k,
    start: k === 1 ? startOfTwo(rows) : startOfMany(rows, classes),
    scale: 1,
    metric: 'log_loss',
    answer: 'probabilities',
    leafQuantile: null,
    loss,
    derivatives(scores, gradients, hessians) {
      const sum =
        k === 1
          ? logistic(scores, y, n, gradients[0] as Float32Array, hessians[0] as Float32Array)
          : softmax(scores, y, n, gradients, hessians);
      if (weights === null) return sum / n;
      for (const derivatives of [...gradients, ...hessians]) {
        for (let i = 0; i < n; i++) derivatives[i] = (derivatives[i] as number) * (weights[i] as number);
      }
      return loss(scores, rows);
    },
  };
}

function startOfTwo({ y, n, weights }: Targets): Float64Array {
  // A class without rows would start at infinity.
  const least = 0.5 / n;
  const share = Math.min(Math.max(meanOf(y, weights), least), 1 - least);
  return Float64Array.of(Math.log(share / (1 - share)));
}

function startOfMany({ y, n, weights }: Targets, classes: number): Float64Array {
  return classCounts(y, classes, weights).map((count) => Math.log(Math.max(count, 0.5) / n));
}

/**
 * Writes the derivatives of the log loss of two classes; gives its sum. Its logarithms would be most of the cost: of a product
 * of many one is enough.
 */
function logistic(
  scores: Float64Array,
  y: Float64Array,
  n: number,
  gradients: Float32Array,
  hessians: Float32Array,
): number {
  let sum = 0;
  let product = 1;
  for (let i = 0; i < n; i++) {
    const z = scores[i] as number;
    const truth = y[i] as number;
    const odds = exponential(-z);
    const p = 1 / (1 + odds);
    sum += (1 - truth) * z;
    product *= 1 + odds;
    if (product > MOST_PRODUCT) {
      sum += Math.log(product);
      product = 1;
    }
    gradients[i] = p - truth;
    hessians[i] = p * (1 - p);
  }
  return sum + Math.log(product);
}

/** The same for one score a class. */
function softmax(
  scores: Float64Array,
  y: Float64Array,
  n: number,
  gradients: readonly Float32Array[],
  hessians: readonly Float32Array[],
): number {
  const classes = gradients.length;
  // Of the k scores one is redundant, so the diagonal hessian is enlarged by k/(k−1) (Friedman 2001).
  const factor = classes / (classes - 1);
  const p = new Float64Array(classes);
  let sum = 0;
  let product = 1;
  for (let i = 0; i < n; i++) {
    const at = i * classes;
    let max = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < classes; c++) max = Math.max(max, scores[at + c] as number);
    let total = 0;
    for (let c = 0; c < classes; c++) {
      p[c] = exponential((scores[at + c] as number) - max);
      total += p[c] as number;
    }
    const truth = y[i] as number;
    sum += max - (scores[at + truth] as number);
    product *= total;
    if (product > MOST_PRODUCT) {
      sum += Math.log(product);
      product = 1;
    }
    for (let c = 0; c < classes; c++) {
      const share = (p[c] as number) / total;
      (gradients[c] as Float32Array)[i] = share - (c === truth ? 1 : 0);
      (hessians[c] as Float32Array)[i] = factor * share * (1 - share);
    }
  }
  return sum + Math.log(product);
}
