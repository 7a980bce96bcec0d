export type { BundleService } from './bundle-service.ts';
export { bundleZip } from './bundle-zip.ts';
export type { TrustedKeys } from './checks/signature-checks.ts';
export { createBundleService } from './create-bundle-service.ts';
export { type BundlePlan, makeBundle } from './make-bundle.ts';
export { bundleOf, goldenRowsOf } from './read-bundle.ts';
export { readPublicKey } from './signing-key.ts';
export { trustedKeys } from './trusted-keys.ts';
export { verifyBundle } from './verify-bundle.ts';
