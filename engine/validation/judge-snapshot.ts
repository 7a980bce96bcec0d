import type { ImportJobOutput } from '../data/import-job.ts';
import { withDuckDb } from '../duckdb/index.ts';
import { isThere } from './check/check-input.ts';
import { runCheck } from './check/run-check.ts';
import type { ImportCheck } from './import-guard.ts';

/** Judges rows that a job has written and that are no version yet. Cost: that of a check. */
export async function judgeSnapshot<T extends ImportJobOutput>(
  output: T,
  check: ImportCheck,
  limits: { tmpDir: string; memoryMb: number; signal: AbortSignal },
  onRule: (done: number, all: number, ruleId: string) => void,
): Promise<T> {
  const { tmpDir, memoryMb, signal } = limits;
  const start = performance.now();
  const { schemaVersion, ...asked } = check;
  const { columns, snapshot } = output;
  const files = snapshot.chunks.map(({ path }) => path);
  const others = Object.values(check.others).flatMap((other) => (isThere(other) ? other.files : []));
  const outcome = await withDuckDb(
    { readable: [...files, ...others], folders: [tmpDir], memoryMb, signal },
    (db) => runCheck(db, { ...asked, files, columns, rows: snapshot.rows }, onRule),
  );
  const seconds = (performance.now() - start) / 1000;
  return { ...output, checked: { ...outcome, schema: check.schema, schemaVersion, seconds } };
}
