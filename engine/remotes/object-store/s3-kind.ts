import { S3Location, s3Store } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';
import { layoutFields } from './layout-fields.ts';

export const s3Kind = defineTargetKind({
  kind: 's3',
  title: 'S3 bucket',
  description: 'Files with a manifest in Amazon S3, MinIO, Ceph, R2 or another store that speaks S3.',
  configSchema: S3Location.extend(layoutFields('an object')),
  canPull: true,
  address: ({ bucket, prefix, endpoint }) =>
    `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}${endpoint === undefined ? '' : ` at ${new URL(endpoint).host}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(s3Store(config), config),
});
