import { expect, test } from 'vitest';
import { createSession, GraphBuilder } from '../../../../../../engine/onnx/index.ts';
import {
  adamRates,
  addOptimiserStep,
  learningRates,
} from '../../../../../../engine/training/trainers/mlp/optimiser.ts';

type Options = { optimizer: 'adam' | 'adamw'; clipNorm: number; weightDecay: number };

const gradients = [
  [0.5, -1, 20],
  [0.1, 3, -4],
  [-0.2, 0, 1e-6],
  [2, 2, 2],
];
const start = [1, -2, 0.5];
const decaying = [1, 1, 0];
const learningRate = 0.1;

/** Algorithm 1 of Kingma and Ba with the decay of Loshchilov and Hutter's algorithm 2, as written there. */
function textbook({ optimizer, clipNorm, weightDecay }: Options): number[] {
  const parameters = [...start];
  const mean = [0, 0, 0];
  const square = [0, 0, 0];
  gradients.forEach((raw, step) => {
    const t = step + 1;
    const norm = Math.hypot(...raw);
    raw.forEach((value, i) => {
      const parameter = parameters[i] ?? 0;
      const decay = weightDecay * (decaying[i] ?? 0) * parameter;
      const g =
        (clipNorm > 0 ? value * Math.min(1, clipNorm / norm) : value) + (optimizer === 'adam' ? decay : 0);
      const m = 0.9 * (mean[i] ?? 0) + 0.1 * g;
      const v = 0.999 * (square[i] ?? 0) + 0.001 * g * g;
      mean[i] = m;
      square[i] = v;
      const change = m / (1 - 0.9 ** t) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
      parameters[i] = parameter - learningRate * (change + (optimizer === 'adamw' ? decay : 0));
    });
  });
  return parameters;
}

async function inGraph(options: Options): Promise<Float32Array> {
  const graph = new GraphBuilder('step');
  const state = {
    parameters: graph.input('parameters', 'float32', [3]),
    mean: graph.input('mean', 'float32', [3]),
    square: graph.input('square', 'float32', [3]),
  };
  const [gradient, rate, decay] = [
    graph.input('gradient', 'float32', [3]),
    graph.input('rate', 'float32', []),
    graph.input('decay', 'float32', []),
  ] as const;
  const decays = graph.constant(Float32Array.from(decaying));
  const next = addOptimiserStep(graph, state, gradient, rate, decay, { ...options, decays });
  for (const name of ['parameters', 'mean', 'square'] as const)
    graph.output(`next-${name}`, next[name], 'float32');
  const session = await createSession(graph.build());
  const vector = (data: Float32Array) => ({ type: 'float32', data, dims: [data.length] }) as const;
  const scalar = (value: number) => ({ type: 'float32', data: Float32Array.of(value), dims: [] }) as const;
  let held: Record<string, Float32Array> = {
    parameters: Float32Array.from(start),
    mean: new Float32Array(3),
    square: new Float32Array(3),
  };
  for (const [t, values] of gradients.entries()) {
    const rates = adamRates(Float64Array.of(learningRate), t);
    const takesDecay = options.weightDecay > 0 && options.optimizer === 'adamw';
    const outputs = await session.run({
      ...Object.fromEntries(Object.entries(held).map(([name, data]) => [name, vector(data)])),
      gradient: vector(Float32Array.from(values)),
      rate: scalar(rates[0] ?? 0),
      decay: scalar(takesDecay ? learningRate * options.weightDecay : 0),
    });
    held = {
      parameters: outputs.float32('next-parameters'),
      mean: outputs.float32('next-mean'),
      square: outputs.float32('next-square'),
    };
  }
  await session.release();
  return held.parameters ?? new Float32Array();
}

test.each<Options>([
  { optimizer: 'adam', clipNorm: 0, weightDecay: 0 },
  { optimizer: 'adam', clipNorm: 0, weightDecay: 0.1 },
  { optimizer: 'adamw', clipNorm: 0, weightDecay: 0.1 },
  { optimizer: 'adamw', clipNorm: 1.5, weightDecay: 0.1 },
])('a step in the graph is the step of the textbook: %o', async (options) => {
  const found = await inGraph(options);
  textbook(options).forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, 5);
  });
});

const whole = (schedule: 'constant' | 'cosine' | 'oneCycle') =>
  learningRates({ learningRate: 2, schedule }, 1000, 0, 1000);

test('a constant rate stays as it is', () => {
  expect(new Set(whole('constant'))).toEqual(new Set([2]));
});

test('the cosine rises over the first twentieth of all steps and falls to 0', () => {
  const rates = whole('cosine');
  expect(rates[24]).toBeCloseTo(1, 1);
  expect(rates[49]).toBeCloseTo(2, 6);
  expect(rates[524]).toBeCloseTo(1, 1);
  expect(rates[999]).toBeCloseTo(0, 6);
});

test('one cycle rises from a twenty-fifth over three tenths of all steps and falls to almost 0', () => {
  const rates = whole('oneCycle');
  expect(rates[0]).toBeCloseTo(2 / 25, 3);
  expect(rates[299]).toBeCloseTo(2, 6);
  expect(rates[999]).toBeCloseTo(0, 4);
  expect(Math.max(...rates)).toBeLessThanOrEqual(2);
});

test('rates of a part of the steps are those of the whole', () => {
  const part = learningRates({ learningRate: 2, schedule: 'oneCycle' }, 1000, 400, 50);
  expect(part).toEqual(whole('oneCycle').slice(400, 450));
});
