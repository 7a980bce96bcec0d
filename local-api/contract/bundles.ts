import { z } from 'zod';
import { Digest } from './common.ts';
import { SemVer } from './models.ts';

export const BundleFileEntry = z.object({ path: z.string(), sizeBytes: z.int(), digest: Digest });

/** `manifest.json` of a bundle. Its own digest is the digest of the bundle. */
export const BundleManifest = z
  .object({
    format: z.literal('assay-bundle/1'),
    model: z.string(),
    version: SemVer,
    modelDigest: Digest.describe('Digest of model.onnx'),
    createdAt: z.iso.datetime().describe('When the version was registered'),
    files: z
      .array(BundleFileEntry)
      .describe('Every file but this one, the checksums, the signed statement and the key'),
  })
  .meta({ id: 'BundleManifest' });
export type BundleManifest = z.infer<typeof BundleManifest>;

/** SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hexadecimal digits. */
export const KeyId = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

export const BundleCheckId = z.enum([
  'archive',
  'manifest',
  'files',
  'checksums',
  'signature',
  'signer',
  'provenance',
  'sbom',
  'model',
  'golden-rows',
]);
export type BundleCheckId = z.infer<typeof BundleCheckId>;

export const BundleCheck = z.object({
  id: BundleCheckId,
  title: z.string(),
  verdict: z.enum(['passed', 'warning', 'failed', 'skipped']),
  detail: z.string().describe('What was found, for people'),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).describe('At most 100'),
});
export type BundleCheck = z.infer<typeof BundleCheck>;

export const BundleReport = z
  .object({
    path: z.string(),
    ok: z.boolean().describe('No check failed; a warning is no failure'),
    digest: Digest.nullable().describe('Digest of the bundle; null when it has no manifest'),
    model: z.string().nullable(),
    version: z.string().nullable(),
    signedBy: KeyId.nullable().describe('The key whose signature holds'),
    signer: z.string().nullable().describe('The name under which that key is trusted here'),
    checks: z.array(BundleCheck),
  })
  .meta({ id: 'BundleReport' });
export type BundleReport = z.infer<typeof BundleReport>;
