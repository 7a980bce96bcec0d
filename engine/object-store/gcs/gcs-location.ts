import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';

export const GcsLocation = z.object({
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/, 'the name of a bucket')
    .meta({ title: 'Bucket' }),
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
});
export type GcsLocation = z.infer<typeof GcsLocation>;
