import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import type { JobContext } from '../../jobs/index.ts';
import type { WorkerInput } from './fold-task.ts';
import { createTrialPool, type TrialPool } from './trial-pool.ts';

/** A worker with less would not hold a table and a matrix. */
const leastWorkerMb = 384;

/**
 * The workers of a job: as many as its recipe asks for, all processors (but one, unless `all`) when it does not, and no more
 * than its memory has room for; the job itself and each of them get an equal share.
 */
export function openTrialPool(
  { input, tmpDir, log }: JobContext<WorkerInput>,
  { all = false } = {},
): TrialPool & { workers: number } {
  const { limits } = input.recipe;
  const wanted = limits.workers ?? Math.max(1, availableParallelism() - (all ? 0 : 1));
  const workers = Math.max(1, Math.min(wanted, Math.floor(limits.memoryMb / leastWorkerMb) - 1));
  const memoryMb = Math.max(leastWorkerMb, Math.floor(limits.memoryMb / (workers + 1)));
  if (workers < wanted) log(`The limit of memory leaves room for ${workers} of ${wanted} workers.`, 'warn');
  const { recipe, plan, dataset, assayVersion } = input;
  const pool = createTrialPool({
    input: { recipe: { ...recipe, limits: { ...limits, memoryMb } }, plan, dataset, assayVersion },
    workers,
    memoryMb,
    seconds: limits.seconds,
    tmpDir,
    // The script that this process runs.
    script: pathToFileURL(process.argv[1] ?? ''),
    log,
  });
  return { ...pool, workers };
}
