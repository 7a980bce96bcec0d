import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ociKind } from '../../../engine/remotes/oci/oci-kind.ts';
import type { PushContext } from '../../../engine/remotes/target.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../kit/temp-folder.ts';
import { type RunningRegistry, registryBinary, registryMissing, startRegistry } from './docker-registry.ts';

const missing = registryMissing();
if (missing !== null) console.log(`Skipped: no ${registryBinary} (Debian: docker-registry): ${missing}`);

/** The bcrypt hash of "right". */
const htpasswd = 'ada:$2b$04$KLm2YZ9pPTEbosm7mXZW0.zjUFDssBL.ZuBpaf04nqG5RngxYq8XW\n';

describe.skipIf(missing !== null)('a real registry', () => {
  let registry: RunningRegistry;
  let locked: RunningRegistry;
  beforeAll(async () => {
    [registry, locked] = await Promise.all([startRegistry(), startRegistry(htpasswd)]);
  });
  afterAll(async () => {
    await Promise.all([registry?.stop(), locked?.stop()]);
  });
  const open = (below: string, change: Record<string, unknown> = {}) =>
    ociKind.open({ registry: registry.host, repository: below, ...change });

  test('takes a push, gives it back by digest, and a second push sends no blob', async () => {
    const remote = await open('first');
    const bundle = await pushedBundle({ aliases: ['champion'] });
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('new');
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    const checks = await remote.verify(receipt, bundle, pushContext());
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });

    const { context, methods } = counted(pushContext());
    const again = await remote.push(bundle, context);
    expect(again.where).toBe(receipt.where);
    expect(methods.filter((method) => !['HEAD', 'GET'].includes(method))).toEqual([]);
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');

    const dir = tempFolder();
    const pulled = await remote.pull?.('Late flights@champion', dir, pushContext());
    expect(pulled).toMatchObject({ version: '1.0.0', aliases: ['champion'] });
    for (const { path, bytes } of bundle.files)
      expect(await readFile(join(dir, path))).toEqual(Buffer.from(await bytes()));
  });

  test('keeps provenance and SBOM under the fallback tag: it has no referrers API', async () => {
    const remote = await open('attached');
    const { remoteIds } = await remote.push(await pushedBundle(), pushContext());
    const tag = `sha256-${remoteIds.digest?.slice('sha256:'.length)}`;
    const answer = await fetch(`http://${registry.host}/v2/${remoteIds.repository}/manifests/${tag}`, {
      headers: { accept: 'application/vnd.oci.image.index.v1+json' },
    });
    expect(await answer.json()).toMatchObject({
      manifests: [
        { artifactType: 'application/vnd.in-toto+json' },
        { artifactType: 'application/vnd.cyclonedx+json' },
      ],
    });
  });

  test('mounts every blob of another repository: no byte is sent twice', async () => {
    const bundle = await pushedBundle();
    await (await open('staging')).push(bundle, pushContext());
    const context = pushContext();
    const pushed = await (await open('production', { mountFrom: 'staging' })).push(bundle, context);
    expect(context.record.sentBytes).toBe(0);
    expect(pushed.files.some(({ sent }) => sent)).toBe(false);
  });

  test('takes a large file in parts, and goes on after the last one when the push was stopped', async () => {
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(5 * 1024 ** 2 + 3) });
    const remote = await open('parts', { chunkMb: 1 });
    const stop = new AbortController();
    const first = pushContext({ signal: stop.signal });
    const save = first.state.save;
    first.state.save = (state) => {
      save(state);
      if (JSON.stringify(state).includes(`"offset":${3 * 1024 ** 2}`)) stop.abort(new Error('stopped'));
    };
    await expect(remote.push(bundle, first)).rejects.toThrow();
    const second = counted(pushContext({ saved: first.record.saved }));
    const receipt = receiptOf(bundle, await remote.push(bundle, second.context));
    expect(second.methods.filter((method) => method === 'PATCH')).toHaveLength(3);
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test('would take another model under a version that is there: it is refused before anything is sent', async () => {
    const remote = await open('conflict');
    await remote.push(await pushedBundle(), pushContext());
    const described = await pushedBundle({ description: 'Another text' });
    expect((await remote.plan(described, pushContext())).verdict).toBe('update');
    const foreign = await pushedBundle({ model: 'late-flights' });
    await expect(remote.push(foreign, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
  });

  test('with users: basic credentials are taken, wrong ones told, and the check writes nothing', async () => {
    const settings = { registry: locked.host, repository: 'team', username: 'ada' };
    const bundle = await pushedBundle();
    const wrong = await ociKind.open({ ...settings, password: 'wrong' });
    await expect(wrong.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unauthorized' });
    expect((await wrong.check(pushContext())).at(-1)).toMatchObject({ check: 'credentials', level: 'error' });
    const right = await ociKind.open({ ...settings, password: 'right' });
    expect((await right.check(pushContext())).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
    const receipt = receiptOf(bundle, await right.push(bundle, pushContext()));
    expect((await right.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });
});

/** Tells which requests a push makes. */
function counted(context: PushContext): { context: PushContext; methods: string[] } {
  const methods: string[] = [];
  const { http } = context;
  return {
    methods,
    context: {
      ...context,
      http: {
        ...http,
        request(request) {
          methods.push(request.method);
          return http.request(request);
        },
      },
    },
  };
}
