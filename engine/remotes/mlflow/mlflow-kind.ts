import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { defineTargetKind } from '../target.ts';

const MlflowConfig = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .meta({ title: 'Address', description: 'Of the tracking server: https://mlflow.example.com' }),
  experiment: z
    .string()
    .min(1)
    .max(250)
    .default('assay')
    .meta({ title: 'Experiment', description: 'Its runs hold what is pushed; made when it is not there' }),
  username: z
    .string()
    .optional()
    .meta({ title: 'User', description: 'For basic authentication; leave it empty to use a token' }),
  password: secretField('Of the user').meta({ title: 'Password' }),
  token: secretField('Sent as a bearer token when no user is given').meta({ title: 'Token' }),
  aliases: z
    .boolean()
    .default(true)
    .meta({ title: 'Aliases', description: 'Move the aliases there to where they are here' }),
});
export type MlflowConfig = z.infer<typeof MlflowConfig>;

export const mlflowKind = defineTargetKind({
  kind: 'mlflow',
  title: 'MLflow server',
  description:
    'A run with params, metrics and files, a logged model, and a registered version with aliases and tags.',
  configSchema: MlflowConfig,
  canPull: true,
  address: ({ url }) => url,
  open: async (config) => (await import('./mlflow-remote.ts')).openMlflow(config),
});
