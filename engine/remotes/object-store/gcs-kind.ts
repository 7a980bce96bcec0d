import { GcsLocation, gcsStore } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';
import { layoutFields } from './layout-fields.ts';

export const gcsKind = defineTargetKind({
  kind: 'gcs',
  title: 'Google Cloud Storage',
  description: 'Files with a manifest in a bucket of Google Cloud.',
  configSchema: GcsLocation.extend(layoutFields('an object')),
  canPull: true,
  address: ({ bucket, prefix }) => `gs://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(gcsStore(config), config),
});
