import { z } from 'zod';
import type { TargetFinding } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { bad, good, type RemoteContext } from '../../http/index.ts';
import { type ClusterClient, clusterClient } from './cluster-client.ts';
import { type ClusterAccess, readKubeconfig } from './kubeconfig.ts';
import type { KubernetesConfig } from './kubernetes-kind.ts';
import { needsOf } from './wanted-objects.ts';

/** The way to the objects of a namespace: kubeconfig, connection, credentials, document, namespace, rights. */
export async function checkCluster(
  config: KubernetesConfig,
  { signal }: RemoteContext,
): Promise<TargetFinding[]> {
  const findings: TargetFinding[] = [];
  const failed = (check: string, thrown: unknown): TargetFinding[] => {
    if (!(thrown instanceof AssayError)) throw thrown;
    return [...findings, bad(check, thrown.message, thrown.hint)];
  };
  let access: ClusterAccess;
  try {
    access = await readKubeconfig(config.kubeconfig, config.context);
    findings.push(good('kubeconfig', `The context ${access.context} leads to ${access.server}.`));
  } catch (thrown) {
    return failed('kubeconfig', thrown);
  }
  const client = clusterClient(access, signal);
  try {
    findings.push(good('connection', `Kubernetes ${await client.version()} answers.`));
  } catch (thrown) {
    const isCredentials = thrown instanceof AssayError && thrown.code === 'targets/unauthorized';
    return failed(isCredentials ? 'credentials' : 'connection', thrown);
  }
  let namespace: string;
  let needsModelcars: boolean;
  try {
    ({ namespace, needsModelcars } = await needsOf(config));
    findings.push(good('document', `Objects go to the namespace ${namespace}.`));
  } catch (thrown) {
    return failed('document', thrown);
  }
  try {
    const found = await client
      .get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      .catch((thrown: unknown) => {
        // Who may work in a namespace may often not look at it.
        if (thrown instanceof AssayError && thrown.code === 'targets/unauthorized') return undefined;
        throw thrown;
      });
    if (found === null)
      return [
        ...findings,
        bad('path', `There is no namespace ${namespace}.`, `kubectl create namespace ${namespace}`),
      ];
    for (const [group, resource] of [
      ['apps', 'deployments'],
      ['', 'services'],
    ] as const) {
      if (await client.mayI({ verb: 'patch', group, resource, namespace })) continue;
      return [
        ...findings,
        bad(
          'credentials',
          `${resource} of ${namespace} may not be patched.`,
          'Ask for a role there: "deployer" in the deployment document writes one that is enough.',
        ),
      ];
    }
    findings.push(good('credentials', `Deployments and services of ${namespace} may be patched.`));
    return needsModelcars ? [...findings, await modelcars(client)] : findings;
  } catch (thrown) {
    return failed('credentials', thrown);
  }
}

const KserveSettings = z.object({ data: z.object({ storageInitializer: z.string() }) });

/** KServe opens `oci://` only where modelcars are on, which they are not when it is installed. */
async function modelcars(client: ClusterClient): Promise<TargetFinding> {
  const metadata = { name: 'inferenceservice-config', namespace: 'kserve' };
  const fix =
    'Set "enableModelcar": true under storageInitializer in the ConfigMap inferenceservice-config of the namespace kserve, then restart its controller.';
  const settings = await client
    .get({ apiVersion: 'v1', kind: 'ConfigMap', metadata })
    .then((found) => KserveSettings.safeParse(found).data?.data.storageInitializer)
    .catch(() => undefined);
  if (settings === undefined)
    return {
      check: 'KServe',
      level: 'warning',
      message: 'The settings of KServe cannot be read: storage at oci:// needs its modelcars.',
      fix,
    };
  if (/"enableModelcar"\s*:\s*true/.test(settings)) return good('KServe', 'It takes models from oci://.');
  return bad('KServe', 'It does not take models from oci://: its modelcars are off.', fix);
}
