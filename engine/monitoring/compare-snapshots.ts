import type { ColumnDrift } from '../../local-api/contract/index.ts';
import { withDuckDb } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { type ColumnSettings, compareColumns } from './compare-columns.ts';
import { windowOf } from './read-windows.ts';

export type SnapshotComparison = ColumnSettings & {
  reference: { files: readonly string[]; rows: number };
  current: { files: readonly string[]; rows: number };
  /** For DuckDB; the values compared come on top. */
  memoryMb: number;
};

export type ComparedColumns = {
  columns: ColumnDrift[];
  skipped: { name: string; reason: string }[];
};

/**
 * Compares two snapshots column by column and gives the verdicts: for jobs.
 * Errors: `drift-reports/too-few-rows` when no column has five values on both sides.
 */
export async function compareSnapshots(
  context: Pick<JobContext<SnapshotComparison>, 'input' | 'signal' | 'tmpDir' | 'log' | 'progress'>,
): Promise<ComparedColumns> {
  const { input, signal, tmpDir } = context;
  const readable = [...input.reference.files, ...input.current.files];
  return withDuckDb({ readable, folders: [tmpDir], memoryMb: input.memoryMb, signal }, async (db) => {
    const windows = { reference: windowOf(input.reference), current: windowOf(input.current) };
    const { columns, skipped } = await compareColumns(db, windows, input, (done, name) => {
      signal.throwIfAborted();
      context.progress(done / input.plan.columns.length, `Comparing ${name}`);
    });
    if (columns.length === 0) throw nothingToCompare(skipped);
    return { columns, skipped };
  });
}

export function nothingToCompare(skipped: readonly { name: string; reason: string }[]): AssayError {
  const reasons = skipped.slice(0, 5).map(({ name, reason }) => `${name}: ${reason}`);
  return new AssayError('drift-reports/too-few-rows', `No column is left to compare (${reasons.join('; ')})`);
}
