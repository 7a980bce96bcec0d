import { z } from 'zod';
import { Digest } from './common.ts';
import { endpoint } from './endpoint.ts';
import { Job } from './jobs.ts';
import { SemVer } from './models.ts';
import { EnvironmentName } from './release-policy.ts';

/*
 * One typed document says how a version runs on a cluster or a machine; manifests, charts and build contexts are written from
 * it. Unknown fields are faults: a misspelt one would otherwise be left out in silence.
 */

const DnsLabel = z
  .string()
  .max(63)
  .regex(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and dashes, a letter first');
const Host = z
  .string()
  .max(253)
  .regex(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]*[a-z0-9]$/,
    'a host name such as models.example.com',
  );
const Quantity = z
  .string()
  .regex(/^\d+(?:\.\d+)?(?:m|[kMGTPE]|[KMGTPE]i)?$/, 'a quantity such as 250m or 512Mi');
const Cron = z.string().regex(/^(?:\S+ ){4}\S+$/, 'five fields of cron, such as "0 8 * * 1-5"');
const Text = z.string().min(1).max(500);
const Labels = z.record(Text, z.string().max(500));
const Port = z.int().min(1).max(65_535);
const SecretKey = z.strictObject({ name: DnsLabel, key: Text });

const Image = z
  .strictObject({
    repository: Text.optional().describe(
      'registry.example.com/models/late-flights; model-<name> when left out, as "docker build" of the export calls it',
    ),
    tag: Text.optional().describe('The version when left out'),
    pullSecret: DnsLabel.optional().describe('Secret with the credentials of the registry'),
    pullPolicy: z.enum(['Always', 'IfNotPresent', 'Never']).default('IfNotPresent'),
  })
  .describe('The image that serves: what "assay export --format docker" builds');

const Storage = z
  .strictObject({
    uri: z
      .string()
      .regex(
        /^(?:oci|s3|pvc|https?):\/\/\S+$/,
        'an address that begins with oci://, s3://, pvc:// or https://',
      )
      .describe('Where the version was pushed to'),
    secret: DnsLabel.optional().describe(
      'Secret with credentials: .dockerconfigjson for oci, AWS_* variables for s3',
    ),
    keep: z
      .strictObject({ size: Quantity.default('1Gi'), storageClass: Text.optional() })
      .nullable()
      .default(null)
      .describe('Keep the files in a volume claim, so that a restart fetches nothing. null: in the pod'),
  })
  .describe('Fetch the files when a pod starts, instead of having them in the image');

const Resources = z.strictObject({
  requests: z.strictObject({ cpu: Quantity.default('250m'), memory: Quantity.default('256Mi') }).prefault({}),
  limits: z.strictObject({ cpu: Quantity.optional(), memory: Quantity.default('512Mi') }).prefault({}),
});

const Ingress = z.strictObject({
  host: Host,
  path: z.string().startsWith('/').default('/'),
  className: DnsLabel.optional(),
  tls: z
    .strictObject({
      secret: DnsLabel.optional().describe('<name>-tls when left out'),
      issuer: DnsLabel.optional().describe('Cluster issuer of cert-manager that makes the certificate'),
    })
    .nullable()
    .prefault({}),
  annotations: Labels.default({}),
});

const Autoscaling = z.strictObject({
  min: z.int().min(0).max(1000).default(2),
  max: z.int().min(1).max(10_000).default(10),
  cpuPercent: z.int().min(1).max(1000).nullable().default(70).describe('Of what is requested'),
  metric: z
    .strictObject({
      name: Text.default('assay_predictions_per_second').describe('As the metrics adapter calls it'),
      average: Quantity.describe('Per pod'),
    })
    .nullable()
    .default(null)
    .describe('A metric of the pods besides'),
  schedule: z
    .array(
      z.strictObject({
        from: Cron,
        to: Cron,
        timezone: Text.default('Etc/UTC'),
        replicas: z.int().min(0).max(10_000),
      }),
    )
    .max(50)
    .default([])
    .describe('At least so many replicas between two times. Needs KEDA, which then does all the scaling'),
  prometheus: z
    .url()
    .optional()
    .describe('Where KEDA asks for the metric: http://prometheus.monitoring:9090'),
});

const Network = z.strictObject({
  from: z
    .array(DnsLabel)
    .max(50)
    .default([])
    .describe('Namespaces that may call: of the ingress controller. Pods of the same namespace always may'),
  monitoring: DnsLabel.nullable().default('monitoring').describe('Namespace that Prometheus runs in'),
  egress: z
    .array(z.strictObject({ cidr: z.union([z.cidrv4(), z.cidrv6()]), port: Port }))
    .max(50)
    .default([])
    .describe('Where pods may call besides DNS and, to fetch files, port 443'),
});

const Monitoring = z.strictObject({
  serviceMonitor: z.boolean().default(true),
  rules: z.boolean().default(true).describe('Alerts: down, errors, slow, refused'),
  dashboard: z.boolean().default(true).describe('A dashboard of Grafana in a ConfigMap'),
  labels: Labels.default({}).describe(
    'What Prometheus selects monitors and rules by: {"release": "prometheus"}',
  ),
  interval: z
    .string()
    .regex(/^\d+(?:ms|s|m)$/, 'a duration such as 15s')
    .default('15s'),
  maxErrorRatio: z.number().gt(0).lt(1).default(0.01),
  maxP99Seconds: z.number().gt(0).default(0.5),
});

const Canary = z.strictObject({
  weight: z.int().min(1).max(99).describe('Percent of the requests that this version gets'),
  stable: z
    .strictObject({ version: SemVer, tag: Text.optional() })
    .optional()
    .describe('The version that gets the rest; a Deployment needs it'),
  route: z
    .enum(['istio', 'gateway', 'linkerd'])
    .optional()
    .describe('What splits the requests of a Deployment, or of a Rollout more finely than by pods'),
  gateway: Text.optional().describe('Gateway that the route hangs on; "namespace/name" when it is elsewhere'),
  host: Host.optional(),
  replicas: z.int().min(1).max(1000).default(1),
  steps: z
    .array(
      z.strictObject({
        weight: z.int().min(0).max(100),
        pauseSeconds: z.int().min(1).nullable().describe('null waits until somebody goes on'),
      }),
    )
    .max(50)
    .default([])
    .describe('Of a Rollout, after the first weight'),
});

const settings = {
  name: DnsLabel.max(52).optional().describe('Of the objects; made of the name of the model when left out'),
  namespace: DnsLabel.default('models'),
  runtime: z
    .enum(['deployment', 'kserve', 'rollout'])
    .default('deployment')
    .describe('A Deployment, an InferenceService of KServe, or a Rollout of Argo'),
  image: Image.prefault({}),
  storage: Storage.nullable().default(null),
  replicas: z.int().min(0).max(1000).default(2).describe('Where nothing scales'),
  resources: Resources.prefault({}),
  server: z
    .strictObject({
      workers: z.int().min(1).max(64).default(1).describe('Processes that answer, in each pod'),
      maxQueue: z.int().min(1).max(1_000_000).default(1000),
      graceSeconds: z.int().min(0).max(3600).default(20).describe('For requests being answered at the end'),
    })
    .prefault({}),
  token: SecretKey.nullable().default(null).describe('Secret with the token that callers must send'),
  servicePort: Port.default(80),
  ingress: Ingress.nullable().default(null),
  autoscaling: Autoscaling.nullable().default(null),
  disruption: z
    .strictObject({ maxUnavailable: z.int().min(1).max(1000).default(1) })
    .nullable()
    .prefault({})
    .describe('Pods that may be taken away at once on purpose'),
  network: Network.nullable().prefault({}).describe('Who may call and be called. null: everybody'),
  monitoring: Monitoring.nullable().default(null),
  deployer: z
    .strictObject({
      kind: z.enum(['User', 'Group', 'ServiceAccount']),
      name: Text,
      namespace: DnsLabel.optional(),
    })
    .nullable()
    .default(null)
    .describe('Who may apply these objects, and no others: gets a Role'),
  canary: Canary.nullable().default(null),
  nodeSelector: Labels.default({}),
  labels: Labels.default({}).describe('On all objects'),
  annotations: Labels.default({}).describe('On all objects'),
};

/** The fields of a deployment, each by itself. */
export const DeploymentFields = z.strictObject(settings);

/** How a version runs, for one environment. */
export const Deployment = DeploymentFields.superRefine((deployment, context) => {
  const { autoscaling, canary, runtime, storage, ingress } = deployment;
  const fault = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  if (autoscaling !== null && autoscaling.max < autoscaling.min)
    fault(['autoscaling', 'max'], 'is less than min');
  if (autoscaling !== null && autoscaling.schedule.length === 0 && autoscaling.min === 0)
    fault(['autoscaling', 'min'], '0 needs a schedule: without KEDA nothing wakes it up');
  if (autoscaling?.cpuPercent === null && autoscaling.metric === null && autoscaling.schedule.length === 0)
    fault(['autoscaling'], 'needs cpuPercent, metric or schedule');
  if (autoscaling !== null && autoscaling.schedule.length > 0) {
    if (autoscaling.metric !== null && autoscaling.prometheus === undefined)
      fault(['autoscaling', 'prometheus'], 'KEDA needs the address of Prometheus to scale by a metric');
  }
  if (runtime === 'kserve' && ingress !== null) fault(['ingress'], 'KServe makes its own way in');
  if (runtime === 'kserve' && autoscaling !== null) {
    if (autoscaling.metric !== null) fault(['autoscaling', 'metric'], 'KServe scales by CPU only');
    if (autoscaling.schedule.length > 0) fault(['autoscaling', 'schedule'], 'KServe has no schedule');
  }
  if (runtime !== 'kserve' && storage !== null && !/^(oci|s3):/.test(storage.uri))
    fault(['storage', 'uri'], 'only KServe fetches from there; give oci:// or s3://');
  if (runtime === 'deployment' && canary !== null) {
    if (canary.stable === undefined) fault(['canary', 'stable'], 'name the version that gets the rest');
    if (canary.route === undefined) fault(['canary', 'route'], 'say what splits the requests');
    if (storage !== null) fault(['storage'], 'a canary of a Deployment needs the files in the images');
  }
  if (canary?.route !== undefined && runtime === 'kserve')
    fault(['canary', 'route'], 'KServe splits the requests itself');
  if (canary?.route !== undefined && ingress !== null)
    fault(['ingress'], 'goes past the route of the canary: give the host to the canary');
  if ((canary?.route === 'istio' || canary?.route === 'gateway') && canary.gateway === undefined)
    fault(['canary', 'gateway'], 'name the gateway that the route hangs on');
}).meta({ id: 'Deployment' });
export type Deployment = z.infer<typeof Deployment>;

/** The document that people keep: a deployment, and what differs in each environment. */
export const DeploymentDocument = z
  .looseObject({
    environments: z
      .record(EnvironmentName, z.record(z.string(), z.unknown()))
      .optional()
      .describe(
        'What differs in each: objects are merged, everything else replaces. {"staging": {"replicas": 1}}',
      ),
  })
  .meta({ id: 'DeploymentDocument' })
  .describe('A Deployment with "environments" besides; all its fields may be left out');
export type DeploymentDocument = z.infer<typeof DeploymentDocument>;

export const DeploymentFormat = z
  .enum(['k8s', 'kustomize', 'helm', 'docker', 'compose'])
  .describe(
    'k8s: manifests to apply; kustomize: a base and an overlay an environment; helm: a chart; docker: a build context; compose: that with Prometheus and Grafana',
  );
export type DeploymentFormat = z.infer<typeof DeploymentFormat>;

/** Files as they would be written. */
export const DeploymentFiles = z
  .object({
    format: DeploymentFormat,
    environment: z.string().nullable(),
    files: z.array(
      z.object({
        path: z.string(),
        sizeBytes: z.int(),
        digest: Digest,
        text: z.string().nullable().describe('null: no text, or too long to show'),
      }),
    ),
    notes: z.array(z.string()).describe('What has to be there before: images, secrets, operators'),
  })
  .meta({ id: 'DeploymentFiles' });
export type DeploymentFiles = z.infer<typeof DeploymentFiles>;

const byVersion = z.object({ model: z.string(), version: z.string() });
const DeploymentRequest = z.object({
  format: DeploymentFormat,
  environment: z
    .string()
    .nullable()
    .default(null)
    .describe('One of the document. kustomize and helm write all of them anyway'),
  document: DeploymentDocument.default({}),
});
const errors = [
  'models/not-found',
  'models/version-not-found',
  'models/alias-not-found',
  'models/no-onnx',
  'deployments/bad-document',
  'deployments/no-such-environment',
] as const;

export const deploymentsApi = {
  document: endpoint({
    id: 'deployments.document',
    method: 'GET',
    path: '/api/v1/models/{model}/versions/{version}/deployment',
    summary: 'A deployment document to begin with: the defaults for this version, and the JSON Schema of it',
    params: byVersion,
    response: z.object({
      document: DeploymentDocument,
      schema: z.record(z.string(), z.unknown()),
    }),
    errors: ['models/not-found', 'models/version-not-found', 'models/alias-not-found', 'models/no-onnx'],
  }),
  preview: endpoint({
    id: 'deployments.preview',
    method: 'POST',
    path: '/api/v1/models/{model}/versions/{version}/deployment-files',
    summary: 'The files that run a version on a cluster or a machine, without writing any',
    description:
      'Of docker and compose the files of the model and of the server are left out: only an export has them.',
    params: byVersion,
    body: DeploymentRequest,
    response: DeploymentFiles,
    errors,
  }),
  export: endpoint({
    id: 'deployments.export',
    method: 'POST',
    path: '/api/v1/models/{model}/versions/{version}/deployment-files/export',
    summary: 'Write the files that run a version into a folder (a job)',
    params: byVersion,
    body: DeploymentRequest.extend({
      path: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Folder on the machine of the engine; exports/<model>-<version>-<format> in the workspace when left out',
        ),
      overwrite: z.boolean().default(false),
    }),
    status: 202,
    response: Job,
    errors: [...errors, 'export/target-exists', 'export/no-server'],
  }),
};
