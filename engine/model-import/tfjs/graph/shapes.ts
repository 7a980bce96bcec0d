import type { Value } from '../../../onnx/index.ts';
import { made, type Op, type OpConverter, UnsupportedNode } from './op.ts';

const reshape: OpConverter = (op) =>
  made(op.g.node('Reshape', [op.at(0).value, op.at(1).value], { allowzero: 0 }), op.at(0).kind);

const squeeze: OpConverter = (op) => {
  const axes = [...op.numbers('squeeze_dims'), ...op.numbers('axis')];
  // A single row would lose its first size.
  if (axes.length === 0) throw new UnsupportedNode('it does not say which sizes it drops');
  return made(op.g.node('Squeeze', [op.at(0).value, op.shape(axes)]), op.at(0).kind);
};

const expand: OpConverter = (op) =>
  made(op.g.node('Unsqueeze', [op.at(0).value, op.shape([op.whole(1, 'axis')])]), op.at(0).kind);

const transpose: OpConverter = (op) =>
  made(op.g.node('Transpose', [op.at(0).value], { perm: op.wholes(1, 'axes') }), op.at(0).kind);

function joined(op: Op, values: readonly Value[], axis: number): Value {
  return op.g.node('Concat', values, { axis });
}

const concatenate: OpConverter = (op) => {
  const values = op.inputs.slice(0, -1).map(({ value }) => value);
  return made(joined(op, values, op.whole(op.inputs.length - 1, 'axis')), op.at(0).kind);
};

const pack: OpConverter = (op) => {
  const axis = op.number('axis', 0);
  const parts = op.inputs.map(({ value }) => op.g.node('Unsqueeze', [value, op.shape([axis])]));
  return made(joined(op, parts, axis), op.at(0).kind);
};

const pad =
  (mode: 'constant' | 'reflect'): OpConverter =>
  (op) => {
    if (mode === 'reflect' && op.text('mode', 'REFLECT').toUpperCase() !== 'REFLECT')
      throw new UnsupportedNode('it repeats what lies at the edge (SYMMETRIC)');
    const sizes = op.wholes(1, 'paddings');
    const pads = [...sizes.filter((_, i) => i % 2 === 0), ...sizes.filter((_, i) => i % 2 === 1)];
    const { value, kind } = op.at(0);
    const filler = op.inputs.length > 2 ? [op.at(2).value] : [];
    return made(op.g.node('Pad', [value, op.shape(pads), ...filler], { mode }), kind);
  };

/** By comparison, since ONNX counts a negative place from the end and TensorFlow leaves it out. */
const oneHot: OpConverter = (op) => {
  if (op.number('axis', -1) !== -1) throw new UnsupportedNode('classes that do not come last');
  const { g } = op;
  const depth = op.whole(1, 'depth');
  const classes = op.shape(Array.from({ length: depth }, (_, i) => i));
  const places = g.node('Unsqueeze', [op.cast(op.at(0), 'int64'), op.shape([-1])]);
  const isIt = g.node('Equal', [places, classes]);
  return made(g.node('Where', [isIt, op.at(2).value, op.at(3).value]), op.at(2).kind);
};

export const shapeOps: Readonly<Record<string, OpConverter>> = {
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: expand,
  Transpose: transpose,
  ConcatV2: concatenate,
  Pack: pack,
  Shape: (op) => made(op.g.node('Shape', [op.at(0).value]), 'int64'),
  Fill: (op) => made(op.g.node('Expand', [op.at(1).value, op.at(0).value]), op.at(1).kind),
  BroadcastTo: (op) => made(op.g.node('Expand', [op.at(0).value, op.at(1).value]), op.at(0).kind),
  Tile: (op) => made(op.g.node('Tile', [op.at(0).value, op.at(1).value]), op.at(0).kind),
  Range: (op) => made(op.g.node('Range', [op.at(0).value, op.at(1).value, op.at(2).value]), op.at(0).kind),
  Pad: pad('constant'),
  PadV2: pad('constant'),
  MirrorPad: pad('reflect'),
  OneHot: oneHot,
};
