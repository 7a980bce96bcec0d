import { outsideManifest } from '../../../engine/bundles/bundle.ts';
import { digestOf, sha256 } from '../../../engine/bundles/digest.ts';
import { sealEnvelope } from '../../../engine/bundles/dsse.ts';
import { bundleOf, makeBundle } from '../../../engine/bundles/index.ts';
import type { NewBundle } from '../../../engine/bundles/make-bundle.ts';
import { newSigningKey } from '../../../engine/bundles/signing-key.ts';
import { statementOf } from '../../../engine/bundles/statement.ts';
import { checksumsOf, sortedFiles } from '../../../engine/models/index.ts';
import { withOnnx } from '../../../engine/onnx/index.ts';
import type { Signature } from '../../../local-api/contract/index.ts';
import { lateModel, versionOf } from './sample-models.ts';

/** The plan of a bundle of a small model, with a run and a dataset behind it. */
export function samplePlan(
  model: { bytes: Uint8Array; signature: Signature } = lateModel(),
  change: Partial<NewBundle> = {},
): NewBundle {
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
export async function sampleFiles(plan: NewBundle = samplePlan()): Promise<Map<string, Uint8Array>> {
  const { files } = await makeBundle(plan);
  return new Map(files.map(({ path, bytes }) => [path, bytes]));
}

/** The same files with manifest, checksums and signature made anew for them, as whoever holds a key could. */
export function signedAnew(files: ReadonlyMap<string, Uint8Array>, plan: NewBundle): Map<string, Uint8Array> {
  const { manifest } = bundleOf(files);
  const listed = new Map([...files].filter(([path]) => !outsideManifest.has(path)));
  const entries = [...listed].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.byteLength,
    digest: digestOf(bytes),
  }));
  const text = Buffer.from(JSON.stringify({ ...manifest, files: entries }));
  const summed = sortedFiles([...listed, ['manifest.json', text]]);
  const signed = sortedFiles([...summed, ['checksums.sha256', checksumsOf(summed)]]);
  const statement = statementOf({
    files: [...signed].map(([path, bytes]) => ({ path, digest: digestOf(bytes) })),
    lineage: plan.lineage,
    recipe: null,
    model: manifest.model,
    version: manifest.version,
    assayVersion: plan.assayVersion,
  });
  return new Map([
    ...files,
    ...signed,
    ['provenance.intoto.jsonl', Buffer.from(sealEnvelope(Buffer.from(statement), plan.signingKey))],
  ]);
}
