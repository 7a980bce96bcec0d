import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import { activate, addActivation } from './activations.ts';
import { type Architecture, type Layer, mapParts, type Parts, runningSize, slotsOf } from './architecture.ts';

/** Keeps the division by a spread of nearly 0 in bounds. */
export const batchNormEpsilon = 1e-5;

/** A network ready to answer: batch normalisation and the units of the target are part of the weights. */
export type FoldedNetwork = Pick<Architecture, 'numbers' | 'embeddings' | 'activation'> & {
  width: number;
  tables: readonly Float32Array[];
  /** The last gives the scores and has no activation. Weights are [inputs, outputs], row-major. */
  layers: readonly (Layer & { weights: Float32Array; biases: Float32Array })[];
};

/** What a fit holds: `running` are means and variances [units] of every hidden layer in turn, empty without batch normalisation. */
export type TrainedState = { parameters: Float32Array; running: Float32Array };

/** Folds batch normalisation into the layers before it, and brings scores to `scale` · score + `shift`. */
export function foldNetwork(
  architecture: Architecture,
  width: number,
  { parameters, running }: TrainedState,
  { scale, shift }: { scale: number; shift: number },
): FoldedNetwork {
  const values: Parts<Float32Array> = mapParts(slotsOf(architecture).parts, ({ from, shape }) =>
    parameters.slice(from, from + shape.reduce((product, dimension) => product * dimension, 1)),
  );
  let at = 0;
  const hidden = architecture.hidden.map((layer, l) => {
    const { weights, biases, gammas } = values.hidden[l] as Parts<Float32Array>['hidden'][number];
    if (gammas === null) return { ...layer, weights, biases };
    const { outputs } = layer;
    const means = running.subarray(at, at + outputs);
    const variances = running.subarray(at + outputs, at + 2 * outputs);
    at += 2 * outputs;
    const factors = gammas.map((gamma, o) => gamma / Math.sqrt((variances[o] as number) + batchNormEpsilon));
    return {
      ...layer,
      weights: weights.map((weight, i) => weight * (factors[i % outputs] as number)),
      biases: biases.map((bias, o) => bias - (means[o] as number) * (factors[o] as number)),
    };
  });
  const output = {
    ...architecture.output,
    weights: values.output.weights.map((weight) => weight * scale),
    biases: values.output.biases.map((bias) => bias * scale + shift),
  };
  const { numbers, embeddings, activation } = architecture;
  return { numbers, embeddings, activation, width, tables: values.tables, layers: [...hidden, output] };
}

/** Running means 0 and variances 1, until batches tell. */
export function initialRunning(architecture: Architecture): Float32Array {
  const running = new Float32Array(runningSize(architecture));
  let at = 0;
  if (running.length > 0) {
    for (const { outputs } of architecture.hidden) {
      running.fill(1, at + outputs, at + 2 * outputs);
      at += 2 * outputs;
    }
  }
  return running;
}

/** The tensors of a folded network, in the order that `addFolded` takes them. */
export function foldedTensors({ embeddings, tables, layers }: FoldedNetwork) {
  return [
    ...tables.map((data, t) => {
      const { codes, size } = embeddings[t] as Architecture['embeddings'][number];
      return { data, dims: [codes + 1, size] };
    }),
    ...layers.flatMap(({ inputs, outputs, weights, biases }) => [
      { data: weights, dims: [inputs, outputs] },
      { data: biases, dims: [outputs] },
    ]),
  ];
}

/** Adds the network to a graph: scores [N, outputs] of the matrix [N, width]. `tensors` as `foldedTensors` lists them. */
export function addFolded(
  graph: GraphBuilder,
  network: Pick<FoldedNetwork, 'numbers' | 'embeddings' | 'activation' | 'width' | 'layers'>,
  tensors: readonly Value[],
  features: Value,
): Value {
  const { layers, activation, embeddings } = network;
  let value = addInputs(graph, network, tensors, features);
  layers.forEach(({ skips }, l) => {
    const at = embeddings.length + 2 * l;
    const scores = graph.node('Gemm', [value, tensors[at] as Value, tensors[at + 1] as Value]);
    if (l === layers.length - 1) value = scores;
    else {
      const activated = addActivation(graph, activation, scores);
      value = skips ? graph.node('Add', [value, activated]) : activated;
    }
  });
  return value;
}

function addInputs(
  graph: GraphBuilder,
  { numbers, embeddings, width }: Pick<FoldedNetwork, 'numbers' | 'embeddings' | 'width'>,
  tensors: readonly Value[],
  features: Value,
): Value {
  if (numbers.length === width) return features;
  const integers = (values: readonly number[]) => graph.constant(BigInt64Array.from(values, BigInt));
  const blocks = embeddings.map(({ column, codes }, t) => {
    const code = graph.node('Gather', [features, graph.constant(BigInt64Array.of(BigInt(column)), [])], {
      axis: 1,
    });
    const missing = graph.node('IsNaN', [code]);
    const known = graph.node('Where', [missing, graph.constant(Float32Array.of(codes), []), code]);
    return graph.node('Gather', [tensors[t] as Value, graph.node('Cast', [known], { to: 7 })], { axis: 0 });
  });
  if (numbers.length > 0) blocks.unshift(graph.node('Gather', [features, integers(numbers)], { axis: 1 }));
  return graph.node('Concat', blocks, { axis: 1 });
}

/** The network in plain code, sums in double: scores, row-major [n, outputs]. */
export function answerFolded(network: FoldedNetwork, x: Float32Array, n: number): Float64Array {
  const { layers, width } = network;
  const outputs = layers.at(-1)?.outputs ?? 0;
  const scores = new Float64Array(n * outputs);
  const buffers = [new Float64Array(layers[0]?.inputs ?? 0)];
  for (const layer of layers) buffers.push(new Float64Array(layer.outputs));
  const function_ = activate[network.activation];
  for (let i = 0; i < n; i++) {
    readRow(network, x.subarray(i * width, (i + 1) * width), buffers[0] as Float64Array);
    layers.forEach((layer, l) => {
      const input = buffers[l] as Float64Array;
      const output = buffers[l + 1] as Float64Array;
      multiply(layer, input, output);
      if (l === layers.length - 1) return;
      for (let o = 0; o < output.length; o++) {
        output[o] = function_(output[o] as number) + (layer.skips ? (input[o] as number) : 0);
      }
    });
    scores.set(buffers.at(-1) as Float64Array, i * outputs);
  }
  return scores;
}

function readRow(
  { numbers, embeddings, tables }: FoldedNetwork,
  row: Float32Array,
  into: Float64Array,
): void {
  let at = 0;
  for (const column of numbers) into[at++] = row[column] as number;
  embeddings.forEach(({ column, codes, size }, t) => {
    const code = row[column] as number;
    const from = (Number.isNaN(code) ? codes : code) * size;
    const table = tables[t] as Float32Array;
    for (let e = 0; e < size; e++) into[at++] = table[from + e] as number;
  });
}

function multiply(
  { inputs, outputs, weights, biases }: FoldedNetwork['layers'][number],
  input: Float64Array,
  output: Float64Array,
): void {
  output.set(biases);
  for (let j = 0; j < inputs; j++) {
    const value = input[j] as number;
    // One-hot columns and units at rest are mostly 0.
    if (value === 0) continue;
    const at = j * outputs;
    for (let o = 0; o < outputs; o++) {
      output[o] = (output[o] as number) + value * (weights[at + o] as number);
    }
  }
}
