import type { Signature } from '../../local-api/contract/index.ts';
import type { Feed, OnnxSession, TensorData } from '../onnx/index.ts';
import type { EncodedRows } from './encode-request.ts';
import { type Answers, type BatchPace, runBatches } from './run-batches.ts';

type Timed = Answers & { milliseconds: number };
type Waiting = {
  encoded: EncodedRows;
  signal: AbortSignal | undefined;
  resolve(answers: Timed): void;
  reject(reason: unknown): void;
};

export type JoinedRuns = (encoded: EncodedRows, signal?: AbortSignal) => Promise<Timed>;

/** Starting a run costs about as much as this many rows of a small model. */
const smallRequest = 32;
const largestJoin = 256;

/**
 * Runs of a model in which small requests of the same turn of the event loop go together: starting a run takes longer than the
 * rows of a small model, and nobody waits for others, for a run begins with the next turn anyway.
 *
 * Everyone gets their own rows back; `milliseconds` is that of the run they shared. When a shared run fails, each is run alone,
 * so that rows a model fails on are the fault of their own request only. Errors: those of `runBatches`.
 */
export function createJoinedRuns(session: OnnxSession, signature: Signature, pace: BatchPace): JoinedRuns {
  let waiting: Waiting[] = [];

  const runAlone = ({ encoded, signal, resolve, reject }: Waiting): Promise<void> =>
    runBatches(session, signature, encoded, pace, signal).then(resolve, reject);

  const runTogether = async (group: readonly Waiting[]): Promise<void> => {
    const [only] = group;
    if (only !== undefined && group.length === 1) return runAlone(only);
    try {
      const all = await runBatches(session, signature, join(group.map(({ encoded }) => encoded)), pace);
      let start = 0;
      for (const { encoded, resolve } of group) {
        resolve(rowsOf(all, start, start + encoded.rows));
        start += encoded.rows;
      }
    } catch {
      for (const one of group) await runAlone(one);
    }
  };

  const flush = (): void => {
    const asked = waiting;
    waiting = [];
    let group: Waiting[] = [];
    let rows = 0;
    for (const one of asked) {
      if (one.signal?.aborted) {
        one.reject(one.signal.reason);
        continue;
      }
      if (rows + one.encoded.rows > largestJoin) {
        void runTogether(group);
        group = [];
        rows = 0;
      }
      group.push(one);
      rows += one.encoded.rows;
    }
    if (group.length > 0) void runTogether(group);
  };

  return (encoded, signal) => {
    if (encoded.rows === 0 || encoded.rows > smallRequest)
      return runBatches(session, signature, encoded, pace, signal);
    return new Promise((resolve, reject) => {
      waiting.push({ encoded, signal, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  };
}

function rowsOf({ label, probabilities, value, ...shared }: Timed, start: number, end: number): Timed {
  return {
    ...shared,
    ...(label === undefined ? {} : { label: label.slice(start, end) }),
    ...(probabilities === undefined ? {} : { probabilities: probabilities.slice(start, end) }),
    ...(value === undefined ? {} : { value: value.slice(start, end) }),
  };
}

/** The rows of all requests under each other. All have the tensors of one signature. */
function join(requests: readonly EncodedRows[]): EncodedRows {
  const rows = requests.reduce((sum, request) => sum + request.rows, 0);
  const feeds: Record<string, Feed> = {};
  for (const [name, { type }] of Object.entries(requests[0]?.feeds ?? {})) {
    const parts = requests.map((request) => request.feeds[name]?.data ?? []);
    feeds[name] = { type, data: joinData(parts, rows), dims: [rows] };
  }
  return { rows, feeds };
}

/** The kinds of data that `columnEncoder` makes. */
function joinData(parts: readonly TensorData[], rows: number): TensorData {
  const [first] = parts;
  if (first instanceof Float64Array)
    return filled(new Float64Array(rows), parts, (part) => part instanceof Float64Array);
  if (first instanceof BigInt64Array)
    return filled(new BigInt64Array(rows), parts, (part) => part instanceof BigInt64Array);
  if (first instanceof Uint8Array)
    return filled(new Uint8Array(rows), parts, (part) => part instanceof Uint8Array);
  return parts.flatMap((part) => Array.from(part, String));
}

function filled<T extends TensorData & { set(part: T, at: number): void }>(
  joined: T,
  parts: readonly TensorData[],
  isSame: (part: TensorData) => part is T,
): T {
  let at = 0;
  for (const part of parts)
    if (isSame(part)) {
      joined.set(part, at);
      at += part.length;
    }
  return joined;
}
