import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';

export const AzureLocation = z.object({
  account: z
    .string()
    .regex(/^[a-z0-9]{3,24}$/, '3 to 24 lower-case letters and digits')
    .meta({ title: 'Storage account' }),
  container: z
    .string()
    .regex(/^[a-z0-9](?:-?[a-z0-9]){2,62}$/, 'the name of a container')
    .meta({ title: 'Container' }),
  accountKey: secretField('Of the storage account, in base64').meta({ title: 'Account key' }),
  sas: secretField('Instead of the key: one that may read, write, delete and list').meta({
    title: 'SAS token',
  }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      title: 'Address',
      description: 'Of Azurite or another cloud: http://127.0.0.1:10000/devstoreaccount1. Empty for Azure',
    }),
  partMb: z.number().min(1).max(4000).default(16).meta({
    title: 'Part size (MB)',
    description: 'Larger files go in parts of this size, and go on after the last one when they were cut off',
  }),
});
export type AzureLocation = z.infer<typeof AzureLocation>;
