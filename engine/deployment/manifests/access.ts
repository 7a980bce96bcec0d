import { type Draft, type Manifest, manifest, type Subject } from './manifest.ts';

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** Lets somebody apply these objects in the namespace and see why pods do not start; nothing else. */
export function deployerAccess(subject: Subject, others: readonly Manifest[]): Manifest[] {
  const { deployer, namespace } = subject.deployment;
  if (deployer === null) return [];
  const name = `${subject.name}-deployer`;
  const rules = [...resourcesByGroup(others)].map(
    ([group, resources]): Draft => ({
      apiGroups: [group],
      resources: [...resources].sort(),
      verbs,
    }),
  );
  const watching: Draft[] = [
    { apiGroups: [''], resources: ['events', 'pods', 'pods/log'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list', 'watch'] },
  ];
  const isAccount = deployer.kind === 'ServiceAccount';
  return [
    manifest(
      subject,
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', name },
      { rules: [...rules, ...watching] },
    ),
    manifest(
      subject,
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', name },
      {
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
        subjects: [
          {
            kind: deployer.kind,
            name: deployer.name,
            ...(isAccount
              ? { namespace: deployer.namespace ?? namespace }
              : { apiGroup: 'rbac.authorization.k8s.io' }),
          },
        ],
      },
    ),
  ];
}

function resourcesByGroup(manifests: readonly Manifest[]): Map<string, Set<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { apiVersion, kind } of manifests) {
    const group = apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
    const resources = groups.get(group) ?? new Set();
    resources.add(resourceOf(kind));
    groups.set(group, resources);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** As the API names a kind in its paths: NetworkPolicy is networkpolicies. */
export function resourceOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (lower.endsWith('y')) return `${lower.slice(0, -1)}ies`;
  return /(?:s|x|ch)$/.test(lower) ? `${lower}es` : `${lower}s`;
}
