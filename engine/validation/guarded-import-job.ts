import {
  type ImportJobInput,
  type ImportJobOutput,
  run as importRows,
  type KnownImport,
} from '../data/import-job.ts';
import type { JobContext } from '../jobs/index.ts';
import { judgeSnapshot } from './judge-snapshot.ts';

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
  return judgeSnapshot(output, check, { tmpDir, memoryMb: input.memoryMb, signal }, (done, all, ruleId) =>
    context.progress(READ_SHARE + ((1 - READ_SHARE) * done) / all, `Judging ${ruleId}`),
  );
}
