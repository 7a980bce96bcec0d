import { AssayError } from '../../engine/errors.ts';
import type { ExportRunsInput } from '../../engine/exchange/index.ts';
import type { JobContext } from '../../engine/jobs/index.ts';
import { runningEngine } from '../cli/running-engine.ts';
import type { RunExportResult } from '../contract/index.ts';
import { exportRuns } from './export-runs.ts';

/** Reads the runs through the API of the engine, as the command line does. Errors: those of `exportRuns`. */
export async function run(context: JobContext<ExportRunsInput>): Promise<RunExportResult> {
  const { dir, target, credentials, ...selection } = context.input;
  const engine = await runningEngine(dir);
  if (engine === null)
    throw new AssayError('internal', 'The engine of the workspace does not answer its own jobs.');
  return exportRuns(engine.client, {
    selection,
    target,
    credentials,
    signal: context.signal,
    progress: context.progress,
  });
}
