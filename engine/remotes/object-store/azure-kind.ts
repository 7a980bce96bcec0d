import { z } from 'zod';
import { AzureLocation, azureStore } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';

const AzureConfig = AzureLocation.extend({
  prefix: z
    .string()
    .max(500)
    .default('')
    .meta({ title: 'Folder', description: 'Versions lie in models/<name>/<version>/ below it' }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Keep each alias as a blob that names its version' }),
});

export const azureKind = defineTargetKind({
  kind: 'azure-blob',
  title: 'Azure Blob storage',
  description: 'Files with a manifest in a container of a storage account.',
  configSchema: AzureConfig,
  canPull: true,
  address: ({ account, container, prefix }) => `${account}/${container}${prefix === '' ? '' : `/${prefix}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(azureStore(config), config),
});
