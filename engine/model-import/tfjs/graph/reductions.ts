import type { Value } from '../../../onnx/index.ts';
import { type Kind, made, type Op, type OpConverter, type Tensor } from './op.ts';

type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

function reduced(op: Op, opType: Reduction, x: Tensor, kind: Kind): Value {
  const axes = op.wholes(1, 'axes');
  const value = op.cast(x, kind);
  // No axes are all of them in ONNX, and none in TensorFlow.
  if (axes.length === 0) return value;
  const keepdims = op.flag('keep_dims') ? 1 : 0;
  // In this opset the axes of sums are an input, and those of the others an attribute.
  return opType === 'ReduceSum'
    ? op.g.node(opType, [value, op.shape(axes)], { keepdims })
    : op.g.node(opType, [value], { axes, keepdims });
}

const reduction =
  (opType: Reduction): OpConverter =>
  (op) => {
    const x = op.at(0);
    const kind = opType === 'ReduceMean' ? 'float32' : x.kind;
    return made(reduced(op, opType, x, kind), kind);
  };

/** Whether all or any are true, as the least or the largest of 0 and 1. */
const judged =
  (opType: 'ReduceMin' | 'ReduceMax'): OpConverter =>
  (op) =>
    made(op.cast(made(reduced(op, opType, op.at(0), 'int64'), 'int64'), 'bool'), 'bool');

const place =
  (opType: 'ArgMax' | 'ArgMin'): OpConverter =>
  (op) => {
    const axis = op.whole(1, 'axes');
    return made(op.g.node(opType, [op.cast(op.at(0), 'float32')], { axis, keepdims: 0 }), 'int64');
  };

export const reductionOps: Readonly<Record<string, OpConverter>> = {
  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: judged('ReduceMin'),
  Any: judged('ReduceMax'),
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
};
