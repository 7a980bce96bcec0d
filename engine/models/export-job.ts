import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportResult, PredictResponse } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { createSession } from '../onnx/index.ts';
import { encodeRequest, exampleRow, newPace, runBatches } from '../serving/index.ts';
import { checksumsFile, type ExportPlan } from './export/export-plan.ts';
import { mlflowFiles } from './export/mlflow-files.ts';
import { exportReadme } from './export/readme.ts';
import { nodeScript, pythonScript } from './export/scripts.ts';
import { moveIntoPlace } from './export/target-folder.ts';

const exampleRows = 3;

/**
 * Writes a model version as a folder that runs anywhere. Nothing is visible at the target before everything is there.
 * The same version gives the same files.
 *
 * Throws export/target-exists, export/not-writable, artifacts/disk-full, models/invalid-onnx, jobs/cancelled.
 */
export async function run({ input, progress, signal }: JobContext<ExportPlan>): Promise<ExportResult> {
  const { target, staging, overwrite } = input;
  progress(0.1, 'Running the model on an example');
  const files = await exportFiles(input);
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
    digest: `sha256:${sha256(bytes)}`,
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

/** Every file of the export by its path, sorted. */
async function exportFiles(plan: ExportPlan): Promise<Map<string, Uint8Array>> {
  const { version, model } = plan;
  const { signature } = version;
  const rows = Array.from({ length: exampleRows }, (_, n) => exampleRow(signature, n));
  const texts: Record<string, string> = {
    'README.md': exportReadme(version),
    'card.md': version.card,
    'signature.json': json(signature),
    'example-request.json': json({ model: `${version.model}/${version.version}`, rows }),
    'example-response.json': json(await exampleResponse(plan, rows)),
    'predict.py': pythonScript,
    'predict.mjs': nodeScript,
  };
  const files = new Map<string, Uint8Array>([
    ...mlflowFiles(version, model, rows),
    ...plan.runFiles.map(({ path, bytes }): [string, Uint8Array] => [path, bytes]),
    ...Object.entries(texts).map(([path, text]): [string, Uint8Array] => [path, Buffer.from(text, 'utf8')]),
  ]);
  const sorted = [...files].sort(([a], [b]) => (a < b ? -1 : 1));
  const checksums = sorted.map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`).join('');
  return new Map([...sorted, [checksumsFile, Buffer.from(checksums, 'utf8')]]);
}

type ExampleResponse = Omit<PredictResponse, 'milliseconds'>;

/** The answer that Assay gives, less the time it took. */
async function exampleResponse(
  { version, model }: ExportPlan,
  rows: Parameters<typeof encodeRequest>[1]['rows'],
): Promise<ExampleResponse> {
  const session = await createSession(model);
  try {
    const encoded = await encodeRequest(version.signature, { rows });
    const { milliseconds: _, ...answers } = await runBatches(session, version.signature, encoded, newPace());
    return { model: version.model, version: version.version, rows: encoded.rows, ...answers };
  } finally {
    await session.release();
  }
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

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
