import { classCounts, logLossOfScores, meanOf } from '../losses.ts';
import { decay } from './decay.ts';
import type { Objective, Targets } from './objective.ts';

/** Log loss of `k` raw scores a row: one logit for two classes, one score a class beyond. */
export function classObjective(rows: Targets, classes: number, k: number): Objective {
  return {
    ...(k === 1 ? logistic(rows) : softmax(rows, classes)),
    scale: 1,
    metric: 'log_loss',
    answer: 'probabilities',
    leafQuantile: null,
    loss: (scores, { y, n, weights }) => logLossOfScores(scores, y, n, k, weights),
  };
}

type Derivatives = Pick<Objective, 'k' | 'start' | 'derivatives'>;

function logistic({ y, n, weights }: Targets): Derivatives {
  // A class without rows would start at infinity.
  const least = 0.5 / n;
  const share = Math.min(Math.max(meanOf(y, weights), least), 1 - least);
  return {
    k: 1,
    start: Float64Array.of(Math.log(share / (1 - share))),
    derivatives(scores, [gradients], [hessians]) {
      const logs = logarithms();
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const z = scores[i] as number;
        const truth = y[i] as number;
        const weight = weights === null ? 1 : (weights[i] as number);
        const e = decay(Math.abs(z));
        const p = z >= 0 ? 1 / (1 + e) : e / (1 + e);
        sum += weight * (Math.max(z, 0) - truth * z);
        logs.add(1 + e, weight);
        (gradients as Float32Array)[i] = weight * (p - truth);
        (hessians as Float32Array)[i] = weight * p * (1 - p);
      }
      return (sum + logs.sum()) / n;
    },
  };
}

function softmax({ y, n, weights }: Targets, classes: number): Derivatives {
  const counts = classCounts(y, classes, weights);
  const p = new Float64Array(classes);
  // Of the k scores one is redundant, so the diagonal hessian is enlarged by k/(k−1) (Friedman 2001).
  const factor = classes / (classes - 1);
  return {
    k: classes,
    start: counts.map((count) => Math.log(Math.max(count, 0.5) / n)),
    derivatives(scores, gradients, hessians) {
      const logs = logarithms();
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const at = i * classes;
        const weight = weights === null ? 1 : (weights[i] as number);
        let max = Number.NEGATIVE_INFINITY;
        for (let c = 0; c < classes; c++) max = Math.max(max, scores[at + c] as number);
        let total = 0;
        for (let c = 0; c < classes; c++) {
          p[c] = decay(max - (scores[at + c] as number));
          total += p[c] as number;
        }
        const truth = y[i] as number;
        sum += weight * (max - (scores[at + truth] as number));
        logs.add(total, weight);
        for (let c = 0; c < classes; c++) {
          const share = (p[c] as number) / total;
          (gradients[c] as Float32Array)[i] = weight * (share - (c === truth ? 1 : 0));
          (hessians[c] as Float32Array)[i] = weight * factor * share * (1 - share);
        }
      }
      return (sum + logs.sum()) / n;
    },
  };
}

/** Sums weighted logarithms of numbers of 1 to 256. Of a product one logarithm is enough, and they are most of a round's cost. */
function logarithms() {
  let product = 1;
  let total = 0;
  return {
    add(value: number, weight: number): void {
      if (weight !== 1) {
        total += weight * Math.log(value);
        return;
      }
      product *= value;
      if (product < 1e300) return;
      total += Math.log(product);
      product = 1;
    },
    sum: () => total + Math.log(product),
  };
}
