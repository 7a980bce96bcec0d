import type { MlpTrainer } from '../../../../local-api/contract/index.ts';
import type { GraphBuilder, Value } from '../../../onnx/index.ts';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** The flat vectors that the optimiser carries from step to step. `mean` and `square` are sums, not yet divided by 1/(1 − β). */
export type OptimiserState = { parameters: Value; mean: Value; square: Value };

export type StepOptions = Pick<MlpTrainer, 'optimizer' | 'clipNorm' | 'weightDecay'> & {
  /** 1 at parameters that decay, 0 at the others. */
  decays: Value;
};

/**
 * Adds a step of Adam (Kingma and Ba 2015) with weight decay apart from the gradient (Loshchilov and Hutter 2019), or in it for
 * `adam`. `rate` comes of `adamRates`; `decay` is learning rate × weight decay. Sums instead of means save two passes over all
 * parameters: the factors are in the rate.
 */
export function addOptimiserStep(
  graph: GraphBuilder,
  { parameters, mean, square }: OptimiserState,
  found: Value,
  rate: Value,
  decay: Value,
  { optimizer, clipNorm, weightDecay, decays }: StepOptions,
): OptimiserState {
  const number = (value: number) => graph.constant(Float32Array.of(value), []);
  let gradient = clipNorm > 0 ? addClipped(graph, found, clipNorm) : found;
  const decaying = weightDecay > 0 ? graph.node('Mul', [parameters, decays]) : null;
  if (decaying !== null && optimizer === 'adam') {
    gradient = graph.node('Add', [gradient, graph.node('Mul', [decaying, number(weightDecay)])]);
  }
  const nextMean = graph.node('Add', [graph.node('Mul', [mean, number(beta1)]), gradient]);
  const nextSquare = graph.node('Add', [
    graph.node('Mul', [square, number(beta2)]),
    graph.node('Mul', [gradient, gradient]),
  ]);
  const spread = graph.node('Add', [
    graph.node('Sqrt', [nextSquare]),
    number(epsilon / Math.sqrt(1 - beta2)),
  ]);
  const change = graph.node('Mul', [graph.node('Div', [nextMean, spread]), rate]);
  let next = graph.node('Sub', [parameters, change]);
  if (decaying !== null && optimizer === 'adamw') {
    next = graph.node('Sub', [next, graph.node('Mul', [decaying, decay])]);
  }
  return { parameters: next, mean: nextMean, square: nextSquare };
}

/** A vector shortened to a norm where it is longer (Pascanu, Mikolov and Bengio 2013). */
function addClipped(graph: GraphBuilder, vector: Value, norm: number): Value {
  const limit = graph.constant(Float32Array.of(norm), []);
  const squares = graph.node('ReduceSumSquare', [vector], { keepdims: 0 });
  const longer = graph.node('Max', [graph.node('Sqrt', [squares]), limit]);
  return graph.node('Mul', [vector, graph.node('Div', [limit, longer])]);
}

/** Factors that turn learning rates of steps `from` + 1, … into rates of the graph: Adam's bias correction, and 1 − β of its sums. */
export function adamRates(learningRates: Float64Array, from: number): Float32Array {
  const sums = (1 - beta1) / Math.sqrt(1 - beta2);
  return Float32Array.from(learningRates, (learningRate, i) => {
    const t = from + i + 1;
    return (learningRate * sums * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
  });
}

type RateSettings = Pick<MlpTrainer, 'learningRate' | 'schedule'>;

/**
 * The learning rate of each of `count` steps after the first `from` of `total`. `cosine` rises over 5 % of the steps and falls to 0 by
 * half a cosine (Loshchilov and Hutter 2017); `oneCycle` rises from 1/25 over 30 % and falls to nearly 0 (Smith and Topin 2019).
 */
export function learningRates(
  settings: RateSettings,
  total: number,
  from: number,
  count: number,
): Float64Array {
  const { learningRate, schedule } = settings;
  return Float64Array.from(
    { length: count },
    (_, i) => learningRate * shareAt(schedule, (from + i + 1) / total),
  );
}

/** Share of the highest learning rate after a share of all steps. */
function shareAt(schedule: MlpTrainer['schedule'], done: number): number {
  if (schedule === 'constant') return 1;
  const bend = (low: number, high: number, share: number) =>
    high - ((high - low) * (1 + Math.cos(Math.PI * share))) / 2;
  if (schedule === 'cosine') return done < 0.05 ? done / 0.05 : bend(1, 0, (done - 0.05) / 0.95);
  return done < 0.3 ? bend(1 / 25, 1, done / 0.3) : bend(1, 1e-4 / 25, (done - 0.3) / 0.7);
}
