import { deployerAccess } from './access.ts';
import { inferenceServices } from './kserve.ts';
import type { Manifest, Subject } from './manifest.ts';
import { monitors } from './monitoring.ts';
import { canaryRoutes, disruptionBudgets, ingresses, networkPolicies } from './network.ts';
import { autoscalers } from './scaling.ts';
import { serviceAccount, services, volumeClaims, workloads } from './workload.ts';

/**
 * The objects that run a version, in the order in which to apply them: what others refer to comes first. The same subject
 * gives the same objects.
 */
export function manifestsOf(subject: Subject): Manifest[] {
  const isKserve = subject.deployment.runtime === 'kserve';
  const objects = [
    serviceAccount(subject),
    ...(isKserve ? [] : volumeClaims(subject)),
    ...networkPolicies(subject),
    ...(isKserve ? inferenceServices(subject) : [...services(subject), ...workloads(subject)]),
    ...autoscalers(subject),
    ...disruptionBudgets(subject),
    ...ingresses(subject),
    ...canaryRoutes(subject),
    ...monitors(subject),
  ];
  return [...deployerAccess(subject, objects), ...objects];
}

/** What has to be there before the objects work, for people. */
export function needsOf({ name, deployment }: Subject): string[] {
  const { namespace, image, storage, token, autoscaling, monitoring, canary, runtime, ingress, network } =
    deployment;
  const needs = [`The namespace ${namespace}: kubectl create namespace ${namespace}`];
  const secret = (called: string, what: string) =>
    needs.push(`The secret ${called} in ${namespace}: ${what}`);
  if (image.repository === undefined)
    needs.push(
      `The image model-${name} on every node: set image.repository to a registry that the cluster can reach`,
    );
  if (image.pullSecret !== undefined) secret(image.pullSecret, 'credentials of the registry of the image');
  if (storage?.secret !== undefined) secret(storage.secret, `credentials for ${storage.uri}`);
  if (token !== null) secret(token.name, `the token under the key ${token.key}`);
  if (ingress?.tls?.issuer !== undefined) needs.push('cert-manager, for the certificate');
  if (runtime === 'kserve') needs.push('KServe');
  if (runtime === 'rollout') needs.push('Argo Rollouts');
  if (autoscaling !== null && autoscaling.schedule.length > 0) needs.push('KEDA');
  else if (autoscaling?.metric != null)
    needs.push(`A metrics adapter that offers ${autoscaling.metric.name} of pods`);
  if (autoscaling?.cpuPercent != null && runtime !== 'kserve') needs.push('metrics-server, to scale by CPU');
  if (monitoring !== null) needs.push('Prometheus Operator, and Grafana with its dashboard sidecar');
  if (canary?.route === 'istio') needs.push('Istio');
  if (canary?.route === 'gateway' || canary?.route === 'linkerd')
    needs.push('Gateway API 1.1 or newer, and a controller for it');
  if (network !== null) needs.push('A network plugin that enforces network policies; others ignore them');
  return needs;
}
