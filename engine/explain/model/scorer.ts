import { setImmediate } from 'node:timers/promises';
import type { Signature } from '../../../local-api/contract/index.ts';
import { createSession, type OnnxSession, outputNames, withIntermediateOutput } from '../../onnx/index.ts';
import { sliceFeeds } from '../../serving/index.ts';
import type { Turn } from '../pause.ts';
import type { RowSet } from './row-set.ts';

const firstBatch = 64;
const largestBatch = 8192;

export type Scorer = {
  /** Numbers a row: class probabilities in the order of the signature, or the predicted number. */
  k: number;
  /** Rows that the model has answered so far. */
  calls(): number;
  /** Row-major [n, k]. Throws the reason of the signal between batches. */
  answers(set: RowSet): Promise<Float64Array>;
  release(): Promise<void>;
};

/** Opens a model file to ask it many times. Errors: `models/invalid-onnx`. */
export async function openScorer(file: Uint8Array, signature: Signature, turn: Turn): Promise<Scorer> {
  const session = await createSession(file);
  const names = outputNames(signature.inputs);
  const output = signature.classes === null ? names.value : names.probabilities;
  let calls = 0;
  return {
    k: signature.classes?.length ?? 1,
    calls: () => calls,
    async answers(set) {
      calls += set.n;
      return runAll(session, set, output, turn);
    },
    release: () => session.release(),
  };
}

export type MatrixReader = { matrix(set: RowSet): Promise<Float64Array>; release(): Promise<void> };

/** Opens a model file up to a value inside it, which has a row of numbers for each row. Errors: `models/invalid-onnx`. */
export async function openMatrix(file: Uint8Array, value: string, turn: Turn): Promise<MatrixReader> {
  const name = 'assay/explained';
  const session = await createSession(withIntermediateOutput(file, value, name));
  return {
    matrix: (set) => runAll(session, set, name, turn),
    release: () => session.release(),
  };
}

/** Runs rows in batches that hold the thread no longer than a turn, as far as the batch before tells. */
async function runAll(session: OnnxSession, { n, feeds }: RowSet, output: string, { ms, signal }: Turn) {
  let all = new Float64Array(0);
  let batch = firstBatch;
  for (let start = 0; start < n; ) {
    if (start > 0) await setImmediate();
    signal.throwIfAborted();
    const end = Math.min(n, start + batch);
    const outputs = await session.run(sliceFeeds(feeds, start, end), [output]);
    const numbers = Float64Array.from(outputs.numbers(output));
    if (start === 0) all = new Float64Array((numbers.length / end) * n);
    all.set(numbers, (all.length / n) * start);
    const fitting = Math.floor((ms * (end - start)) / Math.max(outputs.milliseconds, 0.01));
    batch = Math.max(1, Math.min(largestBatch, fitting, batch * 4));
    start = end;
  }
  return all;
}
