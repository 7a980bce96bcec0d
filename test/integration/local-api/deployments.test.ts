import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { DeploymentDocument, ExportResult } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { startModelServerProcess } from '../../kit/model-server.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { lateModel } from '../../kit/models/sample-models.ts';
import { ended } from '../../kit/penguins.ts';
import { farCluster, kubeconfigOf } from '../../kit/remotes/far-cluster.ts';
import { tempFolder } from '../../kit/temp-folder.ts';

let api: TestApi;
const params = { model: 'late flights', version: '1.0.0' };
const document: DeploymentDocument = {
  replicas: 3,
  environments: { staging: { replicas: 1, namespace: 'staging' } },
};

beforeAll(async () => {
  api = await startTestApi();
  await registerModel(api.workspace, params.model, lateModel(), { aliases: ['champion'] });
});
afterAll(() => api.close());

type Body = Parameters<TestApi['client']['deployments']['export']>[0]['body'];

async function exported(body: Body): Promise<ExportResult> {
  const job = await ended(api.client, await api.client.deployments.export({ params, body }));
  return job.result as ExportResult;
}

describe('files that deploy a version', () => {
  test('a preview shows what an export writes, byte for byte, and names what has to be there before', async () => {
    const path = join(tempFolder(), 'k8s');
    const shown = await api.client.deployments.preview({
      params: { ...params, version: '@champion' },
      body: { format: 'k8s', environment: 'staging', document },
    });
    const written = await exported({ format: 'k8s', environment: 'staging', document, path });
    const digests = (files: { path: string; digest: string }[]) =>
      files.map(({ path, digest }) => [path, digest]);
    expect(digests(written.files.filter((file) => file.path !== 'checksums.sha256'))).toEqual(
      digests(shown.files),
    );
    expect(shown.notes.join('\n')).toContain('kubectl create namespace staging');
    const deployment = shown.files.find((file) => file.path.endsWith('deployment-late-flights.yaml'));
    expect(parse(deployment?.text ?? '')).toMatchObject({
      metadata: { namespace: 'staging' },
      spec: { replicas: 1 },
    });
    expect(await readFile(join(path, deployment?.path ?? ''), 'utf8')).toBe(deployment?.text);
  });

  test('a second export gives the same bytes, and takes the place of the first only when it is told to', async () => {
    const path = join(tempFolder(), 'helm');
    const first = await exported({ format: 'helm', document, path });
    await expect(exported({ format: 'helm', document, path })).rejects.toMatchObject({
      code: 'export/target-exists',
    });
    expect(await exported({ format: 'helm', document, path, overwrite: true })).toEqual(first);
    await writeFile(join(path, 'notes-of-mine.txt'), 'kept');
    await expect(exported({ format: 'helm', document, path, overwrite: true })).rejects.toMatchObject({
      code: 'export/target-exists',
    });
  });

  test('a build context holds the server and the bundle as it was signed; both work', async () => {
    const path = join(tempFolder(), 'image');
    await exported({ format: 'docker', path });
    expect((await readdir(path)).sort()).toEqual([
      '.dockerignore',
      '.github',
      'Dockerfile',
      'SERVING.md',
      'assay-serve.mjs',
      'checksums.sha256',
      'deployment.yaml',
      'model',
      'package.json',
    ]);
    const job = await api.client.bundles.verify({ body: { path: join(path, 'model') } });
    expect((await ended(api.client, job)).result).toMatchObject({ ok: true });

    await symlink(
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
      join(path, 'node_modules'),
    );
    const server = await startModelServerProcess(join(path, 'assay-serve.mjs'), [join(path, 'model')]);
    try {
      const request = await readFile(join(path, 'model/example-request.json'), 'utf8');
      const answer = await fetch(`${server.url}/api/v1/predictions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: request,
      });
      const wanted = JSON.parse(await readFile(join(path, 'model/example-response.json'), 'utf8'));
      expect(await answer.json()).toMatchObject(wanted);
    } finally {
      await server.stop();
    }
  });

  test('the Compose files have the build context in a folder of their own', async () => {
    const path = join(tempFolder(), 'compose');
    const { files } = await exported({ format: 'compose', path });
    const paths = files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'compose.yaml',
        'image/Dockerfile',
        'image/model/model.onnx',
        'image/assay-serve.mjs',
        'prometheus/rules.yml',
        'grafana/dashboards/late-flights.json',
      ]),
    );
  });

  test('faults of the document are told before anything is queued', async () => {
    await expect(
      api.client.deployments.export({
        params,
        body: { format: 'k8s', document: { replicas: -1, imag: {} } },
      }),
    ).rejects.toMatchObject({
      code: 'deployments/bad-document',
      problems: [{ path: '/replicas' }, { message: expect.stringContaining('"imag"') }],
    });
    await expect(
      api.client.deployments.preview({ params, body: { format: 'k8s', environment: 'live', document } }),
    ).rejects.toMatchObject({ code: 'deployments/no-such-environment' });
  });

  test('the document to begin with is valid, and its schema describes every field', async () => {
    const { document: first, schema } = await api.client.deployments.document({ params });
    const shown = await api.client.deployments.preview({
      params,
      body: { format: 'kustomize', document: first },
    });
    expect(shown.files.map(({ path }) => path)).toContain('base/kustomization.yaml');
    expect(Object.keys(schema.properties as object)).toEqual(
      expect.arrayContaining(['image', 'autoscaling', 'monitoring', 'canary']),
    );
  });
});

test('a cluster is a target like others: checked, planned, pushed to by a job, looked at afterwards', async () => {
  const { client } = api;
  const cluster = await farCluster();
  const kubeconfig = join(tempFolder(), 'config');
  await writeFile(kubeconfig, kubeconfigOf(cluster));
  await client.targets.create({
    body: { name: 'cluster', kind: 'kubernetes', config: { kubeconfig, waitSeconds: 60 } },
  });
  const target = { target: 'cluster' };
  expect(await client.targets.check({ params: target })).toMatchObject({ ok: true });
  const model = 'late flights@champion';
  expect(await client.targets.plan({ params: target, body: { model } })).toMatchObject({
    verdict: 'new',
    filesToSend: 0,
  });
  const begun = await client.targets.push({ params: target, body: { model } });
  await ended(client, await client.jobs.get({ params: { jobId: begun.jobId } }));
  const pushed = () => client.pushes.get({ params: { pushId: begun.id } });
  await expect.poll(async () => (await pushed()).state).toBe('pushed');
  expect(await pushed()).toMatchObject({
    receipt: { where: expect.stringContaining('late-flights in models of far') },
    verification: { ok: true },
  });
  cluster.objects.clear();
  expect(await client.pushes.observe({ params: { pushId: begun.id } })).toMatchObject({
    remoteState: 'gone',
  });
});
