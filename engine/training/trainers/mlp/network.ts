import type { GraphBuilder, Value } from '../../../onnx/index.ts';
import type { SeededRandom } from '../../../statistics/index.ts';

/** A dense layer's place in the flat parameter vector: weights [inputs, outputs] row-major, then the biases. */
type Layer = { inputs: number; outputs: number; weightsAt: number; biasesAt: number };

/** A multi-layer perceptron: ReLU after every layer but the last. */
export type Network = { layers: Layer[]; parameters: number };

/** Lays out a network of the given widths: features, hidden layers, scores. */
export function networkOf(widths: readonly number[]): Network {
  const layers: Layer[] = [];
  let at = 0;
  for (let l = 1; l < widths.length; l++) {
    const inputs = widths[l - 1] as number;
    const outputs = widths[l] as number;
    layers.push({ inputs, outputs, weightsAt: at, biasesAt: at + inputs * outputs });
    at += inputs * outputs + outputs;
  }
  return { layers, parameters: at };
}

/** Weights drawn from N(0, 2/inputs) before a ReLU (He et al. 2015) and N(0, 1/inputs) before the scores; biases 0. */
export function initialParameters({ layers, parameters }: Network, random: SeededRandom): Float32Array {
  const flat = new Float32Array(parameters);
  layers.forEach((layer, l) => {
    const gain = l === layers.length - 1 ? 1 : 2;
    const spread = Math.sqrt(gain / layer.inputs);
    for (let i = layer.weightsAt; i < layer.biasesAt; i++) flat[i] = random.normal() * spread;
  });
  return flat;
}

/** 1 at the weights, 0 at the biases: what weight decay touches. */
export function weightMask({ layers, parameters }: Network): Float32Array {
  const mask = new Float32Array(parameters);
  for (const { weightsAt, biasesAt } of layers) mask.fill(1, weightsAt, biasesAt);
  return mask;
}

export type LayerValues = { weights: Value; biases: Value };

/** The layers as constants, for the finished model. */
export function constantLayers(graph: GraphBuilder, network: Network, flat: Float32Array): LayerValues[] {
  return network.layers.map(({ inputs, outputs, weightsAt, biasesAt }) => ({
    weights: graph.constant(flat.slice(weightsAt, biasesAt), [inputs, outputs]),
    biases: graph.constant(flat.slice(biasesAt, biasesAt + outputs)),
  }));
}

/** The layers cut out of a flat vector inside the graph, for training. */
export function splitLayers(graph: GraphBuilder, network: Network, flat: Value): LayerValues[] {
  const sizes = network.layers.flatMap(({ inputs, outputs }) => [inputs * outputs, outputs]);
  const lengths = graph.constant(BigInt64Array.from(sizes, BigInt));
  const parts = graph.nodes('Split', [flat, lengths], sizes.length, { axis: 0 });
  return network.layers.map(({ inputs, outputs }, l) => {
    const shape = graph.constant(BigInt64Array.of(BigInt(inputs), BigInt(outputs)));
    return {
      weights: graph.node('Reshape', [parts[2 * l] as Value, shape]),
      biases: parts[2 * l + 1] as Value,
    };
  });
}

/** Adds the forward pass. `activations` holds the input of every layer, the features first. */
export function addForward(graph: GraphBuilder, layers: readonly LayerValues[], features: Value) {
  const activations = [features];
  let scores = features;
  layers.forEach(({ weights, biases }, l) => {
    scores = graph.node('Gemm', [scores, weights, biases]);
    if (l < layers.length - 1) {
      scores = graph.node('Relu', [scores]);
      activations.push(scores);
    }
  });
  return { scores, activations };
}

/** The forward pass in plain code, sums in double: scores [n, outputs]. */
export function forward(network: Network, flat: Float32Array, x: Float32Array, n: number): Float64Array {
  let input: Float32Array | Float64Array = x;
  let output = new Float64Array(0);
  network.layers.forEach(({ inputs, outputs, weightsAt, biasesAt }, l) => {
    const isLast = l === network.layers.length - 1;
    output = new Float64Array(n * outputs);
    for (let i = 0; i < n; i++) {
      for (let o = 0; o < outputs; o++) {
        let sum = flat[biasesAt + o] as number;
        for (let j = 0; j < inputs; j++) {
          sum += (input[i * inputs + j] as number) * (flat[weightsAt + j * outputs + o] as number);
        }
        output[i * outputs + o] = isLast ? sum : Math.max(0, sum);
      }
    }
    input = output;
  });
  return output;
}
