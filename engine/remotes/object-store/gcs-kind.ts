import { z } from 'zod';
import { GcsLocation, gcsStore } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';

const GcsConfig = GcsLocation.extend({
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

export const gcsKind = defineTargetKind({
  kind: 'gcs',
  title: 'Google Cloud Storage',
  description: 'Files with a manifest in a bucket of Google Cloud.',
  configSchema: GcsConfig,
  canPull: true,
  address: ({ bucket, prefix }) => `gs://${bucket}${prefix === '' ? '' : `/${prefix}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(gcsStore(config), config),
});
