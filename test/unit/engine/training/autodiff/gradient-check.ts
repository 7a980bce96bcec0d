import { createSession, GraphBuilder } from '../../../../../engine/onnx/index.ts';
import { gradient, mul, sum, Tape, type Tensor } from '../../../../../engine/training/autodiff/index.ts';
import { parkMiller } from '../../../../kit/training.ts';

/** An input of the function under test, its elements spread evenly over `from` … `to`. */
export type Argument = { shape: readonly number[]; from?: number; to?: number };

export type GradientCheckOptions = {
  seed?: number;
  /** Where ONNX Runtime has an operator for float32 alone. */
  type?: 'float32' | 'float64';
  /** Differentiates the sum of the first gradient instead of the function. */
  second?: boolean;
};

/**
 * The largest difference, relative above 1, between the gradient of a function and its central differences, over all elements of
 * all arguments. What the function gives is brought to a number with fixed random factors.
 */
export async function gradientError(
  args: readonly Argument[],
  f: (...inputs: Tensor[]) => Tensor,
  { seed = 7, type = 'float64', second = false }: GradientCheckOptions = {},
): Promise<number> {
  const graph = new GraphBuilder('check');
  const tape = new Tape(graph, type);
  const inputs = args.map(({ shape }, i) => tape.tensor(graph.input(`x${i}`, type, shape), shape));
  let loss = weighted(f(...inputs), seed);
  if (second) loss = weighted(gradient(loss, inputs)[0] as Tensor, seed + 1);
  graph.output('loss', loss.value, type);
  gradient(loss, inputs).forEach(({ value }, i) => {
    graph.output(`g${i}`, value, type);
  });
  const session = await createSession(graph.build());
  const arrayOf = (numbers: ArrayLike<number>) =>
    type === 'float64' ? Float64Array.from(numbers) : Float32Array.from(numbers);
  const points = args.map(({ shape, from = -2, to = 2 }, i) =>
    arrayOf(parkMiller(size(shape), seed + 13 * i + 1).map((u) => from + (to - from) * u)),
  );
  const run = async (): Promise<ArrayLike<number>[]> => {
    const feeds = Object.fromEntries(
      points.map((data, i) => [`x${i}`, { type, data, dims: args[i]?.shape ?? [] }]),
    );
    const outputs = (await session.run(feeds)).all();
    return ['loss', ...args.map((_, i) => `g${i}`)].map((name) => numbersOf(outputs[name]?.data));
  };
  const [, ...found] = await run();
  const h = type === 'float64' ? 1e-5 : 1e-2;
  let worst = 0;
  for (const [i, point] of points.entries()) {
    for (const [j, x] of point.entries()) {
      const at = async (moved: number) => {
        point[j] = moved;
        return (await run())[0]?.[0] ?? Number.NaN;
      };
      const estimate = ((await at(x + h)) - (await at(x - h))) / (2 * h);
      point[j] = x;
      const error = Math.abs(estimate - (found[i]?.[j] ?? Number.NaN)) / Math.max(1, Math.abs(estimate));
      worst = Number.isNaN(error) ? Number.POSITIVE_INFINITY : Math.max(worst, error);
    }
  }
  await session.release();
  return worst;
}

function weighted(y: Tensor, seed: number): Tensor {
  const { tape } = y;
  const factors = parkMiller(size(y.shape), seed + 101).map((u) => 0.5 + u);
  const data = tape.type === 'float64' ? factors : Float32Array.from(factors);
  return sum(mul(y, tape.tensor(tape.graph.constant(data, y.shape), y.shape)));
}

function numbersOf(data: unknown): Float32Array | Float64Array {
  if (data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new TypeError('no numbers');
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
