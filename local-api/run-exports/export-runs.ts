import {
  createMlflowSender,
  createMlrunsWriter,
  prepareMlrunsFolder,
  type Skip,
} from '../../engine/exchange/index.ts';
import type { Client } from '../client/index.ts';
import type { MlflowCredentials, RunExportResult, RunExportTarget } from '../contract/index.ts';
import { countExported, exportedRuns, type Selection } from './exported-runs.ts';

const maxExamples = 5;

/**
 * Exports runs one after the other, each in constant memory but for the largest of its files. An export that was cut in the
 * middle goes on: what the target has is passed over. Who calls ends that of a folder with `finishMlrunsFolder`.
 *
 * Errors: export/target-exists, export/not-writable, run-exports/refused, run-exports/unreachable, request/bad-filter, and
 * the reason of `signal` once it is aborted.
 */
export async function exportRuns(
  client: Client,
  options: {
    selection: Selection;
    target: RunExportTarget;
    credentials: MlflowCredentials | null;
    signal: AbortSignal;
    progress: (fraction: number, message: string) => void;
  },
): Promise<RunExportResult> {
  const { selection, target, credentials, signal, progress } = options;
  const skipped = new Map<string, RunExportResult['skipped'][number]>();
  const skip: Skip = (reason, what) => {
    const entry = skipped.get(reason) ?? { reason, count: 0, examples: [] };
    skipped.set(reason, entry);
    entry.count += 1;
    if (entry.examples.length < maxExamples) entry.examples.push(what);
  };
  if (target.kind === 'mlruns') await prepareMlrunsFolder(target.folder);
  const write =
    target.kind === 'mlruns'
      ? createMlrunsWriter(target.folder, skip, signal)
      : createMlflowSender(target.url, credentials, skip, signal);
  const total = await countExported(client, selection);
  const done = { runs: 0, alreadyThere: 0, files: 0 };
  for await (const each of exportedRuns(client, selection)) {
    signal.throwIfAborted();
    const at = done.runs + done.alreadyThere;
    progress(Math.min(1, at / Math.max(1, total)), each.run.name);
    const files = await write(each);
    if (files === null) done.alreadyThere += 1;
    else done.runs += 1;
    done.files += files ?? 0;
  }
  return { target, ...done, skipped: [...skipped.values()] };
}
