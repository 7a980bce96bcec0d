import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { defineTargetKind } from '../target.ts';

const fullPath = (description: string, title: string) =>
  z
    .string()
    .default('')
    .refine((path) => path === '' || isAbsolute(path), 'a full path, from the root on')
    .meta({ title, description });

const KubernetesConfig = z.object({
  kubeconfig: fullPath(
    'A full path on the machine of the engine; empty for $KUBECONFIG or ~/.kube/config',
    'Kubeconfig',
  ),
  context: z
    .string()
    .default('')
    .meta({ title: 'Context', description: 'Of the kubeconfig; empty for the current one' }),
  document: fullPath(
    'A deployment document, YAML or JSON: a full path on the machine of the engine. Empty for the defaults',
    'Deployment document',
  ),
  environment: z
    .string()
    .default('')
    .meta({ title: 'Environment', description: 'One of the document; empty for the document itself' }),
  image: z.string().default('').meta({
    title: 'Image',
    description: 'Wins over the document: registry.example.com/models/{model}. The tag is the version',
  }),
  namespace: z
    .string()
    .default('')
    .meta({ title: 'Namespace', description: 'Wins over the document. It has to be there' }),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(600)
    .meta({ title: 'Wait (s)', description: 'For the pods to be ready. 0: not at all' }),
  rollBack: z.boolean().default(true).meta({
    title: 'Go back when it fails',
    description: 'Bring back what was there when the pods do not become ready',
  }),
  force: z.boolean().default(false).meta({
    title: 'Take over fields',
    description: 'Also set fields that others have set: kubectl, Helm, an autoscaler',
  }),
});
export type KubernetesConfig = z.infer<typeof KubernetesConfig>;

export const kubernetesKind = defineTargetKind({
  kind: 'kubernetes',
  title: 'Kubernetes',
  description:
    'A cluster: the objects of a deployment document are applied, watched until they are ready, and taken back when they fail. The image has to be there.',
  configSchema: KubernetesConfig,
  address: ({ context, namespace, environment }) =>
    [context || 'current context', namespace, environment].filter((part) => part !== '').join(' / '),
  open: async (config) => (await import('./kubernetes-remote.ts')).openKubernetes(config),
});
