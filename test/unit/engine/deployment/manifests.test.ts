import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Manifest } from '../../../../engine/deployment/manifests/manifest.ts';
import { manifestsOf, needsOf } from '../../../../engine/deployment/manifests/manifests.ts';
import { kubernetesFiles } from '../../../../engine/deployment/writers/kubernetes.ts';
import { manifestFaults } from '../../../kit/deployment/published-schemas.ts';
import {
  documentWithEnvironments,
  environmentsOf,
  sampleDocuments,
  subjectOf,
} from '../../../kit/deployment/sample-documents.ts';

const sample = (name: string): Manifest[] => manifestsOf(subjectOf(sampleDocuments[name] ?? {}));

function only(manifests: readonly Manifest[], kind: string, name?: string): Manifest {
  const found = manifests.filter(
    (one) => one.kind === kind && (name ?? one.metadata.name) === one.metadata.name,
  );
  expect(found).toHaveLength(1);
  return found[0] as Manifest;
}

test.each(Object.entries(sampleDocuments))(
  'the published schemas accept every object of "%s", and its YAML reads back as the same',
  (_, document) => {
    const subject = subjectOf(document);
    const manifests = manifestsOf(subject);
    expect(manifests.flatMap((one) => manifestFaults(one).map((fault) => `${one.kind} ${fault}`))).toEqual(
      [],
    );
    const read = [...kubernetesFiles(subject).values()].map((text) => parse(text, { version: '1.1' }));
    expect(read).toEqual(manifests);
  },
);

test('the published schemas do refuse what is misspelt', () => {
  const deployment = structuredClone(only(sample('nothing but defaults'), 'Deployment'));
  Object.assign(deployment.spec as object, { replica: 2 });
  expect(manifestFaults(deployment)).toEqual([expect.stringContaining('replica')]);
});

test('the same document gives the same bytes', () => {
  const texts = () =>
    environmentsOf(documentWithEnvironments).map(({ subject }) => [...kubernetesFiles(subject)]);
  expect(JSON.stringify(texts())).toBe(JSON.stringify(texts()));
});

test('a server runs without root, writes nowhere, and is asked whether it is ready', () => {
  const { spec } = only(sample('nothing but defaults'), 'Deployment') as Manifest & {
    spec: { template: { spec: { containers: object[] } } };
  };
  expect(spec.template.spec).toMatchObject({
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        image: 'model-late-flights:1.2.0',
        readinessProbe: { httpGet: { path: '/v2/health/ready' } },
        livenessProbe: { httpGet: { path: '/v2/health/live' } },
        securityContext: {
          readOnlyRootFilesystem: true,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        },
      },
    ],
  });
});

test('pods are chosen by labels that stay the same from version to version', () => {
  const selector = (version: string) => {
    const subject = { ...subjectOf({}), version };
    return (only(manifestsOf(subject), 'Deployment') as Manifest & { spec: { selector: object } }).spec
      .selector;
  };
  expect(selector('1.2.0')).toEqual(selector('2.0.0'));
});

test('where something scales, the manifest leaves the number of replicas to it', () => {
  const objects = sample('everything that a Deployment takes');
  expect(only(objects, 'Deployment').spec).not.toHaveProperty('replicas');
  expect(only(objects, 'HorizontalPodAutoscaler').spec).toMatchObject({
    minReplicas: 2,
    maxReplicas: 8,
    metrics: [
      { resource: { target: { averageUtilization: 70 } } },
      { pods: { metric: { name: 'assay_predictions_per_second' }, target: { averageValue: '50' } } },
    ],
  });
});

test('a schedule is scaled by KEDA alone, for two autoscalers would fight', () => {
  const objects = sample('KEDA by the clock');
  expect(objects.map(({ kind }) => kind)).not.toContain('HorizontalPodAutoscaler');
  expect(only(objects, 'ScaledObject').spec).toMatchObject({
    triggers: [
      { type: 'cron', metadata: { start: '0 8 * * 1-5', desiredReplicas: '6' } },
      { type: 'cpu' },
      { type: 'prometheus', metadata: { threshold: '100' } },
    ],
  });
});

test('the pods of a canary get their share only by the route: the service of the stable ones does not reach them', () => {
  const objects = sample('canary by Istio');
  const stable = only(objects, 'Service', 'late-flights') as Manifest & { spec: { selector: object } };
  const canary = only(objects, 'Deployment', 'late-flights-canary') as Manifest & {
    spec: { template: { metadata: { labels: object } } };
  };
  expect(canary.spec.template.metadata.labels).not.toMatchObject(stable.spec.selector);
  expect(only(objects, 'VirtualService').spec).toMatchObject({
    http: [
      {
        route: [
          { destination: { host: 'late-flights' }, weight: 90 },
          { destination: { host: 'late-flights-canary' }, weight: 10 },
        ],
      },
    ],
  });
  expect(JSON.stringify(only(objects, 'Deployment', 'late-flights'))).toContain('late-flights:1.1.0');
  expect(JSON.stringify(canary)).toContain('late-flights:1.2.0');
});

test('the network policy names who may come in and denies the rest', () => {
  const { spec } = only(sample('everything that a Deployment takes'), 'NetworkPolicy');
  expect(spec).toMatchObject({
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          { podSelector: {} },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'ingress-nginx' } } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } },
        ],
      },
    ],
  });
  expect(JSON.stringify(spec)).toContain('10.0.0.0/8');
});

test('who deploys may apply the kinds that are there, and no others', () => {
  const objects = sample('everything that a Deployment takes');
  const { rules } = only(objects, 'Role') as Manifest & {
    rules: { apiGroups: string[]; resources: string[] }[];
  };
  const allowed = rules.flatMap(({ apiGroups, resources }) =>
    resources.map((one) => `${apiGroups[0]}/${one}`),
  );
  expect(allowed).toEqual(
    expect.arrayContaining(['apps/deployments', 'networking.k8s.io/networkpolicies', '/services']),
  );
  expect(allowed.some((one) => /secrets|roles/.test(one))).toBe(false);
});

test('what has to be there before is named: secrets, operators, the namespace', () => {
  const needs = needsOf(subjectOf(sampleDocuments['everything that a Deployment takes'] ?? {}));
  expect(needs.join('\n')).toMatch(/namespace models/);
  expect(needs.join('\n')).toMatch(/secret late-flights-token/);
  expect(needs.join('\n')).toMatch(/cert-manager/);
  expect(needs.join('\n')).toMatch(/metrics-server/);
});
