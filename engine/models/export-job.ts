import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportResult } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { writeDurably } from '../system/index.ts';
import { checksumsFile, checksumsOf, exportFiles, sortedFiles } from './export/export-files.ts';
import type { ExportPlan } from './export/export-plan.ts';
import { serverFiles } from './export/server-files.ts';
import { exportFailure, moveIntoPlace } from './export/target-folder.ts';

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
    throw exportFailure(error, target);
  }
  const written = [...files].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.byteLength,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  }));
  return { path: target, files: written };
}
