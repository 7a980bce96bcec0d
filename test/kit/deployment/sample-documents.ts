import { readDocument } from '../../../engine/deployment/read-document.ts';
import type { DeploymentDocument } from '../../../local-api/contract/index.ts';

export const sampleVersion = {
  model: 'Late flights',
  version: '1.2.0',
  digest: `sha256:${'ab'.repeat(32)}`,
};

const image = { repository: 'registry.example.com/models/late-flights', pullSecret: 'registry' };

/** Documents that between them use every part of a deployment. */
export const sampleDocuments: Record<string, DeploymentDocument> = {
  'nothing but defaults': {},
  'everything that a Deployment takes': {
    image,
    token: { name: 'late-flights-token', key: 'token' },
    ingress: {
      host: 'flights.example.com',
      className: 'nginx',
      tls: { issuer: 'letsencrypt' },
      annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '64m' },
    },
    autoscaling: { min: 2, max: 8, metric: { average: '50' } },
    network: { from: ['ingress-nginx'], egress: [{ cidr: '10.0.0.0/8', port: 4317 }] },
    monitoring: { labels: { release: 'prometheus' } },
    deployer: { kind: 'ServiceAccount', name: 'ci', namespace: 'ci' },
    resources: { limits: { cpu: '2', memory: '1Gi' } },
    nodeSelector: { 'kubernetes.io/arch': 'amd64' },
    labels: { team: 'on' },
    annotations: { contact: '0123' },
  },
  'files from an OCI registry, kept in a claim': {
    image,
    storage: {
      uri: 'oci://registry.example.com/models/late-flights:1.2.0',
      secret: 'registry',
      keep: { size: '2Gi', storageClass: 'fast' },
    },
    replicas: 1,
  },
  'files from S3': {
    image,
    storage: { uri: 's3://models/late-flights/1.2.0', secret: 'aws' },
    network: { monitoring: null },
  },
  'KEDA by the clock': {
    autoscaling: {
      min: 0,
      max: 20,
      schedule: [{ from: '0 8 * * 1-5', to: '0 18 * * 1-5', timezone: 'Europe/Berlin', replicas: 6 }],
      metric: { average: '100' },
      prometheus: 'http://prometheus.monitoring:9090',
    },
  },
  'canary by Istio': {
    image,
    canary: {
      weight: 10,
      stable: { version: '1.1.0' },
      route: 'istio',
      gateway: 'istio-system/public',
      host: 'flights.example.com',
    },
    monitoring: {},
  },
  'canary by Gateway API': {
    canary: {
      weight: 25,
      stable: { version: '1.1.0', tag: 'v1.1.0' },
      route: 'gateway',
      gateway: 'infra/public',
      host: 'flights.example.com',
      replicas: 3,
    },
  },
  'canary by Linkerd': { canary: { weight: 5, stable: { version: '1.1.0' }, route: 'linkerd' } },
  'Rollout by steps': {
    runtime: 'rollout',
    autoscaling: { min: 2, max: 6 },
    canary: {
      weight: 10,
      steps: [
        { weight: 50, pauseSeconds: 600 },
        { weight: 100, pauseSeconds: null },
      ],
    },
    monitoring: { dashboard: false },
  },
  'Rollout with an Istio route': {
    runtime: 'rollout',
    canary: { weight: 10, route: 'istio', gateway: 'public' },
  },
  'Rollout with a Gateway route': {
    runtime: 'rollout',
    canary: { weight: 10, route: 'gateway', gateway: 'public' },
  },
  'KServe with the files in the image': { runtime: 'kserve', image, autoscaling: { min: 1, max: 4 } },
  'KServe that fetches the files, with a canary': {
    runtime: 'kserve',
    image,
    storage: { uri: 's3://models/late-flights/1.2.0' },
    canary: { weight: 20 },
    token: { name: 'late-flights-token', key: 'token' },
    monitoring: {},
  },
};

/** What is in all environments, and what differs in two of them. */
export const documentWithEnvironments: DeploymentDocument = {
  ...sampleDocuments['everything that a Deployment takes'],
  namespace: 'models-dev',
  environments: {
    production: {
      namespace: 'models',
      autoscaling: { min: 4, max: 40 },
      storage: { uri: 'oci://registry.example.com/models/late-flights:1.2.0' },
      labels: { tier: 'gold' },
    },
    staging: {
      namespace: 'models-staging',
      replicas: 1,
      autoscaling: null,
      ingress: { host: 'staging.flights.example.com', tls: null },
      monitoring: null,
      token: null,
    },
  },
};

/** One document as its environments, the document itself first. */
export function environmentsOf(document: DeploymentDocument) {
  return readDocument(document, sampleVersion);
}

/** The document itself, read. */
export function subjectOf(document: DeploymentDocument) {
  const [first] = environmentsOf(document);
  if (first === undefined) throw new Error('a document is always one environment');
  return first.subject;
}
