import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';

export const S3Location = z.object({
  bucket: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$/, 'the name of a bucket')
    .meta({ title: 'Bucket' }),
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
});
export type S3Location = z.infer<typeof S3Location>;
