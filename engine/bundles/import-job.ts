import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleManifest, BundleReport } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { bundlePaths } from './bundle.ts';
import type { TrustedKeys } from './checks/signature-checks.ts';
import { Lineage } from './lineage.ts';
import { parseFile } from './read-bundle.ts';
import { verifyBundle } from './verify-bundle.ts';

export type ImportPlan = { path: string; trusted: TrustedKeys; acceptUnknownSigner: boolean };

/** What the host takes over of a bundle that passed. Files lie in the job's folder under names of its own. */
export type ImportedBundle = {
  report: BundleReport;
  digest: string;
  manifest: BundleManifest;
  lineage: Lineage;
  files: { path: string; file: string }[];
};

/** Verifies a bundle and lays its files out for the host. Errors: bundles/not-genuine with every check that failed. */
export async function run({ input, progress, tmpDir }: JobContext<ImportPlan>): Promise<ImportedBundle> {
  const { report, bundle } = await verifyBundle(input.path, input.trusted, (title, done, of) =>
    progress((0.8 * done) / of, title),
  );
  const faults = report.checks.filter(
    ({ id, verdict }) =>
      verdict === 'failed' || verdict === 'skipped' || (id === 'signer' && verdict === 'warning'),
  );
  const counted = faults.filter(({ id }) => !(id === 'signer' && input.acceptUnknownSigner));
  if (bundle === null || counted.length > 0)
    throw new AssayError(
      'bundles/not-genuine',
      `The bundle is not taken: ${counted.map(({ detail }) => detail).join(' ')}`,
      {
        problems: counted.map(({ id, detail }) => ({ path: id, message: detail })),
        ...(counted.every(({ id }) => id === 'signer') ? { hint: unknownSigner } : {}),
      },
    );
  progress(0.9, 'Laying out its files');
  const files = new Map(bundle.files.map(({ path, bytes }) => [path, bytes]));
  const lineage = parseFile(files, bundlePaths.lineage, Lineage);
  const laid: ImportedBundle['files'] = [];
  for (const [n, { path, bytes }] of bundle.files.entries()) {
    const file = join(tmpDir, `file-${n}`);
    await writeFile(file, bytes);
    laid.push({ path, file });
  }
  return { report, digest: bundle.digest, manifest: bundle.manifest, lineage, files: laid };
}

const unknownSigner =
  'Trust the key of whoever made it ("assay keys trust NAME key.pem"), or send acceptUnknownSigner to take it as it is.';
