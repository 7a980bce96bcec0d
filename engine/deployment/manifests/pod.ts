import {
  annotationsOf,
  type Draft,
  labelsOf,
  portName,
  type Subject,
  selectorOf,
  serverPort,
} from './manifest.ts';

/** Of the image's own user in distroless images. */
const nonRoot = 65_532;
const modelFolder = '/models';
/** Where the image has the files. */
export const imageFolder = '/model';
const serverScript = 'assay-serve.mjs';

/** Programs that fetch files before the server starts. */
export const fetchImages = {
  oci: 'ghcr.io/oras-project/oras:v1.2.3',
  s3: 'amazon/aws-cli:2.17.0',
};

/** Seconds that a pod still answers after it was asked to end: until then others may still send to it. */
const drainSeconds = 5;

/** The pod of a version: `tag` and `version` differ for the stable pods beside a canary. */
export type PodOptions = { track: 'stable' | 'canary'; version: string; tag: string };

export function imageOf({ name, deployment: { image } }: Subject, tag: string): string {
  return `${image.repository ?? `model-${name}`}:${tag}`;
}

export function defaultTag({ version, deployment: { image } }: Subject): string {
  return image.tag ?? version;
}

/** The template of a Deployment or a Rollout. */
export function podTemplate(subject: Subject, options: PodOptions): Draft {
  const { deployment, name } = subject;
  const { storage, nodeSelector, image, server } = deployment;
  const isThis = options.version === subject.version;
  return {
    metadata: {
      labels: { ...labelsOf(subject, options.version), ...selectorOf(name, options.track) },
      annotations: {
        ...deployment.annotations,
        ...(isThis
          ? annotationsOf(subject)
          : { 'assay/model': subject.model, 'assay/version': options.version }),
      },
    },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: false,
      imagePullSecrets: image.pullSecret === undefined ? undefined : [{ name: image.pullSecret }],
      nodeSelector: Object.keys(nodeSelector).length === 0 ? undefined : nodeSelector,
      terminationGracePeriodSeconds: server.graceSeconds + drainSeconds + 5,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: nonRoot,
        runAsGroup: nonRoot,
        fsGroup: nonRoot,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selectorOf(name, options.track) },
        },
      ],
      initContainers: storage === null ? undefined : [fetchContainer(subject)],
      containers: [
        {
          ...serverContainer(subject, options.tag, storage === null ? imageFolder : versionFolder(subject)),
          volumeMounts: [
            { name: 'tmp', mountPath: '/tmp' },
            ...(storage === null ? [] : [{ name: 'model', mountPath: modelFolder, readOnly: true }]),
          ],
        },
      ],
      volumes: volumes(subject),
    },
  };
}

/** The server as a container that runs without root, writes nothing, and tells how it is. */
export function serverContainer(subject: Subject, tag: string, folder: string): { [key: string]: Draft } {
  const { image, resources, server, token } = subject.deployment;
  const probe = (path: string, rest: { [key: string]: Draft }): Draft => ({
    httpGet: { path, port: portName },
    timeoutSeconds: 3,
    ...rest,
  });
  return {
    name: 'server',
    image: imageOf(subject, tag),
    imagePullPolicy: image.pullPolicy,
    args: [
      serverScript,
      folder,
      '--host',
      '0.0.0.0',
      '--port',
      String(serverPort),
      '--workers',
      String(server.workers),
      '--max-queue',
      String(server.maxQueue),
      '--grace',
      String(server.graceSeconds),
    ],
    env:
      token === null
        ? undefined
        : [{ name: 'ASSAY_SERVE_TOKEN', valueFrom: { secretKeyRef: { name: token.name, key: token.key } } }],
    ports: [{ name: portName, containerPort: serverPort, protocol: 'TCP' }],
    startupProbe: probe('/v2/health/ready', { periodSeconds: 2, failureThreshold: 60 }),
    readinessProbe: probe('/v2/health/ready', { periodSeconds: 5, failureThreshold: 2 }),
    livenessProbe: probe('/v2/health/live', { periodSeconds: 10, failureThreshold: 3 }),
    lifecycle: {
      preStop: {
        exec: { command: ['/nodejs/bin/node', '-e', `setTimeout(() => {}, ${drainSeconds * 1000})`] },
      },
    },
    resources: {
      requests: resources.requests,
      limits: { cpu: resources.limits.cpu, memory: resources.limits.memory },
    },
    securityContext: locked,
  };
}

const locked = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
};

/** Fetches the files into a folder of the version: it appears whole by a rename, and what is there is kept. */
function fetchContainer(subject: Subject): Draft {
  const { storage, resources } = subject.deployment;
  const uri = storage?.uri ?? '';
  const secret = storage?.secret;
  const isOci = uri.startsWith('oci://');
  const fetch = isOci
    ? 'oras pull --output "$part" "$MODEL_URI"'
    : 'aws s3 cp --recursive --only-show-errors "$MODEL_URI" "$part"';
  const script = [
    'set -e',
    `target='${versionFolder(subject)}'`,
    'part="$target.$HOSTNAME.part"',
    'if [ -f "$target/MLmodel" ]; then exit 0; fi',
    'rm -rf "$part"',
    fetch,
    // Another pod may have been faster.
    'mv -T "$part" "$target" || { rm -rf "$part"; test -f "$target/MLmodel"; }',
  ];
  return {
    name: 'fetch',
    image: isOci ? fetchImages.oci : fetchImages.s3,
    command: ['/bin/sh', '-c', `${script.join('\n')}\n`],
    env: [
      { name: 'MODEL_URI', value: isOci ? uri.slice('oci://'.length) : uri },
      { name: 'HOME', value: '/tmp' },
      ...(isOci && secret !== undefined ? [{ name: 'DOCKER_CONFIG', value: '/credentials' }] : []),
    ],
    envFrom: !isOci && secret !== undefined ? [{ secretRef: { name: secret } }] : undefined,
    resources: { requests: resources.requests, limits: { memory: resources.limits.memory } },
    securityContext: locked,
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'model', mountPath: modelFolder },
      ...(isOci && secret !== undefined
        ? [{ name: 'credentials', mountPath: '/credentials', readOnly: true }]
        : []),
    ],
  };
}

function volumes({ name, deployment: { storage } }: Subject): Draft[] {
  if (storage === null) return [{ name: 'tmp', emptyDir: {} }];
  const { uri, secret, keep } = storage;
  const model = keep === null ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: claimName(name) } };
  const hasCredentials = uri.startsWith('oci://') && secret !== undefined;
  return [
    { name: 'tmp', emptyDir: {} },
    { name: 'model', ...model },
    ...(hasCredentials
      ? [
          {
            name: 'credentials',
            secret: { secretName: secret, items: [{ key: '.dockerconfigjson', path: 'config.json' }] },
          },
        ]
      : []),
  ];
}

export function claimName(name: string): string {
  return `${name}-model`;
}

function versionFolder({ version }: Subject): string {
  return `${modelFolder}/${version}`;
}
