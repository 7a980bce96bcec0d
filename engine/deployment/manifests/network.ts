import {
  canarySuffix,
  type Draft,
  type Manifest,
  manifest,
  portName,
  type Subject,
  selectorOf,
  serverPort,
} from './manifest.ts';

/** The way in from outside the cluster. */
export function ingresses(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { ingress } = deployment;
  if (ingress === null) return [];
  const { host, path, className, tls, annotations } = ingress;
  const issuer = tls?.issuer === undefined ? {} : { 'cert-manager.io/cluster-issuer': tls.issuer };
  return [
    manifest(
      subject,
      { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', annotations: { ...issuer, ...annotations } },
      {
        spec: {
          ingressClassName: className,
          tls: tls === null ? undefined : [{ hosts: [host], secretName: tls.secret ?? `${name}-tls` }],
          rules: [
            {
              host,
              http: {
                paths: [
                  { path, pathType: 'Prefix', backend: { service: { name, port: { name: portName } } } },
                ],
              },
            },
          ],
        },
      },
    ),
  ];
}

const namespaceIs = (name: string): Draft => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Denies what it does not name, both ways. */
export function networkPolicies(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { network, storage, monitoring, runtime } = deployment;
  if (network === null) return [];
  const scrapes = monitoring !== null && network.monitoring !== null ? [namespaceIs(network.monitoring)] : [];
  const dns = {
    ports: [
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ],
  };
  const fetching = storage === null ? [] : [{ ports: [{ protocol: 'TCP', port: 443 }] }];
  const podSelector =
    runtime === 'kserve'
      ? { matchLabels: { 'serving.kserve.io/inferenceservice': name } }
      : { matchLabels: { 'app.kubernetes.io/name': name } };
  return [
    manifest(
      subject,
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
      {
        spec: {
          podSelector,
          policyTypes: ['Ingress', 'Egress'],
          ingress: [
            {
              from: [{ podSelector: {} }, ...network.from.map(namespaceIs), ...scrapes],
              ports: [{ protocol: 'TCP', port: serverPort }],
            },
          ],
          egress: [
            dns,
            ...fetching,
            ...network.egress.map(({ cidr, port }) => ({
              to: [{ ipBlock: { cidr } }],
              ports: [{ protocol: 'TCP', port }],
            })),
          ],
        },
      },
    ),
  ];
}

/** What splits the requests between the pods of both versions. */
export function canaryRoutes(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { canary, servicePort, runtime } = deployment;
  if (canary?.route === undefined) return [];
  const { weight, route, host } = canary;
  const shares = [
    { name, weight: runtime === 'rollout' ? 100 : 100 - weight },
    { name: `${name}${canarySuffix}`, weight: runtime === 'rollout' ? 0 : weight },
  ];
  if (route === 'istio')
    return [
      manifest(
        subject,
        { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
        {
          spec: {
            hosts: [host ?? name],
            gateways: canary.gateway === undefined ? undefined : [canary.gateway],
            http: [
              {
                name: 'primary',
                route: shares.map((share) => ({
                  destination: { host: share.name, port: { number: servicePort } },
                  weight: share.weight,
                })),
              },
            ],
          },
        },
      ),
    ];
  const parent =
    route === 'linkerd'
      ? { group: '', kind: 'Service', name, port: servicePort }
      : gatewayRef(canary.gateway ?? '');
  return [
    manifest(
      subject,
      { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
      {
        spec: {
          parentRefs: [parent],
          hostnames: host === undefined || route === 'linkerd' ? undefined : [host],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: shares.map((share) => ({
                name: share.name,
                port: servicePort,
                weight: share.weight,
              })),
            },
          ],
        },
      },
    ),
  ];
}

function gatewayRef(gateway: string): Draft {
  const [namespace, name] = gateway.split('/');
  return name === undefined ? { name: gateway } : { name, namespace };
}

/** How many pods may be taken away at once; none where there is only one anyway. */
export function disruptionBudgets(subject: Subject): Manifest[] {
  const { name, deployment } = subject;
  const { disruption, autoscaling, replicas, runtime } = deployment;
  const least = autoscaling === null ? replicas : autoscaling.min;
  if (disruption === null || least < 2 || runtime === 'kserve') return [];
  return [
    manifest(
      subject,
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      {
        spec: { maxUnavailable: disruption.maxUnavailable, selector: { matchLabels: selectorOf(name) } },
      },
    ),
  ];
}
