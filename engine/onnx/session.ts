import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AssayError, messageOf } from '../errors.ts';
import type { ElementType, TensorData } from './encode.ts';

/** The release that Assay itself runs models with, and tried its programs for elsewhere with. */
export const onnxRuntimeVersion = '1.30.0';

/** A tensor to feed; booleans as 0 and 1 in a Uint8Array. */
export type Feed = { type: ElementType; data: TensorData; dims: readonly number[] };

/** What a run gave for one output; numbers as typed arrays. */
export type OutputTensor = { type: string; data: unknown; dims: readonly number[] };

/** Outputs of a run, by name. Each getter throws when there is no such output or it has another element type. */
export type RunOutputs = {
  /** Time spent in the graph. */
  milliseconds: number;
  all(): Readonly<Record<string, OutputTensor>>;
  dims(name: string): readonly number[];
  float32(name: string): Float32Array;
  /** Numbers of any element type. */
  numbers(name: string): Float32Array | Float64Array;
  int64(name: string): BigInt64Array;
  strings(name: string): readonly string[];
};

export type OnnxSession = {
  inputNames: readonly string[];
  outputNames: readonly string[];
  /**
   * Runs the graph on the calling thread: keep a batch short where the thread serves others.
   * `outputs` names those to compute; all when left out.
   *
   * Errors: `models/invalid-onnx` when a feed does not fit or an operator fails.
   */
  run(feeds: Readonly<Record<string, Feed>>, outputs?: readonly string[]): Promise<RunOutputs>;
  release(): Promise<void>;
};

function invalid(message: string, cause?: unknown): AssayError {
  return new AssayError('models/invalid-onnx', message, { cause });
}

/**
 * Loads an ONNX file: for the CPU with one thread, so that the same input gives the same bits and jobs do not fight for cores, or
 * for another of ONNX Runtime's execution providers, with the CPU for what that cannot do.
 *
 * Errors: `models/invalid-onnx` with the reason of ONNX Runtime.
 */
export async function createSession(model: Uint8Array, provider = 'cpu'): Promise<OnnxSession> {
  // Loaded when first needed: it costs 40 ms that a start without predictions should not pay.
  const ort = await import('onnxruntime-node');
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(model, {
      executionProviders: [...new Set([provider, 'cpu'])],
      executionMode: 'sequential',
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw invalid(`ONNX Runtime refused the model: ${messageOf(error)}`, error);
  }
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, outputs = session.outputNames) {
      try {
        const startedAt = performance.now();
        // Not set one by one: an input may be called "__proto__".
        const tensors: Record<string, Tensor> = Object.fromEntries(
          Object.entries(feeds).map(([name, { type, data, dims }]) => [
            name,
            new ort.Tensor(type, data, dims),
          ]),
        );
        const answers = await session.run(tensors, outputs);
        return runOutputs(answers, performance.now() - startedAt);
      } catch (error) {
        throw invalid(`ONNX Runtime could not run the model: ${messageOf(error)}`, error);
      }
    },
    release: () => session.release(),
  };
}

/** Reads the outputs of a run that took `milliseconds`. */
export function runOutputs(
  tensors: Readonly<Record<string, OutputTensor>>,
  milliseconds: number,
): RunOutputs {
  const get = (name: string): OutputTensor => {
    const tensor = tensors[name];
    if (tensor === undefined) throw invalid(`the model gave no output "${name}"`);
    return tensor;
  };
  const wrongType = (name: string, expected: ElementType) =>
    invalid(`output "${name}" holds ${get(name).type}, not ${expected}`);
  return {
    milliseconds,
    all: () => tensors,
    dims: (name) => get(name).dims,
    float32(name) {
      const { data } = get(name);
      if (data instanceof Float32Array) return data;
      throw wrongType(name, 'float32');
    },
    numbers(name) {
      const { data } = get(name);
      if (data instanceof Float32Array || data instanceof Float64Array) return data;
      if (data instanceof BigInt64Array) return Float64Array.from(data, Number);
      if (data instanceof Int32Array || data instanceof Uint8Array) return Float64Array.from(data);
      throw wrongType(name, 'float32');
    },
    int64(name) {
      const { data } = get(name);
      if (data instanceof BigInt64Array) return data;
      throw wrongType(name, 'int64');
    },
    strings(name) {
      const { data } = get(name);
      if (Array.isArray(data)) return data;
      throw wrongType(name, 'string');
    },
  };
}
