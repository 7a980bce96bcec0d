import { AssayError } from '../../errors.ts';
import type { ClusterClient, ClusterObject } from './cluster-client.ts';
import { appliedText, type Wanted } from './wanted-objects.ts';

/** Kinds that a document may have had. Claims are never removed: data is in them. */
const kinds: [apiVersion: string, kind: string][] = [
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['apps/v1', 'Deployment'],
  ['autoscaling/v2', 'HorizontalPodAutoscaler'],
  ['policy/v1', 'PodDisruptionBudget'],
  ['networking.k8s.io/v1', 'Ingress'],
  ['networking.k8s.io/v1', 'NetworkPolicy'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
  ['argoproj.io/v1alpha1', 'Rollout'],
  ['keda.sh/v1alpha1', 'ScaledObject'],
  ['monitoring.coreos.com/v1', 'ServiceMonitor'],
  ['monitoring.coreos.com/v1', 'PodMonitor'],
  ['monitoring.coreos.com/v1', 'PrometheusRule'],
  ['serving.kserve.io/v1alpha1', 'ServingRuntime'],
  ['serving.kserve.io/v1beta1', 'InferenceService'],
];

/** What an earlier document had applied for the same name, and this one has no more. */
export async function leftOver(
  client: ClusterClient,
  { name, namespace, objects }: Wanted,
): Promise<ClusterObject[]> {
  const labelSelector = `app.kubernetes.io/name=${name},app.kubernetes.io/managed-by=assay`;
  const wanted = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const found: ClusterObject[] = [];
  for (const [apiVersion, kind] of kinds) {
    const items = await client
      .list(apiVersion, kind, namespace, { labelSelector })
      .catch((thrown: unknown) => {
        // Who may not look at a kind has not applied any of it.
        if (thrown instanceof AssayError && thrown.code === 'targets/unauthorized') return [];
        throw thrown;
      });
    for (const item of items)
      if (appliedText(item) !== null && !wanted.has(`${kind} ${item.metadata.name}`))
        found.push({ ...item, apiVersion, kind });
  }
  return found;
}
