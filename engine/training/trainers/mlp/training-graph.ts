import { GraphBuilder, type Value } from '../../../onnx/index.ts';
import type { Task } from '../trainer.ts';
import { addForward, type Network, splitLayers, weightMask } from './network.ts';

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Which loss: logistic for one score of two classes, softmax cross-entropy for more, half the squared error for numbers. */
export type Loss = 'logistic' | 'softmax' | 'squared';

export function lossOf(task: Task, k: number): Loss {
  if (task === 'regression') return 'squared';
  return k === 1 ? 'logistic' : 'softmax';
}

/**
 * Adds the mean loss over a batch and its gradient in the flat parameters (backpropagation).
 * `x` is float [batch, width], `targets` float [batch, k]: 0/1, one-hot rows, or numbers.
 */
export function addLossAndGradient(
  graph: GraphBuilder,
  network: Network,
  parameters: Value,
  x: Value,
  targets: Value,
  loss: Loss,
  batch: number,
): { loss: Value; gradient: Value } {
  const layers = splitLayers(graph, network, parameters);
  const { scores, activations } = addForward(graph, layers, x);
  const share = graph.constant(Float32Array.of(1 / batch));
  const mean = (values: Value) =>
    graph.node('Mul', [graph.node('ReduceSum', [values], { keepdims: 0 }), share]);

  const answers = addLink(graph, scores, loss);
  const error = graph.node('Sub', [answers, targets]);
  const parts: Value[] = [];
  // The derivative of each of the three losses in the scores is answer − target.
  let delta = graph.node('Mul', [error, share]);
  const flat = graph.constant(BigInt64Array.of(-1n));
  for (let l = layers.length - 1; l >= 0; l--) {
    const input = activations[l] as Value;
    const weights = graph.node('Gemm', [input, delta], { transA: 1 });
    const biases = graph.node('ReduceSum', [delta, graph.constant(BigInt64Array.of(0n))], { keepdims: 0 });
    parts.unshift(graph.node('Reshape', [weights, flat]), biases);
    if (l > 0) {
      const back = graph.node('Gemm', [delta, (layers[l] as { weights: Value }).weights], { transB: 1 });
      // The derivative of ReLU is the sign of what it let through.
      delta = graph.node('Mul', [back, graph.node('Sign', [input])]);
    }
  }
  return {
    loss: graph.node('Squeeze', [mean(addLosses(graph, scores, error, targets, loss))]),
    gradient: graph.node('Concat', parts, { axis: 0 }),
  };
}

function addLink(graph: GraphBuilder, scores: Value, loss: Loss): Value {
  if (loss === 'squared') return scores;
  return loss === 'logistic' ? graph.node('Sigmoid', [scores]) : graph.node('Softmax', [scores], { axis: 1 });
}

/** Losses a row (spread over the k scores); their sum is the loss of the batch. */
function addLosses(graph: GraphBuilder, scores: Value, error: Value, targets: Value, loss: Loss): Value {
  if (loss === 'squared') {
    return graph.node('Mul', [graph.node('Mul', [error, error]), graph.constant(Float32Array.of(0.5))]);
  }
  if (loss === 'logistic') {
    return graph.node('Sub', [graph.node('Softplus', [scores]), graph.node('Mul', [targets, scores])]);
  }
  const logs = graph.node('LogSoftmax', [scores], { axis: 1 });
  return graph.node('Neg', [graph.node('Mul', [targets, logs])]);
}

/**
 * Builds the graph that trains: a Loop whose body gathers a batch, runs forward and backward, and steps by Adam
 * (Kingma and Ba 2015) with decoupled weight decay (Loshchilov and Hutter 2019). One run does as many steps as `rates`
 * has entries, so an epoch can be cut anywhere.
 *
 * Inputs: x [rows, width], targets [rows, k], batches int32 [steps, batch] (row numbers), rates [steps] (learning rate
 * with Adam's bias correction), decay [] (learning rate × weight decay), and the state parameters, mean, square.
 * Outputs: the state after the steps, and losses [steps].
 */
export function buildTrainingGraph(network: Network, loss: Loss, k: number, batch: number): Uint8Array {
  const width = network.layers[0]?.inputs ?? 0;
  const size = [network.parameters];
  const graph = new GraphBuilder('train-mlp');
  const x = graph.input('x', 'float32', ['rows', width]);
  const targets = graph.input('targets', 'float32', ['rows', k]);
  const batches = graph.input('batches', 'int32', ['steps', batch]);
  const rates = graph.input('rates', 'float32', ['steps']);
  const decay = graph.input('decay', 'float32', []);
  const state = ['parameters', 'mean', 'square'].map((name) => graph.input(name, 'float32', size));
  const mask = graph.constant(weightMask(network));

  const body = graph.subgraph('step');
  const step = body.input('step', 'int64', []);
  const condition = body.input('condition', 'bool', []);
  const [parameters, mean, square] = ['p', 'm', 's'].map((name) => body.input(name, 'float32', size)) as [
    Value,
    Value,
    Value,
  ];
  const rows = body.node('Gather', [batches, step], { axis: 0 });
  const found = addLossAndGradient(
    body,
    network,
    parameters,
    body.node('Gather', [x, rows], { axis: 0 }),
    body.node('Gather', [targets, rows], { axis: 0 }),
    loss,
    batch,
  );
  const rate = body.node('Gather', [rates, step], { axis: 0 });
  const next = addAdamStep(body, { parameters, mean, square }, found.gradient, rate, decay, mask);
  body.output('', body.node('Identity', [condition]), 'bool', []);
  for (const value of next) body.output('', value, 'float32', size);
  body.output('', found.loss, 'float32', []);

  const steps = graph.node('Squeeze', [graph.node('Shape', [rates])]);
  const go = graph.constant([true], []);
  const outputs = graph.nodes('Loop', [steps, go, ...state], 4, { body });
  ['nextParameters', 'nextMean', 'nextSquare'].forEach((name, i) => {
    graph.output(name, outputs[i] as Value, 'float32', size);
  });
  graph.output('losses', outputs[3] as Value, 'float32', ['steps']);
  return graph.build();
}

function addAdamStep(
  graph: GraphBuilder,
  state: { parameters: Value; mean: Value; square: Value },
  gradient: Value,
  rate: Value,
  decay: Value,
  mask: Value,
): [Value, Value, Value] {
  const number = (value: number) => graph.constant(Float32Array.of(value));
  const blend = (old: Value, beta: number, fresh: Value) =>
    graph.node('Add', [graph.node('Mul', [old, number(beta)]), graph.node('Mul', [fresh, number(1 - beta)])]);
  const mean = blend(state.mean, ADAM.beta1, gradient);
  const square = blend(state.square, ADAM.beta2, graph.node('Mul', [gradient, gradient]));
  const spread = graph.node('Add', [graph.node('Sqrt', [square]), number(ADAM.epsilon)]);
  const change = graph.node('Mul', [rate, graph.node('Div', [mean, spread])]);
  const shrink = graph.node('Mul', [graph.node('Mul', [state.parameters, mask]), decay]);
  const parameters = graph.node('Sub', [graph.node('Sub', [state.parameters, change]), shrink]);
  return [parameters, mean, square];
}

/** Learning rates of steps `from + 1` … `from + count` with Adam's bias correction. */
export function adamRates(learningRate: number, from: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const t = from + i + 1;
    return (learningRate * Math.sqrt(1 - ADAM.beta2 ** t)) / (1 - ADAM.beta1 ** t);
  });
}
