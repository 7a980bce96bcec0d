import { type Manifest, manifest, portName, type Subject, serverPort } from './manifest.ts';
import { defaultTag, imageFolder, serverContainer } from './pod.ts';

/** Where KServe puts the files that it fetched. */
const fetchedFolder = '/mnt/models';
const format = 'assay';

/**
 * An InferenceService that speaks protocol v2. With files fetched by KServe, a ServingRuntime says which server opens them;
 * else the image has both.
 */
export function inferenceServices(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { storage, canary, autoscaling, replicas, image, nodeSelector } = deployment;
  const tag = defaultTag(subject);
  const container = (folder: string) => {
    const { lifecycle: _, startupProbe: __, ...own } = serverContainer(subject, tag, folder);
    const ports = [
      { name: portName === 'http' ? 'http1' : portName, containerPort: serverPort, protocol: 'TCP' },
    ];
    const probe = { httpGet: { path: '/v2/health/ready', port: serverPort }, periodSeconds: 5 };
    const live = { httpGet: { path: '/v2/health/live', port: serverPort }, periodSeconds: 10 };
    return { ...own, name: 'kserve-container', ports, readinessProbe: probe, livenessProbe: live };
  };
  const served =
    storage === null
      ? { containers: [container(imageFolder)] }
      : {
          model: {
            modelFormat: { name: format },
            protocolVersion: 'v2',
            runtime: name,
            storageUri: storage.uri,
          },
        };
  const service = manifest(
    subject,
    { apiVersion: 'serving.kserve.io/v1beta1', kind: 'InferenceService' },
    {
      spec: {
        predictor: {
          minReplicas: autoscaling === null ? replicas : autoscaling.min,
          maxReplicas: autoscaling === null ? Math.max(replicas, 1) : autoscaling.max,
          ...(autoscaling === null || autoscaling.cpuPercent === null
            ? {}
            : { scaleMetric: 'cpu', scaleTarget: autoscaling.cpuPercent }),
          canaryTrafficPercent: canary?.weight,
          serviceAccountName: name,
          imagePullSecrets: image.pullSecret === undefined ? undefined : [{ name: image.pullSecret }],
          nodeSelector: Object.keys(nodeSelector).length === 0 ? undefined : nodeSelector,
          ...served,
        },
      },
    },
  );
  if (storage === null) return [service];
  const runtime = manifest(
    subject,
    { apiVersion: 'serving.kserve.io/v1alpha1', kind: 'ServingRuntime' },
    {
      spec: {
        supportedModelFormats: [{ name: format, version: '1', autoSelect: false }],
        protocolVersions: ['v2'],
        multiModel: false,
        containers: [container(fetchedFolder)],
      },
    },
  );
  return [runtime, service];
}
