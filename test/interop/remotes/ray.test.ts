import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rayKind } from '../../../engine/remotes/ray/ray-kind.ts';
import { serveScriptFile } from '../../../engine/remotes/ray/serve-script.ts';
import { pushContext, pushedBundle, receiptOf } from '../../kit/remotes/sample-push.ts';
import { declareAll, type RunningRay, rayMissing, startRay } from './ray-cluster.ts';

const missing = await rayMissing();
if (missing !== null) console.log(`Skipped: Ray cannot be had with pip: ${missing}`);

describe.skipIf(missing !== null)('a Ray cluster', () => {
  let ray: RunningRay;
  beforeAll(async () => {
    ray = await startRay();
  }, 200_000);
  afterAll(() => ray?.stop());
  const open = (config: Record<string, unknown> = {}) =>
    rayKind.open({ url: ray.url, servingUrl: ray.servingUrl, packages: [], cpus: 0.5, ...config });
  const applications = async () => {
    const { http } = pushContext();
    const answer = await http.request({ method: 'GET', url: `${ray.url}/api/serve/applications/` });
    const { applications: found } = answer.json() as {
      applications: Record<string, { status: string; deployed_app_config: Record<string, unknown> }>;
    };
    return found;
  };

  test('serves what is pushed, with the same answers for the golden rows, and takes nothing twice', async () => {
    const remote = await open();
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    const checks = await remote.verify(receipt, bundle, pushContext());
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['The application is declared as it was pushed', true],
      ['Its replicas run', true],
      ['It answers as here', true],
    ]);
    expect((await remote.check(pushContext())).filter(({ level }) => level !== 'ok')).toEqual([]);
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');
    const again = await remote.push(bundle, pushContext());
    expect(again.files.map(({ sent }) => sent)).toEqual([false]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
  });

  test('answers rows that do not fit with 400 and the reasons', async () => {
    const ask = (body: unknown) =>
      fetch(`${ray.servingUrl}/late-flights`, { method: 'POST', body: JSON.stringify(body) });
    for (const body of [null, [], { rows: [] }, { rows: [1] }, { rows: [{ x: 'far' }] }])
      expect([JSON.stringify(body), (await ask(body)).status]).toEqual([JSON.stringify(body), 400]);
    expect(await (await ask({ rows: [{ x: 'far' }] })).json()).toMatchObject({
      code: 'predictions/bad-rows',
      problems: ['/rows/0: "x" is no float'],
    });
    const about = await fetch(`${ray.servingUrl}/late-flights`);
    expect(await about.json()).toMatchObject({ model: 'Late flights', version: '1.0.0' });
  });

  test('keeps other applications as they are, and brings back the version before one that does not come to run', async () => {
    const [mine] = Object.values(await applications());
    if (mine === undefined) throw new Error('it was pushed before');
    const { working_dir } = mine.deployed_app_config.runtime_env as { working_dir: string };
    const theirs = {
      name: 'theirs',
      route_prefix: '/theirs',
      import_path: `${serveScriptFile.replace('.py', '')}:application`,
      runtime_env: { working_dir, env_vars: { KEY: 'value' } },
      args: { model: 'theirs', version: '1', modelDigest: '', threads: 1 },
      deployments: [{ name: 'Model', ray_actor_options: { num_cpus: 0.1 } }],
    };
    await declareAll(ray.url, [mine.deployed_app_config, theirs]);

    const next = await pushedBundle({ version: '1.1.0' });
    const impossible = await open({ packages: ['no-such-package-of-assay==9.9'] });
    await expect(impossible.push(next, pushContext())).rejects.toMatchObject({
      code: 'targets/refused',
      message: expect.stringContaining('no-such-package-of-assay==9.9'),
    });
    const after = await applications();
    expect(after['late-flights']?.deployed_app_config).toEqual(mine.deployed_app_config);
    expect(after.theirs?.deployed_app_config).toEqual(theirs);

    const remote = await open({ replicas: 2 });
    const receipt = receiptOf(next, await remote.push(next, pushContext()));
    expect((await remote.verify(receipt, next, pushContext())).filter(({ ok }) => !ok)).toEqual([]);
    expect((await applications()).theirs?.deployed_app_config).toEqual(theirs);

    await declareAll(ray.url, [theirs]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'gone' });
  });
});
