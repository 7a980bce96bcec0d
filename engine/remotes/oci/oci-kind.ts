import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { defineTargetKind } from '../target.ts';
import { registryOrigin } from './names.ts';

const OciConfig = z.object({
  registry: z
    .string()
    .min(1)
    .refine((registry) => registryOrigin(registry) !== null, 'a host such as ghcr.io, or an http(s) address')
    .meta({
      title: 'Registry',
      description: 'Its host: ghcr.io, registry.example.com:5000. With http:// where it has no certificate',
    }),
  repository: z
    .string()
    .regex(
      /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/,
      'lower-case letters and digits, joined by . _ - and /',
    )
    .meta({
      title: 'Repositories below',
      description: 'team/models; each model gets one of its name below it',
    }),
  username: z.string().optional().meta({ title: 'User', description: 'Leave it empty to come unnamed' }),
  password: secretField('Of the user, or an access token in its place').meta({ title: 'Password' }),
  mountFrom: z.string().optional().meta({
    title: 'Files may be in',
    description:
      'Repositories of this registry that may have the files already: team/staging. Nothing is sent then',
  }),
  aliasTags: z.boolean().default(true).meta({
    title: 'Aliases as tags',
    description: 'Each alias of the version becomes a tag, and moves with it',
  }),
  moveTags: z.boolean().default(false).meta({
    title: 'Replace versions',
    description: 'Move the tag of a version even where another model is there under it',
  }),
  chunkMb: z.number().min(1).max(5000).default(64).meta({
    title: 'Part size (MB)',
    description: 'Larger files go in parts of this size, and go on after the last one when they were cut off',
  }),
});
export type OciConfig = z.infer<typeof OciConfig>;

export const ociKind = defineTargetKind({
  kind: 'oci',
  title: 'OCI registry',
  description:
    'A ModelPack artifact in a container registry, with a layer a file: for ORAS, KServe, Kubernetes and Docker Hub.',
  configSchema: OciConfig,
  canPull: true,
  address: ({ registry, repository }) => `${registryOrigin(registry)?.host ?? registry}/${repository}`,
  open: async (config) => (await import('./oci-remote.ts')).openOci(config),
});
