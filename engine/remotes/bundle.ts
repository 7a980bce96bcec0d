import { createHash } from 'node:crypto';
import { checksumsOf, type ExportSources, exportFiles } from '../models/index.ts';
import { createSession } from '../onnx/index.ts';
import { encodeRequest, exampleRow, newPace, runBatches } from '../serving/index.ts';
import type { Answers, Bundle, BundleRun } from './target.ts';

const goldenRows = 20;
const checksumsFile = 'checksums.sha256';

/** What a job process makes a bundle of. */
export type BundleSources = ExportSources & { run: BundleRun | null };

/** Puts together what is pushed of a version. Loads the model. Errors: models/invalid-onnx. */
export async function makeBundle(sources: BundleSources): Promise<Bundle> {
  const { version, model, run } = sources;
  const made = await exportFiles(sources);
  const checksums = checksumsOf(made);
  const all = [...made, [checksumsFile, checksums] as const].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = Array.from({ length: goldenRows }, (_, n) => exampleRow(version.signature, n));
  return {
    version,
    digest: digestOf(checksums),
    files: all.map(([path, bytes]) => ({
      path,
      digest: digestOf(bytes),
      sizeBytes: bytes.byteLength,
      bytes: async () => bytes,
    })),
    run,
    golden: { rows, answers: await answersOf(model, version.signature, rows) },
  };
}

/** The answers of a model file for rows. Errors: models/invalid-onnx, predictions/bad-rows. */
export async function answersOf(
  model: Uint8Array,
  signature: Bundle['version']['signature'],
  rows: Bundle['golden']['rows'],
): Promise<Answers> {
  const session = await createSession(model);
  try {
    const encoded = await encodeRequest(signature, { rows });
    const { milliseconds: _, ...answers } = await runBatches(session, signature, encoded, newPace());
    return answers;
  } finally {
    await session.release();
  }
}

/** `sha256:` and 64 hexadecimal digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
