import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { defineTargetKind } from '../target.ts';

const HubConfig = z.object({
  owner: z
    .string()
    .regex(/^[A-Za-z0-9][\w.-]*$/, 'a user or an organisation')
    .meta({ title: 'Owner', description: 'User or organisation; each model gets a repository of its name' }),
  token: secretField('An access token that may write: hf_…').meta({ title: 'Token' }),
  isPrivate: z
    .boolean()
    .default(true)
    .meta({ title: 'Private', description: 'New repositories are seen by the owner alone' }),
  license: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'an identifier such as apache-2.0')
    .optional()
    .meta({ title: 'Licence', description: 'Of the models, for their card: apache-2.0, mit, other' }),
  branch: z
    .string()
    .regex(/^[\w.-]+$/, 'the name of a branch')
    .default('main')
    .meta({ title: 'Branch', description: 'Versions are commits on it, each with a tag' }),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .default('https://huggingface.co')
    .meta({ title: 'Address', description: 'Of the hub' }),
});
export type HubConfig = z.infer<typeof HubConfig>;

export const hubKind = defineTargetKind({
  kind: 'hugging-face',
  title: 'Hugging Face Hub',
  description:
    'A model repository with a model card; each version is one commit with a tag, private unless told otherwise.',
  configSchema: HubConfig,
  canPull: true,
  address: ({ endpoint, owner }) => `${new URL(endpoint).host}/${owner}`,
  open: async (config) => (await import('./hub-remote.ts')).openHub(config),
});
