import { type BundleManifest, type Cell, RealNumber } from '../../local-api/contract/index.ts';
import { checksumsOf, type ExportSources, exportFiles, sortedFiles } from '../models/index.ts';
import { type Answers, type Bundle, type BundleFile, bundlePaths } from './bundle.ts';
import { digestOf } from './digest.ts';
import { sealEnvelope } from './dsse.ts';
import { answersOf, goldenRows } from './golden-rows.ts';
import type { Lineage } from './lineage.ts';
import { bundleOf } from './read-bundle.ts';
import { sbomOf } from './sbom.ts';
import { publicKeyOf, type SigningKey } from './signing-key.ts';
import { statementOf } from './statement.ts';

/** What a bundle is made of. It holds the private key: it may be sent to a job process, and is never stored. */
export type NewBundle = ExportSources & { lineage: Lineage; signingKey: SigningKey; assayVersion: string };

/** A bundle to be made, or the files of the one that a version came from. */
export type BundlePlan = NewBundle | { kept: readonly (readonly [path: string, bytes: Uint8Array])[] };

/**
 * Puts the bundle of a version together and signs it: everything that an export holds, golden rows with their answers, a bill
 * of materials, lineage, manifest, checksums, and the signed statement of where it all comes from. The same plan gives the same
 * bytes (Ed25519 signatures have no chance in them). A version that came in a bundle keeps that one. docs/reference/bundle-format.md describes the files.
 *
 * Loads the model and runs it on about 40 rows. Cost: some passes over the model's bytes; everything is held in memory.
 * Errors: models/invalid-onnx.
 */
export async function makeBundle(plan: BundlePlan): Promise<Bundle> {
  return 'kept' in plan ? bundleOf(new Map(plan.kept)) : makeNew(plan);
}

async function makeNew(plan: NewBundle): Promise<Bundle> {
  const { version, lineage, assayVersion } = plan;
  const { model, signature } = version;
  const exported = await exportFiles(plan);
  const rows = goldenRows(signature);
  const answers = await answersOf(plan.model, signature, rows);
  const requirements = textOf(exported.get('requirements.txt'));
  const listed = sortedFiles([
    ...exported,
    [bundlePaths.goldenRows, json({ model: `${model}/${version.version}`, rows })],
    [bundlePaths.goldenAnswers, goldenAnswersFile(version, rows, answers)],
    [bundlePaths.sbom, json(sbomOf({ version, lineage, requirements, assayVersion }))],
    [bundlePaths.lineage, json(lineage)],
  ]);

  const manifest: BundleManifest = {
    format: 'assay-bundle/1',
    model,
    version: version.version,
    modelDigest: version.digest,
    createdAt: new Date(version.createdAtMs).toISOString(),
    files: filesOf(listed).map(({ path, sizeBytes, digest }) => ({ path, sizeBytes, digest })),
  };
  const summed = sortedFiles([...listed, [bundlePaths.manifest, json(manifest)]]);
  const signed = sortedFiles([...summed, [bundlePaths.checksums, checksumsOf(summed)]]);
  const recipe = exported.get('recipe.json');
  const statement = statementOf({
    files: filesOf(signed),
    lineage,
    recipe: recipe === undefined ? null : parseJson(textOf(recipe)),
    model,
    version: version.version,
    assayVersion,
  });
  const { signingKey } = plan;
  const all = sortedFiles([
    ...signed,
    [bundlePaths.statement, bytesOf(sealEnvelope(bytesOf(statement), signingKey))],
    [bundlePaths.publicKey, bytesOf(publicKeyOf(signingKey).publicKey)],
  ]);
  return { digest: digestOf(json(manifest)), manifest, files: filesOf(all) };
}

function filesOf(files: ReadonlyMap<string, Uint8Array>): BundleFile[] {
  return [...files].map(([path, bytes]) => ({
    path,
    sizeBytes: bytes.byteLength,
    digest: digestOf(bytes),
    bytes,
  }));
}

/** As an answer of the API looks; the three numbers that JSON has no word for as texts. */
function goldenAnswersFile(
  { model, version }: NewBundle['version'],
  rows: readonly Record<string, Cell>[],
  { label, classes, probabilities, value }: Answers,
): Uint8Array {
  const number = (one: number) => RealNumber.parse(Number.isFinite(one) ? one : String(one));
  return json({
    model,
    version,
    rows: rows.length,
    ...(label === undefined ? {} : { label, classes }),
    ...(probabilities === undefined ? {} : { probabilities: probabilities.map((row) => row.map(number)) }),
    ...(value === undefined ? {} : { value: value.map(number) }),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString('utf8');
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

function json(value: unknown): Uint8Array {
  return bytesOf(`${JSON.stringify(value, null, 2)}\n`);
}
