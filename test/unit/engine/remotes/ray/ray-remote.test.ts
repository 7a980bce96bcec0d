import { describe, expect, test } from 'vitest';
import { rayKind } from '../../../../../engine/remotes/ray/ray-kind.ts';
import { readZip } from '../../../../../engine/zip/index.ts';
import { echoModel, flightInputs, regressionSignature } from '../../../../kit/models/sample-models.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarRay, farRay } from '../../../../kit/remotes/far-ray.ts';
import { pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';

const open = (far: FarRay, config: Record<string, unknown> = {}) =>
  rayKind.open({ url: far.origin, waitSeconds: 20, ...config });
const theirs = {
  name: 'theirs',
  route_prefix: '/theirs',
  import_path: 'their.module:app',
  runtime_env: { env_vars: { KEY: 'value' } },
};

/** A cluster with an application that somebody declared, and one that a program started. */
async function usedRay(): Promise<FarRay> {
  const far = await farRay();
  await fetch(`${far.origin}/api/serve/applications/`, {
    method: 'PUT',
    body: JSON.stringify({
      applications: [theirs],
      http_options: { host: '0.0.0.0', port: 9999 },
      target_capacity: 50,
    }),
  });
  far.start('notebook', '/notebook');
  far.seen.length = 0;
  return far;
}

test('a push sends the package, then declares the application beside those that are there, and waits until it runs', async () => {
  const far = await usedRay();
  const remote = await open(far, { replicas: 3, cpus: 0.5 });
  const bundle = await pushedBundle();
  expect(await remote.plan(bundle, pushContext())).toMatchObject({ verdict: 'new' });
  expect(far.seen.some((line) => line.startsWith('PUT'))).toBe(false);

  const context = pushContext();
  const receipt = receiptOf(bundle, await remote.push(bundle, context));
  const [name = ''] = far.packages.keys();
  expect(far.seen.filter((line) => line.startsWith('PUT'))).toEqual([
    `PUT /api/packages/gcs/${name}`,
    'PUT /api/serve/applications/',
  ]);
  expect(receipt.files).toEqual([expect.objectContaining({ path: name, sent: true })]);
  expect(context.record.sentBytes).toBe(far.packages.get(name)?.byteLength);
  expect(context.record.log.at(-1)).toContain('3 of 3 replicas run');
  expect(far.applications.get('late-flights')?.deployed_app_config).toMatchObject({
    route_prefix: '/late-flights',
    runtime_env: { working_dir: `gcs://${name}`, pip: ['onnxruntime>=1.22.0'] },
    args: { model: 'Late flights', version: '1.0.0', bundle: bundle.digest },
    deployments: [{ num_replicas: 3, ray_actor_options: { num_cpus: 0.5 } }],
  });
  expect(far.applications.get('theirs')?.deployed_app_config).toEqual(theirs);
  expect(far.applications.has('notebook')).toBe(true);
  expect(far.settings).toMatchObject({ http_options: { port: 9999 }, target_capacity: 50 });
  expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
});

test('the package holds the bundle and the script that serves it', async () => {
  const far = await farRay();
  const bundle = await pushedBundle();
  await (await open(far)).push(bundle, pushContext());
  const [bytes] = far.packages.values();
  const files = readZip(bytes ?? new Uint8Array(), { files: 100, bytes: 10_000_000 });
  expect([...files.keys()].sort()).toEqual(
    [...bundle.files.map(({ path }) => path), 'assay_ray_serve.py'].sort(),
  );
});

test('a second push of a version sends and declares nothing', async () => {
  const far = await farRay();
  const remote = await open(far);
  const bundle = await pushedBundle();
  await remote.push(bundle, pushContext());
  far.seen.length = 0;
  expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');
  const { files } = await remote.push(bundle, pushContext());
  expect(files.map(({ sent }) => sent)).toEqual([false]);
  expect(far.seen.filter((line) => line.startsWith('PUT'))).toEqual([]);
});

test('a package that an earlier attempt had sent is not sent again', async () => {
  const far = await farRay();
  const remote = await open(far);
  const bundle = await pushedBundle();
  const isDeclaring = ({ method, url }: { method: string; url: URL }) =>
    method === 'PUT' && url.pathname.includes('/serve/');
  far.fault = firstTimes(1, isDeclaring, { status: 403 });
  await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unauthorized' });
  expect(far.applications.size).toBe(0);
  const { files } = await remote.push(bundle, pushContext());
  expect(files).toEqual([expect.objectContaining({ sent: false })]);
});

describe('a new version that does not come to run', () => {
  const trace =
    'Traceback (most recent call last):\n  …\nERROR: No matching distribution found for nothing==1';
  const failing = (far: FarRay) => {
    far.failure = ({ args }) =>
      (args as { version?: string } | undefined)?.version === '1.1.0' ? trace : null;
  };

  test('is told with its reason, and the version before is declared again', async () => {
    const far = await usedRay();
    failing(far);
    const remote = await open(far);
    await remote.push(await pushedBundle(), pushContext());
    const before = far.applications.get('late-flights')?.deployed_app_config;
    await expect(remote.push(await pushedBundle({ version: '1.1.0' }), pushContext())).rejects.toMatchObject({
      code: 'targets/refused',
      message: expect.stringContaining('ERROR: No matching distribution found for nothing==1'),
      problems: [expect.objectContaining({ message: trace })],
    });
    expect(far.applications.get('late-flights')?.deployed_app_config).toEqual(before);
    expect(far.applications.get('theirs')?.deployed_app_config).toEqual(theirs);
  });

  test('is taken away again where it was the first', async () => {
    const far = await farRay();
    failing(far);
    const push = (await open(far)).push(await pushedBundle({ version: '1.1.0' }), pushContext());
    await expect(push).rejects.toMatchObject({ code: 'targets/refused' });
    expect([...far.applications.keys()]).toEqual([]);
  });

  test('stays, and is declared anew by the next push, where going back is switched off', async () => {
    const far = await farRay();
    failing(far);
    const remote = await open(far, { rollBack: false });
    const bundle = await pushedBundle({ version: '1.1.0' });
    await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/refused' });
    expect(far.applications.get('late-flights')?.status).toBe('DEPLOY_FAILED');
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('update');
    far.failure = null;
    await remote.push(bundle, pushContext());
    expect(far.applications.get('late-flights')?.status).toBe('RUNNING');
  });
});

describe('a push is refused, and changes nothing,', () => {
  const isConflict = async (far: FarRay, bundle: Awaited<ReturnType<typeof pushedBundle>>) => {
    const remote = await open(far);
    const before = structuredClone([...far.applications]);
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    expect([...far.applications]).toEqual(before);
  };

  test('where another model is there under the version', async () => {
    const far = await farRay();
    await (await open(far)).push(await pushedBundle(), pushContext());
    const signature = regressionSignature(flightInputs);
    await isConflict(far, await pushedBundle({}, {}, { bytes: echoModel(flightInputs), signature }));
  });

  test('where an application of its name was not pushed from here', async () => {
    const far = await farRay();
    far.start('late-flights', '/elsewhere');
    await isConflict(far, await pushedBundle());
  });

  test('where another model has the same name in addresses', async () => {
    const far = await farRay();
    await (await open(far)).push(await pushedBundle({ model: 'late flights!' }), pushContext());
    await isConflict(far, await pushedBundle());
  });

  test('where another application answers at its address', async () => {
    const far = await farRay();
    far.start('other', '/late-flights');
    await isConflict(far, await pushedBundle());
  });
});

test('a push is refused where the cluster hides settings of another application', async () => {
  const far = await usedRay();
  const other = far.applications.get('theirs');
  if (other === undefined) throw new Error('it was declared');
  other.deployed_app_config = { ...theirs, runtime_env: { env_vars: { KEY: '<redacted>' } } };
  await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
    code: 'targets/refused',
    message: expect.stringContaining('"theirs"'),
  });
});

test('a package too large for a dashboard is refused before anything is sent', async () => {
  const far = await farRay();
  const bundle = await pushedBundle();
  const big = { path: 'big.bin', digest: bundle.digest, sizeBytes: 101 * 1024 ** 2 };
  const bytes = async () => new Uint8Array(big.sizeBytes);
  const push = (await open(far)).push(
    { ...bundle, files: [...bundle.files, { ...big, bytes }] },
    pushContext(),
  );
  await expect(push).rejects.toMatchObject({ code: 'targets/refused' });
  expect(far.seen).toEqual([]);
});

test('verification asks the golden rows at the serving address', async () => {
  const far = await farRay();
  const remote = await open(far, { servingUrl: far.origin });
  const bundle = await pushedBundle();
  const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
  // JSON writes null for what is no number.
  far.answer = (_, body) =>
    (body as { rows: unknown[] }).rows.length === bundle.golden.rows.length ? bundle.golden.answers : {};
  expect((await remote.verify(receipt, bundle, pushContext())).map(({ ok }) => ok)).toEqual([
    true,
    true,
    true,
  ]);
  far.answer = () => ({ ...bundle.golden.answers, label: bundle.golden.answers.label?.map(() => 'other') });
  expect((await remote.verify(receipt, bundle, pushContext())).at(-1)).toMatchObject({ ok: false });
});

test('what somebody changed, or took away, is seen', async () => {
  const far = await farRay();
  const remote = await open(far);
  const bundle = await pushedBundle();
  const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
  const there = far.applications.get('late-flights');
  if (there === undefined) throw new Error('it was pushed');
  there.deployed_app_config = {
    ...there.deployed_app_config,
    deployments: [{ name: 'Model', num_replicas: 7, ray_actor_options: { num_cpus: 1 } }],
  };
  expect(await remote.observe(receipt, pushContext())).toEqual({
    state: 'changed',
    detail: 'Declared otherwise since: deployments[0].num_replicas: 1 → 7.',
  });
  far.applications.delete('late-flights');
  expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'gone' });
});

test.each([
  ['down', { status: 503 }, 'targets/unreachable'],
  ['full', { status: 507, body: 'no space left on device' }, 'targets/full'],
  ['cut off', 'cut', 'targets/unreachable'],
] as const)('a cluster that is %s says so, and takes the version afterwards', async (_, fault, code) => {
  const far = await farRay();
  const remote = await open(far);
  far.fault = ({ method }) => (method === 'PUT' ? fault : null);
  const bundle = await pushedBundle();
  await expect(remote.push(bundle, pushContext({ tries: 2 }))).rejects.toMatchObject({ code });
  expect(far.applications.size).toBe(0);
  far.fault = null;
  const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
  expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
});

describe('the check', () => {
  const last = async (far: FarRay, config: Record<string, unknown> = {}) =>
    (await (await open(far, config)).check(pushContext({ tries: 1 }))).at(-1);

  test('goes as far as Serve, and to the serving address', async () => {
    const far = await usedRay();
    expect(await last(far)).toMatchObject({ check: 'Serve', level: 'ok' });
    expect(await last(far, { servingUrl: far.origin })).toMatchObject({
      check: 'serving address',
      level: 'ok',
    });
    const fresh = await farRay();
    expect(await last(fresh, { servingUrl: fresh.origin })).toMatchObject({ level: 'warning' });
  });

  test('tells a token that is missing, and takes the right one', async () => {
    const far = await farRay();
    far.token = 'right';
    expect(await last(far)).toMatchObject({ check: 'credentials', level: 'error' });
    expect(await last(far, { token: 'right' })).toMatchObject({ level: 'ok' });
  });

  test('tells a cluster without Serve, and an address that is no dashboard', async () => {
    const far = await farRay();
    far.hasServe = false;
    expect(await last(far)).toMatchObject({ check: 'setup', level: 'error' });
    expect(await last(far, { url: `${far.origin}/path` })).toMatchObject({ check: 'path', level: 'error' });
  });
});
