import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportResult } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { checksumsFile, checksumsOf, exportFiles, sortedFiles } from './export/export-files.ts';
import type { ExportPlan } from './export/export-plan.ts';
import { serverFiles } from './export/server-files.ts';
import { moveIntoPlace } from './export/target-folder.ts';

/**
 * Writes a model version as a folder that runs anywhere. Nothing is visible at the target before everything is there.
 * The same version gives the same files.
 *
 * Throws export/target-exists, export/not-writable, artifacts/disk-full, models/invalid-onnx, jobs/cancelled.
 */
export async function run({ input, progress, signal }: JobContext<ExportPlan>): Promise<ExportResult> {
  const { target, staging, overwrite } = input;
  progress(0.1, 'Running the model on an example');
  const server = input.server === null ? [] : serverFiles(input.version, input.server);
  const made = sortedFiles([...(await exportFiles(input)), ...server]);
  const files = sortedFiles([...made, [checksumsFile, checksumsOf(made)]]);
  signal.throwIfAborted();
  progress(0.5, `Writing ${files.size} files`);
  try {
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    for (const [path, bytes] of files) {
      signal.throwIfAborted();
      await writeDurably(join(staging, path), bytes);
    }
    progress(0.9, 'Moving the folder into place');
    await moveIntoPlace(staging, target, overwrite);
  } catch (error) {
    throw writeFailure(error, target);
  }
  const written = [...files].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.byteLength,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  }));
  return { path: target, files: written };
}

/** Names what the file system refused; anything else stays as it is. */
function writeFailure(error: unknown, target: string): unknown {
  if (!(error instanceof Error) || error instanceof AssayError || !('code' in error)) return error;
  const code =
    error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'artifacts/disk-full' : 'export/not-writable';
  return new AssayError(code, `Cannot write to "${target}": ${error.message}`, { cause: error });
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}
