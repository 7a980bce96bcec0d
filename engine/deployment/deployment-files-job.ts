import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import type { ExportResult } from '../../local-api/contract/index.ts';
import { type BundlePlan, makeBundle } from '../bundles/index.ts';
import type { JobContext } from '../jobs/index.ts';
import {
  checksumsFile,
  checksumsOf,
  exportFailure,
  moveIntoPlace,
  serverFiles,
  sortedFiles,
} from '../models/index.ts';
import { writeDurably } from '../system/index.ts';
import { bundleFolder } from './writers/docker.ts';

/** What the job process needs to write files that run a version. It holds the signing key: it is never stored. */
export type DeploymentFilesPlan = {
  /** Absolute path of the folder. */
  target: string;
  /** A folder beside it, where the files are put together. */
  staging: string;
  overwrite: boolean;
  texts: (readonly [path: string, text: string])[];
  /** Where a build context gets the model and the server; null: in none. */
  context: {
    folder: string;
    version: { model: string; version: string };
    server: Uint8Array;
    bundle: BundlePlan;
  } | null;
};

/** Of the server, those that the build context has in its own way. */
const ownFiles = new Set(['Dockerfile', '.dockerignore', 'SERVING.md']);

/**
 * Writes files that run a version into a folder. Nothing is visible there before everything is. The same version and document
 * give the same bytes.
 *
 * Errors: export/target-exists, export/not-writable, artifacts/disk-full, models/invalid-onnx, jobs/cancelled.
 */
export async function run({
  input,
  progress,
  signal,
}: JobContext<DeploymentFilesPlan>): Promise<ExportResult> {
  const { target, staging, overwrite, texts, context } = input;
  if (context !== null) progress(0.1, 'Making the bundle');
  const made = sortedFiles([
    ...texts.map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')]),
    ...(context === null ? [] : await contextFiles(context)),
  ]);
  const files = new Map([...made, [checksumsFile, checksumsOf(made)]]);
  signal.throwIfAborted();
  progress(0.6, `Writing ${files.size} files`);
  try {
    await rm(staging, { recursive: true, force: true });
    for (const [path, bytes] of files) {
      signal.throwIfAborted();
      const file = join(staging, path);
      await mkdir(dirname(file), { recursive: true });
      await writeDurably(file, bytes);
    }
    progress(0.95, 'Moving the folder into place');
    await moveIntoPlace(staging, target, overwrite);
  } catch (error) {
    throw exportFailure(error, target);
  }
  return {
    path: target,
    files: [...files].map(([path, bytes]) => ({
      path,
      sizeBytes: bytes.byteLength,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    })),
  };
}

async function contextFiles({
  folder,
  version,
  server,
  bundle,
}: NonNullable<DeploymentFilesPlan['context']>): Promise<[string, Uint8Array][]> {
  const { files } = await makeBundle(bundle);
  return [
    ...serverFiles(version, server).filter(([path]) => !ownFiles.has(path)),
    ...files.map(({ path, bytes }): [string, Uint8Array] => [`${bundleFolder}/${path}`, bytes]),
  ].map(([path, bytes]): [string, Uint8Array] => [posix.join(folder, path), bytes]);
}
