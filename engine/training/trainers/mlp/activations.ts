import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import { gelu, relu, silu, Tape, type Tensor, tanh } from '../../autodiff/index.ts';

type Activation = MlpTrainer['activation'];

/** Each activation as the training graph has it. */
export const activations: Record<Activation, (x: Tensor) => Tensor> = { relu, gelu, silu, tanh };

/** The activation in the graph of a finished model, where the number of rows is open. */
export function addActivation(graph: GraphBuilder, activation: Activation, x: Value): Value {
  // The operators go element by element, so the shape does not matter.
  return activations[activation](new Tape(graph).tensor(x, [])).value;
}

/** The same in plain code. */
export const activate: Record<Activation, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  silu: (x) => x / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

/** The error function by its series of positive terms (Abramowitz and Stegun 7.1.6), exact to about 1e-15. */
function erf(x: number): number {
  const square = x * x;
  // Beyond 6 it differs from ±1 by less than a double can tell.
  if (square > 36) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-square) * sum;
}
