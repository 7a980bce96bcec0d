import { z } from 'zod';
import { defineTargetKind, secretField } from '../../target.ts';

const GcsConfig = z.object({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'the name of a bucket')
    .meta({ title: 'Bucket' }),
  prefix: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'Folder', description: 'Versions lie in models/<name>/<version>/ below it' }),
  serviceAccount: secretField('Of a service account: the whole JSON file').meta({ title: 'Key file' }),
  accessToken: secretField('Instead of a key file; such tokens end after an hour').meta({
    title: 'Access token',
  }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Address',
      description: 'Of an emulator, which may do without credentials. Empty for Google Cloud',
    }),
  partMb: z.number().min(1).max(4000).default(16).meta({
    title: 'Part size (MB)',
    description: 'Larger files go in parts of this size, and go on after the last one when they were cut off',
  }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Keep each alias as an object that names its version' }),
});
export type GcsConfig = z.infer<typeof GcsConfig>;

export const gcsKind = defineTargetKind({
  kind: 'gcs',
  title: 'Google Cloud Storage',
  description: 'Files with a manifest in a bucket of Google Cloud.',
  configSchema: GcsConfig,
  canPull: true,
  address: ({ bucket, prefix }) => `gs://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
  open: async (config) => (await import('./gcs-store.ts')).openGcs(config),
});
