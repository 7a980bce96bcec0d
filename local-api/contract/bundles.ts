import { z } from 'zod';
import { Digest, TimestampMs } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { ModelName, SemVer } from './models.ts';

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

/** A public key that bundles are verified with. */
export const BundleKey = z
  .object({
    keyId: KeyId,
    name: z.string(),
    publicKey: z.string().describe('PEM'),
    origin: z.enum(['own', 'trusted']).describe('own: this workspace signs or has signed with it'),
    addedAtMs: TimestampMs,
    retiredAtMs: TimestampMs.nullable().describe(
      'Of an own key that was replaced: what it signed is still trusted',
    ),
  })
  .meta({ id: 'BundleKey' });
export type BundleKey = z.infer<typeof BundleKey>;

/** Where a bundle is: on the machine of the engine, or sent to POST /api/v1/uploads before. */
const BundleSource = z
  .object({
    path: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Archive or folder, an absolute path on the machine of the engine'),
    uploadId: z.string().optional().describe('An archive sent to POST /api/v1/uploads'),
  })
  .describe('Either path or uploadId');
const oneSource = {
  check: (source: z.infer<typeof BundleSource>) =>
    (source.path === undefined) !== (source.uploadId === undefined),
  message: { message: 'give either path or uploadId', path: ['path'] },
};

export const VerifyBundleRequest = BundleSource.extend({
  publicKey: z.string().max(10_000).optional().describe('PEM; instead of the keys that the workspace trusts'),
}).refine(oneSource.check, oneSource.message);
export type VerifyBundleRequest = z.infer<typeof VerifyBundleRequest>;

export const ImportBundleRequest = BundleSource.extend({
  name: ModelName.optional().describe('Register it under this name; that of the bundle when left out'),
  acceptUnknownSigner: z
    .boolean()
    .default(false)
    .describe('Take it although nobody here trusts its key. Everything else must pass in any case'),
}).refine(oneSource.check, oneSource.message);
export type ImportBundleRequest = z.infer<typeof ImportBundleRequest>;

/** Result of an import. */
export const ImportBundleResult = z.object({
  model: z.string(),
  version: SemVer,
  change: z.enum(['added', 'unchanged']).describe('unchanged: this version with this model is here already'),
  runId: z.string().nullable(),
  digest: Digest.describe('Of the bundle'),
  report: BundleReport,
});
export type ImportBundleResult = z.infer<typeof ImportBundleResult>;

export const bundlesApi = {
  verify: endpoint({
    id: 'bundles.verify',
    method: 'POST',
    path: '/api/v1/bundles/verify',
    summary: 'Check a bundle by all that it states (a job)',
    description:
      'The result of the job is a BundleReport with every check, also when checks failed. Nothing is kept of the bundle.',
    body: VerifyBundleRequest,
    status: 202,
    response: Job,
    errors: ['uploads/not-found', 'keys/invalid'],
  }),
  import: endpoint({
    id: 'bundles.import',
    method: 'POST',
    path: '/api/v1/bundles/import',
    summary: 'Register the model of a bundle, with its version and lineage (a job)',
    description:
      'The bundle is verified first. The result of the job is an ImportBundleResult; importing the same bundle again changes nothing.',
    body: ImportBundleRequest,
    status: 202,
    response: Job,
    errors: ['uploads/not-found'],
  }),
};

export const keysApi = {
  list: endpoint({
    id: 'keys.list',
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'Public keys that bundles are verified with, the own ones first',
    response: z.object({ items: z.array(BundleKey) }),
    example: {},
  }),
  trust: endpoint({
    id: 'keys.trust',
    method: 'POST',
    path: '/api/v1/keys',
    summary: 'Trust the bundles that are signed with a key',
    body: z.object({
      name: z.string().trim().min(1).max(200).describe('Whose key it is'),
      publicKey: z.string().min(1).max(10_000).describe('An Ed25519 public key as PEM'),
    }),
    status: 201,
    response: BundleKey,
    errors: ['keys/invalid'],
  }),
  distrust: endpoint({
    id: 'keys.distrust',
    method: 'DELETE',
    path: '/api/v1/keys/{keyId}',
    summary: 'End the trust in a key',
    params: z.object({ keyId: z.string() }),
    status: 204,
    response: 'none',
    errors: ['keys/not-found', 'keys/in-use'],
  }),
  rotate: endpoint({
    id: 'keys.rotate',
    method: 'POST',
    path: '/api/v1/keys/rotate',
    summary: 'Sign with a new key from now on; what the old one signed stays trusted',
    status: 201,
    response: BundleKey,
  }),
};
