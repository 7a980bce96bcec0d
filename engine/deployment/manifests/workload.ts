import {
  canarySuffix,
  type Draft,
  type Manifest,
  manifest,
  portName,
  type Subject,
  selectorOf,
} from './manifest.ts';
import { claimName, defaultTag, podTemplate } from './pod.ts';

/** The pods: a Deployment, two of them with a canary, or a Rollout. KServe has its own. */
export function workloads(subject: Subject): Manifest[] {
  const { runtime, canary } = subject.deployment;
  if (runtime === 'rollout') return [rollout(subject)];
  const own = { version: subject.version, tag: defaultTag(subject) };
  if (canary?.stable === undefined) return [deploymentOf(subject, { track: 'stable', ...own })];
  const { version, tag = version } = canary.stable;
  return [
    deploymentOf(subject, { track: 'stable', version, tag }),
    deploymentOf(subject, { track: 'canary', ...own }),
  ];
}

function deploymentOf(
  subject: Subject,
  pods: { track: 'stable' | 'canary'; version: string; tag: string },
): Manifest {
  const { name, deployment } = subject;
  const isCanary = pods.track === 'canary';
  const labels = { ...selectorOf(name, pods.track), 'app.kubernetes.io/version': pods.version };
  return manifest(
    subject,
    { apiVersion: 'apps/v1', kind: 'Deployment', name: isCanary ? `${name}${canarySuffix}` : name, labels },
    {
      spec: {
        ...(isCanary ? { replicas: deployment.canary?.replicas } : replicasOf(subject)),
        revisionHistoryLimit: 5,
        progressDeadlineSeconds: 600,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        selector: { matchLabels: selectorOf(name, pods.track) },
        template: podTemplate(subject, pods),
      },
    },
  );
}

/** Left out where something scales: each apply would set it back. */
function replicasOf({ deployment }: Subject): { [key: string]: Draft } {
  return deployment.autoscaling === null ? { replicas: deployment.replicas } : {};
}

function rollout(subject: Subject): Manifest {
  const { name, deployment } = subject;
  const { canary } = deployment;
  const first = canary === null ? [] : [{ setWeight: canary.weight }, { pause: {} }];
  const steps = (canary?.steps ?? []).flatMap(({ weight, pauseSeconds }): Draft[] => [
    { setWeight: weight },
    { pause: pauseSeconds === null ? {} : { duration: `${pauseSeconds}s` } },
  ]);
  const routed =
    canary?.route === undefined
      ? {}
      : {
          stableService: name,
          canaryService: `${name}${canarySuffix}`,
          trafficRouting:
            canary.route === 'istio'
              ? { istio: { virtualService: { name, routes: ['primary'] } } }
              : {
                  plugins: {
                    'argoproj-labs/gatewayAPI': { httpRoute: name, namespace: deployment.namespace },
                  },
                },
        };
  return manifest(
    subject,
    { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', labels: selectorOf(name) },
    {
      spec: {
        ...replicasOf(subject),
        revisionHistoryLimit: 5,
        selector: { matchLabels: selectorOf(name) },
        strategy: { canary: { ...routed, maxSurge: 1, maxUnavailable: 0, steps: [...first, ...steps] } },
        template: podTemplate(subject, {
          track: 'stable',
          version: subject.version,
          tag: defaultTag(subject),
        }),
      },
    },
  );
}

/** The way in; a second one for the pods of a canary. */
export function services(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const service = (track: 'stable' | 'canary', selector: Record<string, string>) =>
    manifest(
      subject,
      {
        apiVersion: 'v1',
        kind: 'Service',
        name: track === 'canary' ? `${name}${canarySuffix}` : name,
        labels: selectorOf(name, track),
      },
      {
        spec: {
          type: 'ClusterIP',
          selector,
          ports: [
            {
              name: portName,
              port: deployment.servicePort,
              targetPort: portName,
              protocol: 'TCP',
              appProtocol: 'http',
            },
          ],
        },
      },
    );
  const stable = service('stable', selectorOf(name));
  if (deployment.canary?.route === undefined) return [stable];
  // Argo narrows the selectors of both itself.
  const canarySelector = deployment.runtime === 'rollout' ? selectorOf(name) : selectorOf(name, 'canary');
  return [stable, service('canary', canarySelector)];
}

export function serviceAccount(subject: Subject): Manifest {
  return manifest(
    subject,
    { apiVersion: 'v1', kind: 'ServiceAccount' },
    { automountServiceAccountToken: false },
  );
}

export function volumeClaims(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { storage, replicas, autoscaling } = deployment;
  if (storage === null || storage.keep === null) return [];
  // Pods on several nodes write to one claim; a single one gives its own up late, when its successor is there.
  const isAlone = autoscaling === null && replicas <= 1;
  return [
    manifest(
      subject,
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claimName(name) },
      {
        spec: {
          accessModes: [isAlone ? 'ReadWriteOnce' : 'ReadWriteMany'],
          storageClassName: storage.keep.storageClass,
          resources: { requests: { storage: storage.keep.size } },
        },
      },
    ),
  ];
}
