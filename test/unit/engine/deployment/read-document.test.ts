import { expect, test } from 'vitest';
import { environmentOf, merged, nameOf, readDocument } from '../../../../engine/deployment/read-document.ts';
import { AssayError } from '../../../../engine/errors.ts';
import type { DeploymentDocument } from '../../../../local-api/contract/index.ts';
import { environmentsOf, sampleVersion } from '../../../kit/deployment/sample-documents.ts';

function problemsOf(document: DeploymentDocument) {
  try {
    readDocument(document, sampleVersion);
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'deployments/bad-document' });
    return thrown instanceof AssayError ? thrown.problems : [];
  }
  return [];
}

test('every fault of the document and of its environments is told, each once', () => {
  expect(
    problemsOf({
      replicas: 'two',
      replica: 2,
      environments: { staging: { autoscaling: { min: 5, max: 1 } }, production: { image: { tags: 'x' } } },
    }),
  ).toEqual([
    expect.objectContaining({ path: '/replicas' }),
    expect.objectContaining({ path: '', message: 'has fields that are not known: "replica"' }),
    expect.objectContaining({
      path: '/environments/production/image',
      message: 'has fields that are not known: "tags"',
    }),
  ]);
});

test.each<[string, DeploymentDocument, string]>([
  ['an autoscaler with max below min', { autoscaling: { min: 5, max: 1 } }, '/autoscaling/max'],
  [
    'an ingress that goes past the canary',
    {
      ingress: { host: 'a.example.com' },
      canary: { weight: 5, stable: { version: '1.0.0' }, route: 'linkerd' },
    },
    '/ingress',
  ],
  ['a canary without a version beside it', { canary: { weight: 5, route: 'linkerd' } }, '/canary/stable'],
  ['a Deployment that fetches from a claim', { storage: { uri: 'pvc://models/x' } }, '/storage/uri'],
  ['a schedule of KServe', { runtime: 'kserve', ingress: { host: 'a.example.com' } }, '/ingress'],
])('%s is a fault', (_, document, path) => {
  expect(problemsOf(document)).toEqual([expect.objectContaining({ path })]);
});

test('an environment replaces fields, says none with null, and leaves the others', () => {
  const environments = environmentsOf({
    replicas: 3,
    monitoring: {},
    image: { repository: 'r/x', tag: '1' },
    environments: { staging: { replicas: 1, monitoring: null, image: { tag: '2' } } },
  });
  const { subject } = environmentOf(environments, 'staging');
  expect(subject.deployment).toMatchObject({
    replicas: 1,
    monitoring: null,
    image: { repository: 'r/x', tag: '2' },
  });
  expect(() => environmentOf(environments, 'live')).toThrow(/no environment "live".*staging/);
});

test.each([
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { a: null, b: 'c' }],
  [{ a: ['b'] }, { a: ['c', 'd'] }, { a: ['c', 'd'] }],
  [{ a: { b: 'c', e: 1 } }, { a: { b: 'd' } }, { a: { b: 'd', e: 1 } }],
  [{ a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
])('%j with the difference %j is %j', (base, difference, result) => {
  expect(merged(base, difference)).toEqual(result);
});

test.each([
  ['Late flights', 'late-flights'],
  ['Späte Flüge (2001)', 'spate-fluge-2001'],
  ['2001', 'model-2001'],
  ['...', 'model'],
  [`${'a'.repeat(51)}-b`, 'a'.repeat(51)],
])('objects of the model "%s" are called %s', (model, name) => {
  expect(nameOf(model)).toBe(name);
});
