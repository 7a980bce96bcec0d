import type { RunSourceFormat } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import type { Reader } from './exchange-item.ts';
import type { ImportRunsRequest } from './import-runs-handler.ts';
import { readAim } from './readers/aim.ts';
import { readMlflowDatabase } from './readers/mlflow-database.ts';
import { readMlruns } from './readers/mlruns.ts';
import { readTensorboard } from './readers/tensorboard.ts';
import { readWandb } from './readers/wandb.ts';

const readers: Record<RunSourceFormat, Reader> = {
  aim: readAim,
  'mlflow-database': readMlflowDatabase,
  mlruns: readMlruns,
  tensorboard: readTensorboard,
  wandb: readWandb,
};

/**
 * Reads a source in the job process and hands over what it finds, no faster than the engine takes it in.
 *
 * Errors: `run-imports/unreadable`, `jobs/cancelled`. What was handed over before stays; a second import adds the rest.
 */
export async function run({
  input,
  signal,
  progress,
  send,
  room,
}: JobContext<ImportRunsRequest>): Promise<Record<string, never>> {
  for await (const item of readers[input.format]({ ...input, progress })) {
    signal.throwIfAborted();
    send(item);
    await room();
  }
  return {};
}
