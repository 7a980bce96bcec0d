import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ExportResult } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import { checksumsOf, type ExportSources, exportFailure, exportFiles, sortedFiles } from '../models/index.ts';
import { writeDurably } from '../system/index.ts';
import { zipChunks } from '../zip/index.ts';
import { checkFileFree } from './archive-target.ts';
import { bundlePaths } from './bundle.ts';
import { digestOf } from './digest.ts';
import { type BundlePlan, makeBundle } from './make-bundle.ts';

/** What the job process needs to write a version as one ZIP archive. */
export type ArchivePlan = {
  target: string;
  /** A file beside it, where the archive is written. */
  staging: string;
  overwrite: boolean;
} & ({ format: 'bundle'; bundle: BundlePlan } | { format: 'zip'; sources: ExportSources });

/**
 * Writes a version as a ZIP archive: a signed bundle, or what an export to a folder holds. Nothing is visible at the target
 * before everything is there. The same version gives the same bytes.
 *
 * Errors: export/target-exists, export/not-writable, artifacts/disk-full, models/invalid-onnx.
 */
export async function run({ input, progress, signal }: JobContext<ArchivePlan>): Promise<ExportResult> {
  const { target, staging, overwrite } = input;
  progress(0.1, 'Running the model on its golden rows');
  const { files, bundleDigest } = await contentOf(input);
  signal.throwIfAborted();
  progress(0.6, `Writing ${files.size} files`);
  try {
    await mkdir(dirname(target), { recursive: true });
    // Of an attempt that was cut off.
    await rm(staging, { force: true });
    await writeDurably(staging, zipChunks(files));
    signal.throwIfAborted();
    await checkFileFree(target, overwrite);
    await rename(staging, target);
  } catch (error) {
    await rm(staging, { force: true });
    throw exportFailure(error, target);
  }
  return {
    path: target,
    files: [...files].map(([path, bytes]) => ({
      path,
      sizeBytes: bytes.byteLength,
      digest: digestOf(bytes),
    })),
    ...(bundleDigest === null ? {} : { bundleDigest }),
  };
}

async function contentOf(
  plan: ArchivePlan,
): Promise<{ files: Map<string, Uint8Array>; bundleDigest: string | null }> {
  if (plan.format === 'bundle') {
    const { digest, files } = await makeBundle(plan.bundle);
    return { files: new Map(files.map(({ path, bytes }) => [path, bytes])), bundleDigest: digest };
  }
  const made = await exportFiles(plan.sources);
  return {
    files: sortedFiles([...made, [bundlePaths.checksums, checksumsOf(made)]]),
    bundleDigest: null,
  };
}
