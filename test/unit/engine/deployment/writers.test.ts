import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderFiles } from '../../../../engine/deployment/deployment-files.ts';
import { jsonPatch } from '../../../../engine/deployment/writers/json-patch.ts';
import { yamlOf } from '../../../../engine/deployment/writers/yaml.ts';
import type { DeploymentDocument, DeploymentFormat } from '../../../../local-api/contract/index.ts';
import { composeFaults } from '../../../kit/deployment/published-schemas.ts';
import {
  documentWithEnvironments,
  environmentsOf,
  sampleDocuments,
} from '../../../kit/deployment/sample-documents.ts';

const facts = { description: 'Says "late" or\nnot, for $5', createdAtMs: 1_700_000_000_000 };

function render(format: DeploymentFormat, document: DeploymentDocument = documentWithEnvironments) {
  return renderFiles(format, environmentsOf(document), { environment: null, facts });
}

test.each<DeploymentFormat>(['k8s', 'kustomize', 'helm', 'docker', 'compose'])(
  'the same document gives the same files for %s, each with one line end at the end',
  (format) => {
    const { files } = render(format);
    expect([...files]).toEqual([...render(format).files]);
    expect([...files].filter(([, text]) => !/[^\n]\n$/.test(text)).map(([path]) => path)).toEqual([]);
    expect([...files.keys()]).toEqual([...files.keys()].sort());
  },
);

test('texts that YAML 1.1 takes for something else are quoted', () => {
  const value = { a: 'on', b: '0123', c: 'yes', d: '1e3', e: '12:30', f: 'null' };
  expect(parse(yamlOf(value), { version: '1.1' })).toEqual(value);
  expect(parse(yamlOf(value), { version: '1.2' })).toEqual(value);
});

test('an overlay holds what differs and nothing else', () => {
  const overlay = parse(render('kustomize').files.get('overlays/staging/kustomization.yaml') ?? '');
  const targets = overlay.patches.map(({ target }: { target: { kind: string } }) => target.kind);
  expect(overlay.namespace).toBe('models-staging');
  expect(targets).toContain('Deployment');
  expect(targets).not.toContain('Service');
});

test('a workflow deploys an environment that is chosen from those of the document, and only where there are any', () => {
  const path = '.github/workflows/deploy.yml';
  const workflow = parse(render('kustomize').files.get(path) ?? '', { version: '1.2' });
  expect(workflow.on.workflow_dispatch.inputs.environment.options).toEqual(['production', 'staging']);
  const runs = workflow.jobs.deploy.steps.map(({ run }: { run?: string }) => run ?? '').join('\n');
  expect(runs).toContain('kubectl apply --server-side');
  // What is chosen reaches the shell as a variable only.
  expect(runs).not.toContain('${{');
  expect(render('kustomize', {}).files.has(path)).toBe(false);
});

test('values of an environment hold what differs and nothing else', () => {
  const staging = parse(render('helm').files.get('values-staging.yaml') ?? '');
  expect(staging).toEqual({
    replicas: 1,
    autoscaling: null,
    ingress: { host: 'staging.flights.example.com', tls: null },
    monitoring: null,
    token: null,
  });
});

test('a chart has the version of the model and describes its values', () => {
  const { files } = render('helm');
  expect(parse(files.get('Chart.yaml') ?? '')).toMatchObject({
    apiVersion: 'v2',
    name: 'late-flights',
    version: '1.2.0',
  });
  const schema = JSON.parse(files.get('values.schema.json') ?? '');
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(Object.keys(parse(files.get('values.yaml') ?? ''))),
  );
});

test('the published schema accepts the Compose file, which opens ports to this machine only', () => {
  const { files } = render('compose');
  const compose = parse(files.get('compose.yaml') ?? '');
  expect(composeFaults(compose)).toEqual([]);
  expect(composeFaults({ services: { a: { imag: 'x' } } })).not.toEqual([]);
  for (const service of Object.values<{ ports: string[]; cap_drop: string[] }>(compose.services)) {
    expect(service.ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
  }
  expect(compose.services.model.deploy.resources.limits.memory).toBe('1024m');
});

test('Prometheus and Grafana of the Compose files look at the model server', () => {
  const { files } = render('compose');
  const read = (path: string) => parse(files.get(path) ?? '');
  expect(read('prometheus/prometheus.yml').scrape_configs).toEqual([
    { job_name: 'late-flights', static_configs: [{ targets: ['model:8080'] }] },
  ]);
  const names = read('prometheus/rules.yml').groups[0].rules.map(({ alert }: { alert: string }) => alert);
  expect(names).toEqual(['ModelServerDown', 'ModelServerFailing', 'ModelServerBusy', 'ModelServerSlow']);
  const board = JSON.parse(files.get('grafana/dashboards/late-flights.json') ?? '');
  expect(board.panels).toHaveLength(6);
});

test('labels of the image hold any text on one line', () => {
  const dockerfile = render('docker', sampleDocuments['nothing but defaults']).files.get('Dockerfile') ?? '';
  expect(dockerfile).toContain('org.opencontainers.image.description="Says \\"late\\" or not, for \\$5"');
  expect(dockerfile).toMatch(/^USER nonroot$/m);
  expect(dockerfile).toMatch(/^HEALTHCHECK /m);
  const command = /^CMD (\[.*\])$/m.exec(dockerfile)?.[1] ?? '';
  expect(JSON.parse(command).slice(0, 2)).toEqual(['assay-serve.mjs', '/model']);
});

test('a JSON patch adds, replaces and removes, and escapes its paths', () => {
  expect(
    jsonPatch({ a: 1, 'b/c': { '~': 1 }, d: [1] }, { a: 1, 'b/c': { '~': 2, e: 0 }, d: [1, 2] }),
  ).toEqual([
    { op: 'replace', path: '/b~1c/~0', value: 2 },
    { op: 'add', path: '/b~1c/e', value: 0 },
    { op: 'replace', path: '/d', value: [1, 2] },
  ]);
  expect(jsonPatch({ a: 1 }, {})).toEqual([{ op: 'remove', path: '/a' }]);
});
