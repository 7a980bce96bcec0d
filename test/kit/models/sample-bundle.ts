import { sha256 } from '../../../engine/bundles/digest.ts';
import { type BundlePlan, makeBundle } from '../../../engine/bundles/index.ts';
import { newSigningKey } from '../../../engine/bundles/signing-key.ts';
import { withOnnx } from '../../../engine/onnx/index.ts';
import type { Signature } from '../../../local-api/contract/index.ts';
import { lateModel, versionOf } from './sample-models.ts';

/** The plan of a bundle of a small model, with a run and a dataset behind it. */
export function samplePlan(
  model: { bytes: Uint8Array; signature: Signature } = lateModel(),
  change: Partial<BundlePlan> = {},
): BundlePlan {
  const digest = `sha256:${sha256(model.bytes)}`;
  const version = withOnnx({
    ...versionOf('late', digest, model.signature),
    sizeBytes: model.bytes.byteLength,
    card: '# Late\n',
    createdAtMs: Date.UTC(2026, 0, 2, 3, 4, 5),
  });
  return {
    version,
    model: model.bytes,
    runFiles: [{ path: 'recipe.json', bytes: Buffer.from('{"task":"classification","seed":1}') }],
    lineage: {
      description: 'Is it late?',
      trainer: 'linear',
      metrics: { auc: 0.75 },
      run: {
        id: 'a'.repeat(32),
        name: 'calm-river-1',
        source: 'train',
        startedAtMs: Date.UTC(2026, 0, 1),
        endedAtMs: Date.UTC(2026, 0, 1, 0, 1),
        params: { trainer: 'linear' },
        commit: 'b'.repeat(40),
      },
      dataset: { name: 'flights', digest: `sha256:${'c'.repeat(64)}`, version: 2, rows: 1000 },
    },
    signingKey: newSigningKey(),
    assayVersion: '0.1.0',
    ...change,
  };
}

/** The files of a bundle by path. */
export async function sampleFiles(plan: BundlePlan = samplePlan()): Promise<Map<string, Uint8Array>> {
  const { files } = await makeBundle(plan);
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}
