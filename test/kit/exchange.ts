import { fileURLToPath } from 'node:url';
import type { Workspace } from '../../engine/index.ts';
import { RunImportRequest, RunImportResult } from '../../local-api/contract/index.ts';

/** A file or folder of test/fixtures/exchange. */
export function exchangeFixture(path: string): string {
  return fileURLToPath(new URL(`../fixtures/exchange/${path}`, import.meta.url));
}

/** Imports to the end; a job that did not succeed fails with its error. */
export async function importRuns(
  workspace: Workspace,
  path: string,
  options: Partial<RunImportRequest> = {},
): Promise<RunImportResult> {
  const job = await workspace.exchange.importRuns(RunImportRequest.parse({ path, ...options }), null);
  const ended = await workspace.jobs.wait(job.id);
  if (ended.state !== 'succeeded')
    throw new Error(`${ended.state}: ${ended.error?.code} ${ended.error?.message}`);
  return RunImportResult.parse(ended.result);
}
