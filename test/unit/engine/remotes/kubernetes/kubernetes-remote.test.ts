import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kubernetesKind } from '../../../../../engine/remotes/kubernetes/kubernetes-kind.ts';
import type { Remote } from '../../../../../engine/remotes/target.ts';
import type { DeploymentDocument } from '../../../../../local-api/contract/index.ts';
import { available, type FarCluster, farCluster, kubeconfigOf } from '../../../../kit/remotes/far-cluster.ts';
import { pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const path = 'apis/apps/v1/namespaces/models/deployments/late-flights';

async function target(
  cluster: FarCluster,
  config: Record<string, unknown> = {},
  document: DeploymentDocument = {},
  user?: Record<string, unknown>,
): Promise<Remote> {
  const dir = tempFolder();
  const kubeconfig = join(dir, 'config');
  const file = join(dir, 'deployment.yaml');
  await writeFile(kubeconfig, kubeconfigOf(cluster, user));
  await writeFile(file, JSON.stringify(document));
  return kubernetesKind.open({ kubeconfig, document: file, waitSeconds: 20, ...config });
}

const applies = (cluster: FarCluster, dryRun: boolean) =>
  cluster.seen.filter(({ method, query }) => method === 'PATCH' && (query.dryRun === 'All') === dryRun);

test('a push applies every object by server-side apply under our name, after a trial of all of them, and waits for the pods', async () => {
  const cluster = await farCluster();
  const remote = await target(cluster, { image: 'registry.example.com/models/{model}' });
  const bundle = await pushedBundle();
  cluster.rollout = (object) => [
    { ...available(object), updatedReplicas: 1, availableReplicas: 1 },
    available(object),
  ];
  const context = pushContext();
  const receipt = receiptOf(bundle, await remote.push(bundle, context));

  const [trial, real] = [applies(cluster, true), applies(cluster, false)];
  expect(real.map((one) => one.path)).toEqual(trial.map((one) => one.path));
  expect(cluster.seen.indexOf(trial.at(-1) as object as never)).toBeLessThan(
    cluster.seen.indexOf(real[0] as object as never),
  );
  for (const { query, contentType } of [...trial, ...real]) {
    expect(contentType).toBe('application/apply-patch+yaml');
    expect(query).toMatchObject({ fieldManager: 'assay', fieldValidation: 'Strict' });
    expect(query).not.toHaveProperty('force');
  }
  expect(JSON.stringify(cluster.objects.get(path))).toContain(
    '"image":"registry.example.com/models/late-flights:1.0.0"',
  );
  expect(
    cluster.seen.some(({ query }) => query.watch === 'true' && query.resourceVersion !== undefined),
  ).toBe(true);
  expect(context.record.fractions.some((fraction) => fraction > 0.5 && fraction < 0.95)).toBe(true);
  expect(await remote.verify(receipt, bundle, context)).toEqual([
    expect.objectContaining({ ok: true }),
    expect.objectContaining({ ok: true, detail: expect.stringContaining('2 of 2 available') }),
  ]);
  expect(await remote.observe(receipt, context)).toMatchObject({ state: 'in-sync' });
});

test('a plan changes nothing and says field by field what would change', async () => {
  const cluster = await farCluster();
  const bundle = await pushedBundle();
  const context = pushContext();
  const first = await (await target(cluster)).plan(bundle, context);
  expect(first).toMatchObject({
    verdict: 'new',
    where: expect.stringContaining('late-flights in models of far'),
  });
  expect(cluster.objects.has(path)).toBe(false);

  await (await target(cluster)).push(bundle, context);
  expect(await (await target(cluster)).plan(bundle, context)).toMatchObject({ verdict: 'same' });
  const second = await (await target(cluster, {}, { replicas: 5 })).plan(bundle, context);
  expect(second.verdict).toBe('update');
  expect(second.lines.filter(({ action }) => action === 'change')).toEqual([
    expect.objectContaining({ what: 'Deployment', detail: 'spec.replicas: 2 → 5' }),
  ]);
});

test('pods that cannot start end the push with what they say, and what was there before comes back', async () => {
  const cluster = await farCluster();
  const bundle = await pushedBundle();
  await (await target(cluster)).push(bundle, pushContext());
  const before = structuredClone(cluster.objects.get(path));
  cluster.rollout = (object) => [
    {
      ...available(object),
      updatedReplicas: 1,
      availableReplicas: 1,
      conditions: [
        {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: 'ReplicaSet "late-flights-2" has timed out progressing.',
        },
      ],
    },
  ];
  cluster.pods = [
    {
      metadata: { name: 'late-flights-2-x' },
      status: {
        containerStatuses: [
          { name: 'server', state: { waiting: { reason: 'ImagePullBackOff', message: 'no such image' } } },
        ],
      },
    },
  ];
  cluster.events = [
    {
      metadata: { name: 'late-flights-2-x.1' },
      type: 'Warning',
      reason: 'Failed',
      message: 'pull access denied',
      involvedObject: { name: 'late-flights-2-x' },
    },
  ];
  const context = pushContext();
  const next = await pushedBundle({ version: '2.0.0' });
  const open = await target(cluster, {}, { ingress: { host: 'flights.example.com' } });
  await expect(open.push(next, context)).rejects.toMatchObject({
    code: 'targets/refused',
    message: expect.stringContaining('timed out progressing'),
    problems: [
      { message: expect.stringContaining('ImagePullBackOff. no such image') },
      { message: expect.stringContaining('pull access denied') },
    ],
  });
  expect(cluster.objects.get(path)?.spec).toEqual(before?.spec);
  expect([...cluster.objects.keys()].some((key) => key.includes('ingresses'))).toBe(false);
  expect(context.record.log.join('\n')).toContain('Deployment late-flights is as it was');
});

test('fields that somebody else has set are left to them, unless the target takes them over', async () => {
  const cluster = await farCluster();
  cluster.foreign = [{ path: '/spec/replicas', value: 7, manager: 'kubectl' }];
  const bundle = await pushedBundle();
  const context = pushContext();
  const remote = await target(cluster);
  expect(await remote.plan(bundle, context)).toMatchObject({ verdict: 'conflict' });
  await expect(remote.push(bundle, context)).rejects.toMatchObject({
    code: 'targets/conflict',
    problems: [{ path: '.spec.replicas' }],
  });
  expect(cluster.objects.has('api/v1/namespaces/models/services/late-flights')).toBe(false);
  await (await target(cluster, { force: true })).push(bundle, context);
  expect(cluster.objects.has(path)).toBe(true);
});

test('what the cluster does not know stops a push before anything has changed', async () => {
  const cluster = await farCluster();
  const remote = await target(cluster, {}, { monitoring: {} });
  const bundle = await pushedBundle();
  const plan = await remote.plan(bundle, pushContext());
  expect(plan.lines.filter(({ action }) => action === 'conflict').map(({ what }) => what)).toEqual([
    'ServiceMonitor',
    'PrometheusRule',
  ]);
  await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unsupported' });
  expect(applies(cluster, false)).toEqual([]);
});

test('the service is asked for the golden rows, and its answers are compared with those here', async () => {
  const cluster = await farCluster();
  const remote = await target(cluster);
  const bundle = await pushedBundle();
  const context = pushContext();
  const receipt = receiptOf(bundle, await remote.push(bundle, context));
  const asked: unknown[] = [];
  cluster.service = (service, body) => {
    asked.push([service, body]);
    return { model: 'Late flights', version: '1.0.0', rows: 1, ...bundle.golden.answers, milliseconds: 1 };
  };
  expect((await remote.verify(receipt, bundle, context)).at(-1)).toMatchObject({
    name: 'It answers as here',
    ok: true,
  });
  expect(asked).toEqual([['/api/v1/predictions', { model: 'Late flights/1.0.0', rows: bundle.golden.rows }]]);
  cluster.service = () => ({
    model: 'Late flights',
    version: '1.0.0',
    rows: 1,
    ...bundle.golden.answers,
    label: bundle.golden.answers.label?.map(() => 'late'),
    milliseconds: 1,
  });
  expect((await remote.verify(receipt, bundle, context)).at(-1)).toMatchObject({
    name: 'It answers as here',
    ok: false,
  });
});

test('objects that the document has no more are told in the plan and go once the others are ready; claims stay', async () => {
  const cluster = await farCluster();
  const bundle = await pushedBundle();
  const context = pushContext();
  const wide = await target(
    cluster,
    {},
    {
      ingress: { host: 'flights.example.com' },
      storage: { uri: 's3://models/late', keep: {} },
    },
  );
  await wide.push(bundle, context);
  const narrow = await target(cluster, {}, {});
  const plan = await narrow.plan(bundle, context);
  expect(plan.lines.filter(({ action }) => action === 'remove').map(({ what }) => what)).toEqual(['Ingress']);
  await narrow.push(bundle, context);
  const kept = [...cluster.objects.keys()].join('\n');
  expect(kept).not.toContain('ingresses');
  expect(kept).toContain('persistentvolumeclaims/late-flights-model');
});

test('a cluster out of reach is waited for, and one that cuts a read is asked again', async () => {
  const cluster = await farCluster();
  const bundle = await pushedBundle();
  cluster.cuts = 1;
  expect(await (await target(cluster)).plan(bundle, pushContext())).toMatchObject({ verdict: 'new' });
  cluster.origin = 'http://127.0.0.1:9';
  await expect((await target(cluster)).push(bundle, pushContext())).rejects.toMatchObject({
    code: 'targets/unreachable',
  });
});

test('what happens to the objects afterwards is seen', async () => {
  const cluster = await farCluster();
  const remote = await target(cluster);
  const bundle = await pushedBundle();
  const context = pushContext();
  const receipt = receiptOf(bundle, await remote.push(bundle, context));
  await remote.push(await pushedBundle({ version: '2.0.0' }), context);
  expect(await remote.observe(receipt, context)).toMatchObject({ state: 'changed' });
  cluster.objects.delete(path);
  expect(await remote.observe(receipt, context)).toEqual({
    state: 'changed',
    detail: 'Not there any more: Deployment late-flights.',
  });
  for (const key of [...cluster.objects.keys()])
    if (key.includes('late-flights')) cluster.objects.delete(key);
  expect(await remote.observe(receipt, context)).toMatchObject({ state: 'gone' });
});

test('a check goes the way step by step and says where it ends', async () => {
  const cluster = await farCluster();
  const last = async (config: Record<string, unknown>, document?: DeploymentDocument) =>
    (await (await target(cluster, config, document)).check(pushContext())).at(-1);
  expect(await last({})).toMatchObject({ check: 'credentials', level: 'ok' });
  expect(await last({ context: 'nowhere' })).toMatchObject({ check: 'kubeconfig', level: 'error' });
  expect(await last({ namespace: 'other' })).toMatchObject({
    check: 'path',
    level: 'error',
    fix: 'kubectl create namespace other',
  });
  expect(await last({}, { replica: 2 })).toMatchObject({ check: 'document', level: 'error' });
  cluster.forbidden.add('services');
  expect(await last({})).toMatchObject({
    check: 'credentials',
    level: 'error',
    message: 'services of models may not be patched.',
  });
  cluster.token = 'another';
  const stale = await target(cluster, {}, {}, { token: 'cluster-token' });
  expect((await stale.check(pushContext())).at(-1)).toMatchObject({ check: 'credentials', level: 'error' });
});

test('a check says whether KServe takes models from an OCI registry', async () => {
  const cluster = await farCluster();
  const document = { runtime: 'kserve', storage: { uri: 'oci://registry.example.com/models/late' } } as const;
  const last = async () =>
    (await (await target(cluster, {}, document)).check(pushContext())).find(
      ({ check }) => check === 'KServe',
    );
  expect(await last()).toMatchObject({ level: 'warning' });
  const configured = (enableModelcar: boolean) =>
    cluster.put('api/v1/namespaces/kserve/configmaps/inferenceservice-config', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'inferenceservice-config', namespace: 'kserve' },
      data: { storageInitializer: JSON.stringify({ image: 'kserve/storage-initializer', enableModelcar }) },
    });
  configured(false);
  expect(await last()).toMatchObject({ level: 'error', fix: expect.stringContaining('enableModelcar') });
  configured(true);
  expect(await last()).toMatchObject({ level: 'ok' });
});

test('credentials come from the program that the kubeconfig names', async () => {
  const cluster = await farCluster();
  const program = join(tempFolder(), 'credentials.mjs');
  await writeFile(
    program,
    `#!${process.execPath}
const info = JSON.parse(process.env.KUBERNETES_EXEC_INFO);
const token = info.kind === 'ExecCredential' ? process.env.PART_OF_IT + process.argv[2] : '';
console.log(JSON.stringify({ apiVersion: info.apiVersion, kind: 'ExecCredential', status: { token } }));
`,
  );
  await chmod(program, 0o700);
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: [program, '-token'],
    env: [{ name: 'PART_OF_IT', value: 'cluster' }],
  };
  const findings = await (await target(cluster, {}, {}, { exec })).check(pushContext());
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  const failing = await target(cluster, {}, {}, { exec: { ...exec, command: 'no-such-program-here' } });
  expect((await failing.check(pushContext())).at(-1)).toMatchObject({
    level: 'error',
    message: expect.stringContaining('no-such-program-here gives no credentials'),
  });
});

test('a push that is cancelled while pods are waited for ends at once', async () => {
  const cluster = await farCluster();
  cluster.rollout = (object) => [{ ...available(object), availableReplicas: 0 }];
  const ending = new AbortController();
  const context = pushContext({ signal: ending.signal });
  const pushing = (await target(cluster)).push(await pushedBundle(), {
    ...context,
    progress: (fraction) => {
      if (fraction !== null && fraction >= 0.3) ending.abort(new Error('given up'));
    },
  });
  await expect(pushing).rejects.toThrow('given up');
});
