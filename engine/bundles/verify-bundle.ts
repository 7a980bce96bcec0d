import type { BundleCheckId, BundleReport } from '../../local-api/contract/index.ts';
import type { Bundle } from './bundle.ts';
import { checksumsCheck, filesCheck } from './checks/file-checks.ts';
import { type CheckList, checkList } from './checks/finding.ts';
import { goldenRowsCheck, modelCheck } from './checks/model-checks.ts';
import { sbomCheck } from './checks/sbom-check.ts';
import { provenanceCheck, readSigned, signerCheck, type TrustedKeys } from './checks/signature-checks.ts';
import { bundleOf, findFiles } from './read-bundle.ts';

const titles: Record<BundleCheckId, string> = {
  archive: 'The archive is safe to open',
  manifest: 'The manifest can be read',
  files: 'No file is missing and none was added',
  checksums: 'Every file is as the manifest says',
  signature: 'The statement is signed and unchanged',
  signer: 'The key is one that is trusted',
  provenance: 'The statement covers every file as it is',
  sbom: 'The bill of materials is of this model',
  model: 'The model loads and fits its signature',
  'golden-rows': 'The model answers as it did when the bundle was made',
};

/** Told before each check. */
export type OnCheck = (title: string, done: number, of: number) => void;

/** The report, and the bundle for those who go on with it; null when there is no manifest to go by. */
export type Verified = { report: BundleReport; bundle: Bundle | null };

/**
 * Checks a bundle by all that it states: safe archive, manifest, files, checksums, signature and signer, provenance, bill of
 * materials, and the model by use. Every check is listed; one that cannot be made because of another is `skipped`, and that
 * other has failed. Nothing is written and no workspace is needed. Never throws for what it finds: what cannot be read at all
 * is a report whose check `archive` failed. A model that is not as it was signed is not run.
 *
 * Cost: some passes over the bytes, which are all held in memory.
 */
export async function verifyBundle(
  path: string,
  trusted: TrustedKeys,
  onCheck: OnCheck = () => {},
): Promise<Verified> {
  const list = checkList(titles, onCheck);
  const files = await list.read('archive', async () => {
    const { format, files: value } = await findFiles(path);
    return { value, detail: `${format === 'zip' ? 'A ZIP archive' : 'A folder'} of ${value.size} files.` };
  });
  const bundle =
    files === null
      ? null
      : await list.read('manifest', () => {
          const value = bundleOf(files);
          const { model, version } = value.manifest;
          return { value, detail: `${model} ${version}, ${value.digest}.` };
        });
  const signed = files === null || bundle === null ? null : await checkParts(list, bundle, files, trusted);
  list.skipRest(
    bundle === null
      ? 'there is no manifest to go by'
      : signed === null
        ? 'no signature holds'
        : 'a model is run only when all files are as they were signed',
  );
  const named = trusted?.find(({ keyId }) => keyId === signed?.keyId);
  const report: BundleReport = {
    path,
    ok: bundle !== null && list.checks.every(({ verdict }) => verdict === 'passed' || verdict === 'warning'),
    digest: bundle?.digest ?? null,
    model: bundle?.manifest.model ?? null,
    version: bundle?.manifest.version ?? null,
    signedBy: signed?.keyId ?? null,
    signer: named?.name ?? null,
    checks: list.checks,
  };
  return { report, bundle };
}

/** Checks what the manifest lists. Gives the key whose signature holds. */
async function checkParts(
  list: CheckList,
  bundle: Bundle,
  files: ReadonlyMap<string, Uint8Array>,
  trusted: TrustedKeys,
): Promise<{ keyId: string } | null> {
  await list.make('files', () => filesCheck(bundle));
  await list.make('checksums', () => checksumsCheck(bundle));
  const signed = await list.read('signature', () => {
    const value = readSigned(files, trusted);
    return { value, detail: `Ed25519 signature of the key ${value.signedBy.keyId}.` };
  });
  await list.make('sbom', () => sbomCheck(bundle, files));
  if (signed === null) return null;
  await list.make('signer', () => signerCheck(signed, trusted));
  const isAsSigned = await list.make('provenance', () => provenanceCheck(bundle, signed));
  const opens = isAsSigned && (await list.make('model', () => modelCheck(bundle, files)));
  if (opens) await list.make('golden-rows', () => goldenRowsCheck(files));
  return signed.signedBy;
}
