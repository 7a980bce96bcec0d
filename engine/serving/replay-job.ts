import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { PredictRequest, ReplayReport, Signature } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createSession } from '../onnx/index.ts';
import { encodeRequest } from './encode-request.ts';
import { createReplayTally, type ReplayedRow } from './endpoints/replay-tally.ts';
import type { LoggedLine } from './endpoints/request-lines.ts';
import { type Answers, newPace, runBatches } from './run-batches.ts';
import { warmUp } from './warm-up.ts';

export type ReplayInput = {
  endpoint: string;
  model: string;
  version: string;
  signature: Signature;
  /** The ONNX file. */
  file: Uint8Array;
  /** Path of the requests: a LoggedLine a line. */
  requests: string;
};

type Input = Pick<PredictRequest, 'rows' | 'columns'> & { redacted?: string[] };

/** Nobody else is on this thread: batches end only so that a cancel is heard. */
const turnMs = 200;

/**
 * Asks a version what an endpoint was asked, one request after the other, and compares its answers with those logged.
 * Cost: a prediction for each request; memory grows by 16 bytes with each.
 */
export async function run({ input, progress, signal }: JobContext<ReplayInput>): Promise<ReplayReport> {
  const { endpoint, model, version, signature } = input;
  progress(0, 'Loading the model');
  const session = await createSession(input.file);
  // The first run would be the slowest one.
  await warmUp(session, signature);
  const columns = new Set(signature.inputs.map(({ name }) => name));
  const tally = createReplayTally(signature.classes !== null);
  const skipped = { redacted: 0, notKept: 0, refused: 0 };
  const pace = newPace({ turnMs });
  let requests = 0;

  const replay = async (logged: LoggedLine): Promise<void> => {
    if (logged.input === null) {
      skipped.notKept += 1;
      return;
    }
    // Written by us.
    const { redacted = [], ...asked }: Input = JSON.parse(logged.input);
    if (redacted.some((column) => columns.has(column))) {
      skipped.redacted += 1;
      return;
    }
    try {
      const encoded = await encodeRequest(signature, asked);
      const answer = await runBatches(session, signature, encoded, pace, signal);
      requests += 1;
      tally.addTime(logged.milliseconds, answer.milliseconds);
      for (const row of comparedRows(logged, answer)) tally.addRow(row);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof AssayError)) throw thrown;
      skipped.refused += 1;
    }
  };

  try {
    const total = await countLines(input.requests);
    let done = 0;
    for await (const line of linesOf(input.requests)) {
      signal.throwIfAborted();
      await replay(JSON.parse(line));
      done += 1;
      progress(done / total, `Replayed ${done} of ${total} requests`);
    }
  } finally {
    await session.release();
  }
  return { endpoint, model, version, requests, skipped, ...tally.read() };
}

function linesOf(path: string): AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  for await (const _ of linesOf(path)) lines += 1;
  return lines;
}

function comparedRows(logged: LoggedLine, answer: Answers): ReplayedRow[] {
  const { requestId, atMs, arm, version: versionBefore } = logged;
  const truths = new Map(logged.truths);
  const answersBefore: (string | number | null)[] = JSON.parse(logged.answers);
  const answersAfter = answer.label ?? answer.value ?? [];
  return answersBefore.flatMap((was, row) => {
    const after = answersAfter[row];
    // JSON has no word for a value that is not a number.
    const before = was ?? Number.NaN;
    if (after === undefined || typeof before !== typeof after) return [];
    return [{ requestId, atMs, row, arm, versionBefore, before, after, truth: truths.get(row) ?? null }];
  });
}
