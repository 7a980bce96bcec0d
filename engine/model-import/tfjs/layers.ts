import { float, type GraphBuilder, type Value } from '../../onnx/index.ts';
import { activationOf } from './activations.ts';
import { type Flow, type LayerContext, type LayerConverter, UnsupportedLayer } from './layer.ts';
import { convolution, globalPooling, pooling } from './spatial-layers.ts';
import type { Layer } from './topology.ts';

const same: LayerConverter = ({ inputs: [x] }) => x;
const vector = (g: GraphBuilder, values: Float32Array): Value => g.constant(values);
const axes = (values: readonly number[]): BigInt64Array => BigInt64Array.from(values, BigInt);

const numberOf = ({ config }: Layer, key: string, otherwise: number): number =>
  typeof config[key] === 'number' ? config[key] : otherwise;

function activated({ g, layer }: LayerContext, x: Value): Value {
  const activation = activationOf(layer.config.activation);
  if (activation === null)
    throw new UnsupportedLayer(`the activation ${JSON.stringify(layer.config.activation)}`);
  return activation(g, x);
}

const dense: LayerConverter = (context) => {
  const { g, layer, inputs, weight, constant } = context;
  const [{ value, rank }] = inputs;
  const product = g.node('MatMul', [value, constant(weight('kernel'))]);
  const sum = layer.config.use_bias === false ? product : g.node('Add', [product, constant(weight('bias'))]);
  return { value: activated(context, sum), rank };
};

const batchNormalization: LayerConverter = ({ g, layer, inputs: [{ value, rank }], weight }) => {
  const axis = lastAxis(layer, rank);
  if (axis !== rank - 1) throw new UnsupportedLayer('an axis that is not the last one');
  const mean = weight('moving_mean').values;
  const variance = weight('moving_variance').values;
  const gamma = layer.config.scale === false ? null : weight('gamma').values;
  const beta = layer.config.center === false ? null : weight('beta').values;
  const epsilon = numberOf(layer, 'epsilon', 1e-3);
  const factor = Float32Array.from(
    mean,
    (_, i) => (gamma?.[i] ?? 1) / Math.sqrt((variance[i] ?? 1) + epsilon),
  );
  const offset = Float32Array.from(mean, (m, i) => (beta?.[i] ?? 0) - m * (factor[i] ?? 0));
  const scaled = g.node('Mul', [value, vector(g, factor)]);
  return { value: g.node('Add', [scaled, vector(g, offset)]), rank };
};

const layerNormalization: LayerConverter = ({ g, layer, inputs: [{ value, rank }], weight, constant }) => {
  if (lastAxis(layer, rank) !== rank - 1) throw new UnsupportedLayer('an axis that is not the last one');
  const { dims } = weight(layer.config.scale === false ? 'beta' : 'gamma');
  const ones = {
    dims,
    values: new Float32Array(dims.reduce((n, d) => n * d, 1)).fill(1),
    type: 'float32' as const,
  };
  const gamma = layer.config.scale === false ? ones : weight('gamma');
  const parts = [
    value,
    constant(gamma),
    ...(layer.config.center === false ? [] : [constant(weight('beta'))]),
  ];
  const epsilon = float(numberOf(layer, 'epsilon', 1e-3));
  return { value: g.node('LayerNormalization', parts, { axis: -1, epsilon }), rank };
};

function lastAxis({ config }: Layer, rank: number): number {
  const axis = Array.isArray(config.axis) && config.axis.length === 1 ? config.axis[0] : config.axis;
  const at = typeof axis === 'number' ? axis : -1;
  return at < 0 ? at + rank : at;
}

const embedding: LayerConverter = ({ g, layer, inputs: [{ value, rank }], weight, constant }) => {
  if (layer.config.mask_zero === true) throw new UnsupportedLayer('masks (mask_zero)');
  const codes = g.node('Cast', [value], { to: 7 });
  return { value: g.node('Gather', [constant(weight('embeddings')), codes]), rank: rank + 1 };
};

const flatten: LayerConverter = ({ g, inputs: [{ value }] }) => ({
  value: g.node('Flatten', [value], { axis: 1 }),
  rank: 2,
});

const reshape: LayerConverter = ({ g, layer, inputs: [{ value }] }) => {
  const shape = sizesOf(layer, 'target_shape');
  return {
    value: g.node('Reshape', [value, g.constant(axes([0, ...shape]))], { allowzero: 0 }),
    rank: shape.length + 1,
  };
};

const permute: LayerConverter = ({ g, layer, inputs: [{ value, rank }] }) => ({
  value: g.node('Transpose', [value], { perm: [0, ...sizesOf(layer, 'dims')] }),
  rank,
});

function sizesOf({ config }: Layer, key: string): number[] {
  const sizes = config[key];
  if (Array.isArray(sizes) && sizes.every((size): size is number => typeof size === 'number')) return sizes;
  throw new UnsupportedLayer(`an open ${key}`);
}

const merged =
  (opType: string): LayerConverter =>
  ({ g, inputs }) => ({
    value: inputs.slice(1).reduce((sum, { value }) => g.node(opType, [sum, value]), inputs[0].value),
    rank: Math.max(...inputs.map(({ rank }) => rank)),
  });

const mean: LayerConverter = ({ g, inputs }) => ({
  value: g.node(
    'Mean',
    inputs.map(({ value }) => value),
  ),
  rank: inputs[0].rank,
});

const concatenate: LayerConverter = ({ g, layer, inputs }) => ({
  value: g.node(
    'Concat',
    inputs.map(({ value }) => value),
    { axis: lastAxis(layer, inputs[0].rank) },
  ),
  rank: inputs[0].rank,
});

const leaky: LayerConverter = ({ g, layer, inputs: [{ value, rank }] }) => ({
  value: g.node('LeakyRelu', [value], { alpha: float(numberOf(layer, 'alpha', 0.3)) }),
  rank,
});

const relu: LayerConverter = ({ g, layer, inputs: [{ value, rank }] }) => {
  const most = layer.config.max_value ?? layer.config.maxValue;
  if (numberOf(layer, 'negative_slope', 0) !== 0 || numberOf(layer, 'threshold', 0) !== 0)
    throw new UnsupportedLayer('a slope or threshold of its own');
  const positive = g.node('Relu', [value]);
  if (typeof most !== 'number') return { value: positive, rank };
  return { value: g.node('Min', [positive, g.constant(Float32Array.of(most), [])]), rank };
};

const elu: LayerConverter = ({ g, layer, inputs: [{ value, rank }] }) => ({
  value: g.node('Elu', [value], { alpha: float(numberOf(layer, 'alpha', 1)) }),
  rank,
});

const prelu: LayerConverter = ({ g, inputs: [{ value, rank }], weight, constant }) => ({
  value: g.node('PRelu', [value, constant(weight('alpha'))]),
  rank,
});

const softmax: LayerConverter = ({ g, layer, inputs: [{ value, rank }] }) => ({
  value: g.node('Softmax', [value], { axis: lastAxis(layer, rank) }),
  rank,
});

/** Layers of Keras by name; those that act in training only pass everything on. */
export const layerConverters: Readonly<Record<string, LayerConverter>> = {
  Dense: dense,
  Activation: (context) => ({
    value: activated(context, context.inputs[0].value),
    rank: context.inputs[0].rank,
  }),
  Dropout: same,
  SpatialDropout1D: same,
  AlphaDropout: same,
  GaussianDropout: same,
  GaussianNoise: same,
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  Embedding: embedding,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  Add: merged('Add'),
  Subtract: merged('Sub'),
  Multiply: merged('Mul'),
  Maximum: merged('Max'),
  Minimum: merged('Min'),
  Average: mean,
  Concatenate: concatenate,
  LeakyReLU: leaky,
  ReLU: relu,
  ELU: elu,
  PReLU: prelu,
  Softmax: softmax,
  Conv1D: (context) => withActivation(context, convolution(context, 1)),
  Conv2D: (context) => withActivation(context, convolution(context, 2)),
  MaxPooling1D: (context) => pooling(context, 1, 'MaxPool'),
  MaxPooling2D: (context) => pooling(context, 2, 'MaxPool'),
  AveragePooling1D: (context) => pooling(context, 1, 'AveragePool'),
  AveragePooling2D: (context) => pooling(context, 2, 'AveragePool'),
  GlobalMaxPooling1D: (context) => globalPooling(context, 'ReduceMax'),
  GlobalMaxPooling2D: (context) => globalPooling(context, 'ReduceMax'),
  GlobalAveragePooling1D: (context) => globalPooling(context, 'ReduceMean'),
  GlobalAveragePooling2D: (context) => globalPooling(context, 'ReduceMean'),
};

function withActivation(context: LayerContext, { value, rank }: Flow): Flow {
  return { value: activated(context, value), rank };
}
