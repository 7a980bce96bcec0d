import { duckDbError, withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { type CheckInput, isThere } from './check/check-input.ts';
import { type CheckOutcome, runCheck } from './check/run-check.ts';

export type ValidateJobInput = { check: CheckInput; name: string; memoryMb: number };
export type ValidateJobOutput = CheckOutcome & { seconds: number };

/** Judges the rows of a version by a schema. */
export async function run(context: JobContext<ValidateJobInput>): Promise<ValidateJobOutput> {
  const { input, signal, tmpDir } = context;
  const { check, name, memoryMb } = input;
  const start = performance.now();
  const others = Object.values(check.others).flatMap((other) => (isThere(other) ? other.files : []));
  const readable = [...new Set([...check.files, ...others])];
  context.progress(0, 'Counting');
  try {
    const outcome = await withDuckDb({ readable, folders: [tmpDir], memoryMb, signal }, (db) =>
      runCheck(db, check, (done, all, ruleId) => context.progress(done / all, `Judging ${ruleId}`)),
    );
    return { ...outcome, seconds: (performance.now() - start) / 1000 };
  } catch (thrown) {
    throw duckDbError(thrown, 'artifacts/corrupt', `The rows of ${name} cannot be read`);
  }
}
