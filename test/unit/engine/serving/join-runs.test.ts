import { afterAll, describe, expect, test } from 'vitest';
import { createSession, type OnnxSession } from '../../../../engine/onnx/index.ts';
import { encodeRequest } from '../../../../engine/serving/index.ts';
import { createJoinedRuns } from '../../../../engine/serving/join-runs.ts';
import { newPace } from '../../../../engine/serving/run-batches.ts';
import type { Cell, Signature } from '../../../../local-api/contract/index.ts';
import { brittleModel } from '../../../kit/models/constant-model.ts';
import {
  echoModel,
  flightInputs,
  lateModel,
  regressionSignature,
} from '../../../kit/models/sample-models.ts';

const opened: OnnxSession[] = [];
afterAll(async () => {
  for (const session of opened) await session.release();
});

/** Asks a model, and tells how many rows each run of it had. */
async function model({ bytes, signature }: { bytes: Uint8Array; signature: Signature }) {
  const session = await createSession(bytes);
  opened.push(session);
  const runs: number[] = [];
  const counting: OnnxSession = {
    ...session,
    run(feeds, outputs) {
      runs.push(Object.values(feeds)[0]?.dims[0] ?? 0);
      return session.run(feeds, outputs);
    },
  };
  const run = createJoinedRuns(counting, signature, newPace());
  const ask = async (rows: Record<string, Cell>[], signal?: AbortSignal) =>
    run(await encodeRequest(signature, { rows }), signal);
  return { runs, ask };
}

const echo = { bytes: echoModel(flightInputs), signature: regressionSignature(flightInputs) };
const flight = (distance: number) => ({ distance, delay: 0.5, origin: 'ATL', date: 7, cargo: true });

describe('small requests of one turn', () => {
  test('go into one run, and each gets the answers to its own rows', async () => {
    const { ask, runs } = await model(echo);
    const answers = await Promise.all([
      ask([flight(300)]),
      ask([flight(400), flight(500)]),
      ask([flight(600)]),
    ]);
    expect(answers.map(({ value }) => value)).toEqual([[1308.5], [1408.5, 1508.5], [1608.5]]);
    expect(runs).toEqual([4]);
  });

  test('are answered as they would be alone, labels and probabilities too', async () => {
    const { ask, runs } = await model(lateModel());
    const rows = Array.from({ length: 40 }, (_, index) => ({ x: (index - 20) / 7 }));
    const alone = [];
    for (const row of rows) alone.push(await ask([row]));
    runs.length = 0;
    const together = await Promise.all(rows.map((row) => ask([row])));
    const answersOf = (all: typeof together) => all.map(({ milliseconds: _, ...answer }) => answer);
    expect(answersOf(together)).toEqual(answersOf(alone));
    expect(runs).toEqual([40]);
  });

  test('do not wait for one whose sender has gone', async () => {
    const { ask, runs } = await model(echo);
    const gone = new AbortController();
    const asked = [ask([flight(300)]), ask([flight(400)], gone.signal)];
    gone.abort(new Error('gone'));
    const [stays, left] = await Promise.allSettled(asked);
    expect(stays).toMatchObject({ status: 'fulfilled', value: { value: [1308.5] } });
    expect(left).toMatchObject({ status: 'rejected', reason: { message: 'gone' } });
    expect(runs).toEqual([1]);
  });

  test('are not harmed by the rows of another on which the model fails', async () => {
    const { ask } = await model(brittleModel());
    const [fine, failed, other] = await Promise.allSettled([
      ask([{ x: 1 }]),
      ask([{ x: 9 }]),
      ask([{ x: 0 }]),
    ]);
    expect(fine).toMatchObject({ status: 'fulfilled', value: { value: [1] } });
    expect(failed).toMatchObject({ status: 'rejected', reason: { code: 'models/invalid-onnx' } });
    expect(other).toMatchObject({ status: 'fulfilled', value: { value: [0] } });
  });
});

test('a run holds 256 rows of others at most, and large requests run by themselves', async () => {
  const { ask, runs } = await model(lateModel());
  const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ x: index }));
  const answers = await Promise.all([...Array.from({ length: 10 }, () => ask(rows(30))), ask(rows(50))]);
  expect(answers.map(({ label }) => label?.length)).toEqual([...Array(10).fill(30), 50]);
  expect(runs).toContain(50);
  expect(Math.max(...runs)).toBeLessThanOrEqual(256);
  expect(runs.reduce((sum, run) => sum + run, 0)).toBe(350);
});

test('a request without rows has an answer without rows', async () => {
  const { ask, runs } = await model(echo);
  expect(await ask([])).toMatchObject({ value: [] });
  expect(runs).toEqual([]);
});
