import { z } from 'zod';
import { S3Location, s3Store } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';

const S3Config = S3Location.extend({
  prefix: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'Folder', description: 'Versions lie in models/<name>/<version>/ below it' }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Keep each alias as an object that names its version' }),
});

export const s3Kind = defineTargetKind({
  kind: 's3',
  title: 'S3 bucket',
  description: 'Files with a manifest in Amazon S3, MinIO, Ceph, R2 or another store that speaks S3.',
  configSchema: S3Config,
  canPull: true,
  address: ({ bucket, prefix, endpoint }) =>
    `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(s3Store(config), config),
});
