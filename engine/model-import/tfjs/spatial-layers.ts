import type { Value } from '../../onnx/index.ts';
import { type Flow, type LayerContext, UnsupportedLayer } from './layer.ts';

/** Layers over places: channels come last in TensorFlow.js and second in ONNX, so they are moved there and back. */

function sizes({ layer }: LayerContext, key: string, count: number, otherwise: number): number[] {
  const given = layer.config[key] ?? otherwise;
  const list = Array.isArray(given) ? given : Array.from({ length: count }, () => given);
  const whole = list.filter((size): size is number => typeof size === 'number');
  if (whole.length !== count) throw new UnsupportedLayer(`its ${key}`);
  return whole;
}

function padding({ layer }: LayerContext): string {
  const given = layer.config.padding ?? 'valid';
  if (given === 'same') return 'SAME_UPPER';
  if (given === 'valid') return 'VALID';
  throw new UnsupportedLayer(`the padding ${JSON.stringify(given)}`);
}

function refuseChannelsFirst({ layer }: LayerContext): void {
  const format = layer.config.data_format ?? layer.config.dataFormat;
  if (format === 'channels_first' || format === 'channelsFirst')
    throw new UnsupportedLayer('channels that come first');
}

/** [0, last, 1, 2 …] and its reverse. */
const toSecond = (rank: number): number[] => [
  0,
  rank - 1,
  ...Array.from({ length: rank - 2 }, (_, i) => i + 1),
];
const toLast = (rank: number): number[] => [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];

function channelsSecond(context: LayerContext, work: (x: Value) => Value): Flow {
  refuseChannelsFirst(context);
  const { g, inputs } = context;
  const [{ value, rank }] = inputs;
  const moved = g.node('Transpose', [value], { perm: toSecond(rank) });
  return { value: g.node('Transpose', [work(moved)], { perm: toLast(rank) }), rank };
}

export function convolution(context: LayerContext, places: 1 | 2): Flow {
  const { g, layer, weight, constant } = context;
  const kernel = constant(weight('kernel'));
  // [places …, in, out] → [out, in, places …]
  const rank = places + 2;
  const perm = [rank - 1, rank - 2, ...Array.from({ length: places }, (_, i) => i)];
  const turned = g.node('Transpose', [kernel], { perm });
  const bias = layer.config.use_bias === false ? [] : [constant(weight('bias'))];
  const attributes = {
    auto_pad: padding(context),
    strides: sizes(context, 'strides', places, 1),
    dilations: sizes(context, 'dilation_rate', places, 1),
  };
  return channelsSecond(context, (x) => g.node('Conv', [x, turned, ...bias], attributes));
}

export function pooling(context: LayerContext, places: 1 | 2, opType: 'MaxPool' | 'AveragePool'): Flow {
  const window = sizes(context, 'pool_size', places, 2);
  const given = context.layer.config.strides ?? null;
  const strides = given === null ? window : sizes(context, 'strides', places, 1);
  const attributes = { auto_pad: padding(context), kernel_shape: window, strides };
  return channelsSecond(context, (x) => context.g.node(opType, [x], attributes));
}

export function globalPooling(context: LayerContext, opType: 'ReduceMax' | 'ReduceMean'): Flow {
  refuseChannelsFirst(context);
  const { g, inputs } = context;
  const [{ value, rank }] = inputs;
  const axes = Array.from({ length: rank - 2 }, (_, i) => i + 1);
  return { value: g.node(opType, [value], { axes, keepdims: 0 }), rank: 2 };
}
