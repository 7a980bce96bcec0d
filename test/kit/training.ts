import { createSession, GraphBuilder } from '../../engine/onnx/index.ts';
import type { MatrixColumn } from '../../engine/training/preprocessing/fitted.ts';
import type { FitProgress, FittedModel, Rows, Trainer } from '../../engine/training/trainers/trainer.ts';

/** Numbers in (0, 1) of the Park–Miller generator: any language can make the same ones, so golden values can be checked. */
export function parkMiller(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  });
}

export type Sample = Rows & { width: number };

/** Makes rows of uniform features and a target of them; `u` holds further uniform numbers for noise. */
export function sampleOf(
  n: number,
  width: number,
  seed: number,
  target: (row: Float32Array, u: Float64Array) => number,
): Sample {
  const u = parkMiller(n * (width + 2), seed);
  const x = new Float32Array(n * width);
  const y = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const at = i * (width + 2);
    x.set(u.subarray(at, at + width), i * width);
    y[i] = target(x.subarray(i * width, (i + 1) * width), u.subarray(at + width, at + width + 2));
  }
  return { x, y, n, width, weights: null };
}

export type FitTrainerOptions = {
  classes?: number;
  positiveClass?: number;
  settings?: Record<string, unknown>;
  /** Plain numbers when left out. */
  columns?: readonly MatrixColumn[];
  seed?: number;
  validation?: Sample;
  signal?: AbortSignal;
  onProgress?: (progress: FitProgress) => void;
};

/** Fits a trainer: classification when `classes` is given, ranking when the rows have queries. Validates on the training rows unless told otherwise. */
export function fitTrainer(
  trainer: Trainer,
  sample: Sample,
  options: FitTrainerOptions = {},
): Promise<FittedModel> {
  return trainer.fit({
    ...sample,
    columns: options.columns ?? numberColumns(sample.width),
    task: sample.queries ? 'ranking' : options.classes === undefined ? 'regression' : 'classification',
    classes: options.classes ?? 0,
    positiveClass: options.positiveClass ?? 1,
    validation: options.validation ?? sample,
    seed: options.seed ?? 0,
    settings: { kind: trainer.kind, ...options.settings },
    report: options.onProgress ?? (() => {}),
    signal: options.signal ?? new AbortController().signal,
  });
}

function numberColumns(width: number): MatrixColumn[] {
  return categoryColumns(width, {});
}

/** Columns x0, x1 …: of numbers, or of codes where `codes` says how many. */
export function categoryColumns(width: number, codes: Record<number, number>): MatrixColumn[] {
  return Array.from({ length: width }, (_, i) => {
    const of = codes[i] ?? 0;
    return { name: `x${i}`, feature: `x${i}`, kind: of > 0 ? 'code' : 'number', codes: of };
  });
}

/** The model as an ONNX file from the matrix to the answer. */
export function modelFile(model: FittedModel, width: number): Uint8Array {
  const graph = new GraphBuilder('model');
  const features = graph.input('features', 'float32', ['N', width]);
  graph.output('answer', model.addToGraph(graph, features), 'float32');
  return graph.build();
}

/** What ONNX Runtime answers with the model for these rows. */
export async function runModel(model: FittedModel, x: Float32Array, n: number): Promise<Float32Array> {
  const session = await createSession(modelFile(model, x.length / n));
  try {
    const feeds = { features: { type: 'float32', data: x, dims: [n, x.length / n] } } as const;
    return (await session.run(feeds)).float32('answer');
  } finally {
    await session.release();
  }
}

/** The largest difference between two answers, relative above 1. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let max = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] ?? Number.NaN) - (b[i] ?? Number.NaN));
    if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
    max = Math.max(max, difference / Math.max(1, Math.abs(a[i] ?? 0)));
  }
  return max;
}

export function rmse(predicted: Float32Array, truth: Float64Array): number {
  let sum = 0;
  truth.forEach((value, i) => {
    sum += (value - (predicted[i] ?? Number.NaN)) ** 2;
  });
  return Math.sqrt(sum / truth.length);
}
