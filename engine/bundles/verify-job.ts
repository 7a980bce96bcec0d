import type { BundleReport } from '../../local-api/contract/index.ts';
import type { JobContext } from '../jobs/index.ts';
import type { TrustedKeys } from './checks/signature-checks.ts';
import { verifyBundle } from './verify-bundle.ts';

export type VerifyPlan = { path: string; trusted: TrustedKeys };

/** Checks a bundle. What it finds is its result, also when checks failed. */
export async function run({ input, progress }: JobContext<VerifyPlan>): Promise<BundleReport> {
  const { report } = await verifyBundle(input.path, input.trusted, (title, done, of) =>
    progress(done / of, title),
  );
  return report;
}
