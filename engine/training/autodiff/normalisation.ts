import { add, div, mul, sqrt, square, sub } from './elementwise.ts';
import { sum } from './shaping.ts';
import type { Tensor } from './tape.ts';

/** exp(x) over its sum along the last axis. */
export function softmax(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  const value = x.tape.graph.node('Softmax', [x.value], { axis: last });
  const y: Tensor = x.tape.record([x], value, x.shape, (g) => [
    () => mul(y, sub(g, sum(mul(g, y), [last], true))),
  ]);
  return y;
}

/** The logarithm of `softmax`, safe for any score. */
export function logSoftmax(x: Tensor): Tensor {
  const last = x.shape.length - 1;
  const value = x.tape.graph.node('LogSoftmax', [x.value], { axis: last });
  return x.tape.record([x], value, x.shape, (g) => [() => sub(g, mul(softmax(x), sum(g, [last], true)))]);
}

/**
 * Batch normalisation of `x` [rows, columns] (Ioffe and Szegedy 2015): each column brought to mean 0 and spread 1 over the rows of
 * the batch, then `gamma`·x + `beta`. Also gives the batch's means and population variances [columns] for running statistics;
 * no gradient passes through those.
 */
export function batchNorm(x: Tensor, gamma: Tensor, beta: Tensor, epsilon: number) {
  const { tape } = x;
  const share = tape.number(1 / (x.shape[0] as number));
  const mean = mul(sum(x, [0]), share);
  const centred = sub(x, mean);
  const variance = mul(sum(square(centred), [0]), share);
  const spread = sqrt(add(variance, tape.number(epsilon)));
  const output = add(mul(centred, div(gamma, spread)), beta);
  return { output, mean: mean.value, variance: variance.value };
}
