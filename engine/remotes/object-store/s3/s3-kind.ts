import { z } from 'zod';
import { defineTargetKind, secretField } from '../../target.ts';

const S3Config = z.object({
  bucket: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/, 'the name of a bucket')
    .meta({ title: 'Bucket' }),
  prefix: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'Folder', description: 'Versions lie in models/<name>/<version>/ below it' }),
  region: z.string().min(1).default('us-east-1').meta({ title: 'Region' }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Address',
      description: 'Of MinIO, Ceph, R2 and the like: https://minio.example.com:9000. Empty for AWS',
    }),
  pathStyle: z
    .boolean()
    .default(true)
    .meta({ title: 'Bucket in the path', description: 'As MinIO wants it, where an address is given' }),
  accessKeyId: z.string().min(1).meta({ title: 'Access key' }),
  secretAccessKey: secretField('Of the access key').meta({ title: 'Secret key' }),
  sessionToken: secretField('Of temporary credentials alone').meta({ title: 'Session token' }),
  conditional: z.boolean().default(true).meta({
    title: 'Conditional writes',
    description: 'Let the store itself refuse to overwrite. Switch it off for stores that answer 501 to it',
  }),
  partMb: z.number().min(5).max(5000).default(16).meta({
    title: 'Part size (MB)',
    description: 'Larger files go in parts of this size, and go on after the last one when they were cut off',
  }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Keep each alias as an object that names its version' }),
});
export type S3Config = z.infer<typeof S3Config>;

export const s3Kind = defineTargetKind({
  kind: 's3',
  title: 'S3 bucket',
  description: 'Files with a manifest in Amazon S3, MinIO, Ceph, R2 or another store that speaks S3.',
  configSchema: S3Config,
  canPull: true,
  address: ({ bucket, prefix, endpoint }) =>
    `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`,
  open: async (config) => (await import('./s3-store.ts')).openS3(config),
});
