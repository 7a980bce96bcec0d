/** Reverse-mode differentiation over the ONNX graph builder. */
export {
  abs,
  add,
  clip,
  div,
  exp,
  gelu,
  greater,
  log,
  mul,
  neg,
  relu,
  sigmoid,
  sign,
  silu,
  softplus,
  sqrt,
  square,
  sub,
  tanh,
  where,
} from './elementwise.ts';
export { gradient } from './gradient.ts';
export { absoluteLoss, crossEntropy, huberLoss, logisticLoss, poissonLoss, squaredLoss } from './losses.ts';
export { dense, matmul } from './matrices.ts';
export { batchNorm, logSoftmax, softmax } from './normalisation.ts';
export {
  broadcastTo,
  concat,
  gather,
  pad,
  reshape,
  scatterAdd,
  slice,
  split,
  sum,
  sumTo,
  transpose,
} from './shaping.ts';
export { type Indices, Tape, type Tensor } from './tape.ts';
