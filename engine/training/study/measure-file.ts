import { createSession, type InputColumn } from '../../onnx/index.ts';
import { medianOf } from '../../statistics/index.ts';
import type { TrainingTable } from '../table.ts';
import { tableFeeds } from '../table-feeds.ts';
import type { Measured } from './fold-task.ts';

/** Calls timed, at most; and for how long. */
const timedCalls = 50;
const timedMs = 200;
const batchRows = 1000;

/** How large a model's file is and how long ONNX Runtime takes to answer one row with it, and many. Half a second at most, as a rule. */
export async function measureFile(
  file: Uint8Array,
  inputs: readonly InputColumn[],
  table: TrainingTable,
  rows: Int32Array,
): Promise<Measured> {
  const session = await createSession(file);
  const median = async (count: number): Promise<number> => {
    const feeds = tableFeeds(inputs, table, rows, 0, count);
    const times: number[] = [];
    const until = performance.now() + timedMs;
    // The first call is longer.
    await session.run(feeds);
    do {
      const started = performance.now();
      await session.run(feeds);
      times.push(performance.now() - started);
    } while (times.length < timedCalls && performance.now() < until);
    return medianOf(times);
  };
  try {
    return {
      latencyMs: await median(1),
      batchMs: await median(Math.min(rows.length, batchRows)),
      modelBytes: file.byteLength,
    };
  } finally {
    await session.release();
  }
}
