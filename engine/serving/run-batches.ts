import { setImmediate } from 'node:timers/promises';
import type { PredictResponse, Signature } from '../../local-api/contract/index.ts';
import { type Feed, outputNames, type RunOutputs, type TensorData } from '../onnx/index.ts';
import type { EncodedRows } from './encode-request.ts';

export type Answers = Pick<PredictResponse, 'label' | 'classes' | 'probabilities' | 'value'>;

/** What runs a batch: a session, or a model that is somewhere else. */
export type BatchRunner = { run(feeds: Readonly<Record<string, Feed>>): Promise<RunOutputs> };

/** How many rows fit into a turn of the event loop; learnt from the runs, so it belongs to one model. */
export type BatchPace = { rows: number; readonly smallest: number; readonly turnMs: number };

const firstBatch = 64;
/** Runs of fewer rows say little about the time that more of them take. */
const smallestBatch = 16;
const largestBatch = 4096;

/**
 * The pace of a model that takes about `rowMs` for one row. A run holds the thread, or the process of the model; others may
 * wait `turnMs` for it.
 */
export function newPace({ rowMs = 0, turnMs = 8 }: { rowMs?: number; turnMs?: number } = {}): BatchPace {
  const fitting = Math.max(1, Math.floor(turnMs / Math.max(rowMs, 0.01)));
  return { rows: Math.min(fitting, firstBatch), smallest: Math.min(fitting, smallestBatch), turnMs };
}

/**
 * Answers of a model for encoded rows, in batches small enough that the event loop breathes at the pace given, about every 8 ms.
 * `milliseconds` is the time spent in the model. Throws the reason of `signal` between two batches.
 */
export async function runBatches(
  session: BatchRunner,
  signature: Signature,
  { rows, feeds }: EncodedRows,
  pace: BatchPace,
  signal?: AbortSignal,
): Promise<Answers & { milliseconds: number }> {
  const names = outputNames(signature.inputs);
  const collected = collector(signature);
  let milliseconds = 0;
  for (let start = 0; start < rows; ) {
    if (start > 0) await setImmediate();
    signal?.throwIfAborted();
    const end = Math.min(start + pace.rows, rows);
    const batch = start === 0 && end === rows ? feeds : sliceFeeds(feeds, start, end);
    const outputs = await session.run(batch);
    milliseconds += outputs.milliseconds;
    if (end - start >= pace.smallest) {
      const fitting = Math.floor((pace.turnMs * (end - start)) / Math.max(outputs.milliseconds, 0.01));
      pace.rows = Math.min(Math.max(fitting, pace.smallest), largestBatch);
    }
    if (signature.classes === null) collected.addValues(outputs.float32(names.value));
    else collected.addClasses(outputs.strings(names.label), outputs.float32(names.probabilities));
    start = end;
  }
  return { ...collected.answers, milliseconds };
}

function collector({ classes }: Signature) {
  const value: number[] = [];
  const label: string[] = [];
  const probabilities: number[][] = [];
  const width = classes?.length ?? 0;
  return {
    answers: classes === null ? { value } : { label, classes, probabilities },
    addValues(values: Float32Array) {
      for (const one of values) value.push(one);
    },
    addClasses(labels: readonly string[], flat: Float32Array) {
      // By index: copying a view a row would take longer than a small model.
      for (let row = 0, at = 0; row < labels.length; row += 1) {
        label.push(labels[row] as string);
        const shares: number[] = [];
        for (const end = at + width; at < end; at += 1) shares.push(flat[at] as number);
        probabilities.push(shares);
      }
    },
  };
}

/** The rows from `start` to `end` (not included) of every tensor. */
export function sliceFeeds(
  feeds: Readonly<Record<string, Feed>>,
  start: number,
  end: number,
): Record<string, Feed> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { type, data }]) => [
      name,
      { type, data: sliceData(data, start, end), dims: [end - start] },
    ]),
  );
}

/** Typed arrays share their memory with the whole. */
function sliceData(data: TensorData, start: number, end: number): TensorData {
  return ArrayBuffer.isView(data) ? data.subarray(start, end) : data.slice(start, end);
}
