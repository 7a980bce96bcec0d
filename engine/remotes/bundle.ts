import { createHash } from 'node:crypto';
import { type BundlePlan, goldenRowsOf, makeBundle as makeSigned } from '../bundles/index.ts';
import { createSession, type OnnxVersion } from '../onnx/index.ts';
import { encodeRequest, newPace, runBatches } from '../serving/index.ts';
import type { Answers, Bundle, BundleRun } from './target.ts';

/** What a job process makes a bundle of. The plan holds the signing key: it is never stored. */
export type BundleSources = { version: OnnxVersion; plan: BundlePlan; run: BundleRun | null };

/** The signed bundle of a version, as targets take it. Loads the model. Errors: models/invalid-onnx. */
export async function makeBundle({ version, plan, run }: BundleSources): Promise<Bundle> {
  const { digest, files } = await makeSigned(plan);
  return {
    version,
    digest,
    files: files.map(({ bytes, ...file }) => ({ ...file, bytes: async () => bytes })),
    run,
    golden: goldenRowsOf(new Map(files.map(({ path, bytes }) => [path, bytes]))),
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
