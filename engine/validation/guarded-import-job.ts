import {
  type ImportJobInput,
  type ImportJobOutput,
  run as importRows,
  type KnownImport,
} from '../data/import-job.ts';
import { withDuckDb } from '../duckdb/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { isThere } from './check/check-input.ts';
import { runCheck } from './check/run-check.ts';

/** Reading takes about this part of an import that is checked. */
const READ_SHARE = 0.8;

/** Reads rows as an import does and, where the dataset asks for it, judges them before they become a version. */
export async function run(context: JobContext<ImportJobInput>): Promise<ImportJobOutput | KnownImport> {
  const { input, tmpDir, signal } = context;
  const { check } = input;
  if (check === null) return importRows(context);
  const output = await importRows({
    ...context,
    progress: (fraction, message) =>
      context.progress(fraction === null ? null : fraction * READ_SHARE, message),
  });
  if ('madeBefore' in output) return output;
  const start = performance.now();
  const { schemaVersion, ...asked } = check;
  const { columns, snapshot } = output;
  const files = snapshot.chunks.map(({ path }) => path);
  const others = Object.values(check.others).flatMap((other) => (isThere(other) ? other.files : []));
  const limits = { readable: [...files, ...others], folders: [tmpDir], memoryMb: input.memoryMb, signal };
  const outcome = await withDuckDb(limits, (db) =>
    runCheck(db, { ...asked, files, columns, rows: snapshot.rows }, (done, all, ruleId) =>
      context.progress(READ_SHARE + ((1 - READ_SHARE) * done) / all, `Judging ${ruleId}`),
    ),
  );
  const seconds = (performance.now() - start) / 1000;
  return { ...output, checked: { ...outcome, schema: check.schema, schemaVersion, seconds } };
}
