import type { Value } from '../../../onnx/index.ts';
import { fusedTail } from './elementwise.ts';
import { refuseChannelsFirst } from './matrices.ts';
import { made, type Op, type OpConverter, UnsupportedNode } from './op.ts';

type Attributes = Readonly<Record<string, string | readonly number[]>>;

/** Of the four sizes that TensorFlow says, those of the two places. */
function places(op: Op, name: string): [number, number] {
  const [, height = 1, width = 1] = op.numbers(name);
  return [height, width];
}

function padding(op: Op, kernel: readonly number[], dilations: readonly number[]): Attributes {
  const way = op.text('padding', 'VALID').toUpperCase();
  if (way === 'VALID') return { auto_pad: 'VALID' };
  if (way === 'EXPLICIT') {
    const [, , top = 0, bottom = 0, left = 0, right = 0] = op.numbers('explicit_paddings');
    return { pads: [top, left, bottom, right] };
  }
  if (way !== 'SAME') throw new UnsupportedNode(`the padding ${way}`);
  if (dilations.every((d) => d === 1)) return { auto_pad: 'SAME_UPPER' };
  if (places(op, 'strides').some((stride) => stride !== 1))
    throw new UnsupportedNode('strides of a dilated kernel that is padded');
  // ONNX Runtime pads dilated kernels by numbers only.
  const total = kernel.map((size, i) => (size - 1) * (dilations[i] ?? 1));
  const before = total.map((size) => Math.floor(size / 2));
  return { pads: [...before, ...total.map((size, i) => size - (before[i] ?? 0))] };
}

/** Channels come last in TensorFlow and second in ONNX: they are moved there and back. */
function channelsSecond({ g }: Op, x: Value, work: (x: Value) => Value): Value {
  const moved = g.node('Transpose', [x], { perm: [0, 3, 1, 2] });
  return g.node('Transpose', [work(moved)], { perm: [0, 2, 3, 1] });
}

function convolution(op: Op, isDepthwise: boolean): Value {
  refuseChannelsFirst(op);
  const { g } = op;
  const { value, known } = op.at(1);
  const [height, width, channels, times] = known?.dims ?? [];
  if (height === undefined || width === undefined || channels === undefined || times === undefined)
    throw new UnsupportedNode('a kernel that is computed while it runs');
  const dilations = places(op, 'dilations');
  const attributes = {
    ...padding(op, [height, width], dilations),
    strides: places(op, 'strides'),
    dilations,
    group: isDepthwise ? channels : 1,
  };
  const kernel = isDepthwise
    ? g.node('Reshape', [value, op.shape([height, width, 1, channels * times])])
    : value;
  const turned = g.node('Transpose', [kernel], { perm: [3, 2, 0, 1] });
  return channelsSecond(op, op.at(0).value, (x) => g.node('Conv', [x, turned], attributes));
}

const pooling =
  (opType: 'MaxPool' | 'AveragePool'): OpConverter =>
  (op) => {
    refuseChannelsFirst(op);
    const [depth = 1, , , channels = 1] = op.numbers('ksize');
    if (depth !== 1 || channels !== 1) throw new UnsupportedNode('windows over rows or channels');
    const window = places(op, 'ksize');
    const attributes = {
      ...padding(op, window, [1, 1]),
      kernel_shape: window,
      strides: places(op, 'strides'),
    };
    const value = channelsSecond(op, op.at(0).value, (x) => op.g.node(opType, [x], attributes));
    return made(value, 'float32');
  };

export const convolutionOps: Readonly<Record<string, OpConverter>> = {
  Conv2D: (op) => made(convolution(op, false), 'float32'),
  _FusedConv2D: (op) => made(fusedTail(op, convolution(op, false)), 'float32'),
  DepthwiseConv2dNative: (op) => made(convolution(op, true), 'float32'),
  FusedDepthwiseConv2dNative: (op) => made(fusedTail(op, convolution(op, true)), 'float32'),
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
};
