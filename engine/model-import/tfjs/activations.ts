import { float, type GraphBuilder, type Value } from '../../onnx/index.ts';

const scalar = (g: GraphBuilder, value: number): Value => g.constant(Float32Array.of(value), []);

/** Activations of Keras as TensorFlow.js computes them. */
const activations: Readonly<Record<string, (g: GraphBuilder, x: Value) => Value>> = {
  linear: (_, x) => x,
  relu: (g, x) => g.node('Relu', [x]),
  relu6: (g, x) => g.node('Clip', [x, scalar(g, 0), scalar(g, 6)]),
  sigmoid: (g, x) => g.node('Sigmoid', [x]),
  tanh: (g, x) => g.node('Tanh', [x]),
  softmax: (g, x) => g.node('Softmax', [x], { axis: -1 }),
  logsoftmax: (g, x) => g.node('LogSoftmax', [x], { axis: -1 }),
  elu: (g, x) => g.node('Elu', [x]),
  selu: (g, x) => g.node('Selu', [x]),
  softplus: (g, x) => g.node('Softplus', [x]),
  softsign: (g, x) => g.node('Softsign', [x]),
  hardsigmoid: (g, x) => g.node('HardSigmoid', [x], { alpha: float(0.2), beta: float(0.5) }),
  swish: (g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])]),
  silu: (g, x) => g.node('Mul', [x, g.node('Sigmoid', [x])]),
  mish: (g, x) => g.node('Mul', [x, g.node('Tanh', [g.node('Softplus', [x])])]),
  gelu: (g, x) => {
    const share = g.node('Add', [g.node('Erf', [g.node('Mul', [x, scalar(g, Math.SQRT1_2)])]), scalar(g, 1)]);
    return g.node('Mul', [g.node('Mul', [x, scalar(g, 0.5)]), share]);
  },
};

/** Python writes hard_sigmoid, TensorFlow.js hardSigmoid. */
const keyOf = (name: string): string => name.toLowerCase().replaceAll('_', '');

/** The activation of a layer; null for one that is not known. None at all is the identity. */
export function activationOf(name: unknown): ((g: GraphBuilder, x: Value) => Value) | null {
  if (name === undefined || name === null) return (_, x) => x;
  return typeof name === 'string' ? (activations[keyOf(name)] ?? null) : null;
}
