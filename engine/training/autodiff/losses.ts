import type { Value } from '../../onnx/index.ts';
import { clip, exp, mul, sigmoid, sign, sub } from './elementwise.ts';
import { softmax } from './normalisation.ts';
import { reshape, sum } from './shaping.ts';
import type { Tensor } from './tape.ts';

/** A loss an element of `scores`; `slope` is its derivative, written by hand where that is safer or shorter. */
function elementLoss(scores: Tensor, targets: Tensor, value: Value, slope: () => Tensor): Tensor {
  return scores.tape.record([scores, targets], value, scores.shape, (g) => [() => mul(g, slope()), null]);
}

/** log(1 + exp(z)) − y·z: the log loss of the logit z, with y between 0 and 1. */
export function logisticLoss(scores: Tensor, targets: Tensor): Tensor {
  const { graph } = scores.tape;
  const product = graph.node('Mul', [targets.value, scores.value]);
  const value = graph.node('Sub', [graph.node('Softplus', [scores.value]), product]);
  return elementLoss(scores, targets, value, () => sub(sigmoid(scores), targets));
}

/** −Σ y·log softmax(z), one a row: the log loss of the scores z [rows, classes]. Each row of targets sums to 1. */
export function crossEntropy(scores: Tensor, targets: Tensor): Tensor {
  const { graph } = scores.tape;
  const rows = scores.shape[0] as number;
  const logs = scores.tape.tensor(graph.node('LogSoftmax', [scores.value], { axis: 1 }), scores.shape);
  const value = graph.node('Neg', [sum(mul(logs, targets), [1]).value]);
  return scores.tape.record([scores, targets], value, [rows], (g) => [
    () => mul(reshape(g, [rows, 1]), sub(softmax(scores), targets)),
    null,
  ]);
}

/** ½(z − y)². */
export function squaredLoss(scores: Tensor, targets: Tensor): Tensor {
  const error = sub(scores, targets);
  return mul(mul(error, error), scores.tape.number(0.5));
}

/** |z − y|. */
export function absoluteLoss(scores: Tensor, targets: Tensor): Tensor {
  const error = sub(scores, targets);
  const value = scores.tape.graph.node('Abs', [error.value]);
  return elementLoss(scores, targets, value, () => sign(error));
}

/** ½e² up to |e| = `delta`, straight beyond (Huber 1964). */
export function huberLoss(scores: Tensor, targets: Tensor, delta: number): Tensor {
  const error = sub(scores, targets);
  const bounded = clip(error, -delta, delta);
  const half = mul(bounded, scores.tape.number(0.5));
  return elementLoss(scores, targets, mul(bounded, sub(error, half)).value, () => bounded);
}

/** exp(z) − y·z: the negative Poisson log likelihood of a log rate z, up to what does not depend on z. */
export function poissonLoss(scores: Tensor, targets: Tensor): Tensor {
  const rate = exp(scores);
  return elementLoss(scores, targets, sub(rate, mul(targets, scores)).value, () => sub(rate, targets));
}
