import { AzureLocation, azureStore } from '../../object-store/index.ts';
import { defineTargetKind } from '../target.ts';
import { layoutFields } from './layout-fields.ts';

export const azureKind = defineTargetKind({
  kind: 'azure-blob',
  title: 'Azure Blob storage',
  description: 'Files with a manifest in a container of a storage account.',
  configSchema: AzureLocation.extend(layoutFields('a blob')),
  canPull: true,
  address: ({ account, container, prefix }) => `${account}/${container}${prefix === '' ? '' : `/${prefix}`}`,
  open: async (config) => (await import('./store-remote.ts')).storeRemote(azureStore(config), config),
});
