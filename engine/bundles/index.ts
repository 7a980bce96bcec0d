export type { Bundle, BundleFile, GoldenRows } from './bundle.ts';
export { bundleZip } from './bundle-zip.ts';
export type { NamedKey, TrustedKeys } from './checks/signature-checks.ts';
export { createKeyring, type Keyring } from './keyring.ts';
export { type BundlePlan, makeBundle } from './make-bundle.ts';
export { bundleOf, findFiles, goldenRowsOf } from './read-bundle.ts';
export { readPublicKey } from './signing-key.ts';
export { trustedKeys } from './trusted-keys.ts';
export { verifyBundle } from './verify-bundle.ts';
