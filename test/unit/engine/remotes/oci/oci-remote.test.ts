import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ociKind } from '../../../../../engine/remotes/oci/oci-kind.ts';
import { openOci } from '../../../../../engine/remotes/oci/oci-remote.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarRegistry, farRegistry } from '../../../../kit/remotes/far-registry.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const repository = 'team/models/late-flights';

function open(registry: FarRegistry, change: Record<string, unknown> = {}) {
  return ociKind.open({ registry: registry.origin, repository: 'team/models', ...change });
}

const blobRequests = (registry: FarRegistry) =>
  registry.seen.filter((seen) => /^(POST|PATCH|PUT) .*\/blobs\//.test(seen));

describe('a push to an OCI registry', () => {
  test('comes back by digest, works, and is seen as in sync', async () => {
    const registry = await farRegistry();
    const remote = await open(registry);
    const bundle = await pushedBundle({ aliases: ['champion'] });
    const context = pushContext();
    const plan = await remote.plan(bundle, context);
    expect(plan.verdict).toBe('new');
    const pushed = await remote.push(bundle, context);
    const receipt = receiptOf(bundle, pushed);
    expect(pushed.where).toMatch(
      /^oci:\/\/127\.0\.0\.1:\d+\/team\/models\/late-flights:1\.0\.0@sha256:[0-9a-f]{64}$/,
    );
    expect(pushed.files.every(({ sent }) => sent)).toBe(true);
    const checks = await remote.verify(receipt, bundle, context);
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await remote.observe(receipt, context)).toMatchObject({ state: 'in-sync' });
    expect(registry.manifests.get(`${repository}:champion`)).toEqual(
      registry.manifests.get(`${repository}:1.0.0`),
    );
  });

  test('is a ModelPack artifact: a bare layer a file under its path, and diff ids in their order', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle();
    await (await open(registry)).push(bundle, pushContext());
    const manifest = JSON.parse(
      registry.manifests.get(`${repository}:1.0.0`)?.bytes.toString('utf8') ?? '{}',
    );
    expect(manifest).toMatchObject({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
      annotations: { 'org.opencontainers.image.created': '2026-01-02T03:04:05.000Z' },
    });
    const layers: { digest: string; mediaType: string; annotations: Record<string, string> }[] =
      manifest.layers;
    const paths = layers.map(({ annotations }) => annotations['org.cncf.model.filepath']);
    expect(paths).toEqual([...bundle.files.map(({ path }) => path), 'assay-version.json'].sort());
    const model = layers.find(
      ({ annotations }) => annotations['org.opencontainers.image.title'] === 'model.onnx',
    );
    expect(model).toMatchObject({
      mediaType: 'application/vnd.cncf.model.weight.v1.raw',
      digest: bundle.version.digest,
    });
    const config = JSON.parse(registry.blobs.get(manifest.config.digest)?.toString('utf8') ?? '{}');
    expect(config).toMatchObject({
      descriptor: { name: 'Late flights', version: '1.0.0', createdAt: '2026-01-02T03:04:05.000Z' },
      config: { format: 'onnx' },
      modelfs: { type: 'layers', diffIds: layers.map(({ digest }) => digest) },
    });
  });

  test('a second time sends no blob and no manifest', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle();
    await (await open(registry)).push(bundle, pushContext());
    registry.seen.length = 0;
    const context = pushContext();
    const again = await (await open(registry)).push(bundle, context);
    expect(registry.seen.filter((seen) => !/^(HEAD|GET) /.test(seen))).toEqual([]);
    expect(again.files.some(({ sent }) => sent)).toBe(false);
    expect(context.record.sentBytes).toBe(0);
    const plan = await (await open(registry)).plan(bundle, context);
    expect(plan).toMatchObject({ verdict: 'same' });
    expect(plan.lines.every(({ action }) => action === 'keep')).toBe(true);
  });

  test('mounts what another repository has, and sends the rest', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle();
    const model = bundle.files.find(({ path }) => path === 'model.onnx');
    registry.mountable.set(
      `team/staging/late-flights@${model?.digest}`,
      Buffer.from((await model?.bytes()) ?? new Uint8Array()),
    );
    const context = pushContext();
    const pushed = await (await open(registry, { mountFrom: 'team/staging' })).push(bundle, context);
    expect(pushed.files.find(({ path }) => path === 'model.onnx')?.sent).toBe(false);
    expect(pushed.files.find(({ path }) => path === 'MLmodel')?.sent).toBe(true);
    expect(context.record.log).toEqual(['model.onnx was mounted from team/staging/late-flights.']);
  });

  test('refuses another model under the version, and moves the tag only when the target says so', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle();
    const { echoModel, flightInputs, regressionSignature } = await import(
      '../../../../kit/models/sample-models.ts'
    );
    const other = await pushedBundle(
      {},
      {},
      {
        bytes: echoModel(flightInputs),
        signature: regressionSignature(flightInputs),
      },
    );
    await (await open(registry)).push(bundle, pushContext());
    const before = registry.manifests.get(`${repository}:1.0.0`);
    registry.seen.length = 0;
    const remote = await open(registry);
    expect((await remote.plan(other, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    expect(blobRequests(registry)).toEqual([]);
    expect(registry.manifests.get(`${repository}:1.0.0`)).toBe(before);
    const moving = await open(registry, { moveTags: true });
    const receipt = receiptOf(other, await moving.push(other, pushContext()));
    expect(await moving.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
    const first = receiptOf(bundle, { ...receipt, remoteIds: { ...receipt.remoteIds, digest: 'sha256:0' } });
    expect(await moving.observe(first, pushContext())).toMatchObject({ state: 'changed' });
  });

  test('changes the documents of a version whose model is the same', async () => {
    const registry = await farRegistry();
    await (await open(registry)).push(await pushedBundle(), pushContext());
    const described = await pushedBundle({ card: '# Changed\n' });
    const remote = await open(registry);
    expect((await remote.plan(described, pushContext())).verdict).toBe('update');
    const pushed = await remote.push(described, pushContext());
    const sent = pushed.files.filter((file) => file.sent).map(({ path }) => path);
    expect(sent).toContain('card.md');
    expect(sent).not.toContain('model.onnx');
  });

  test.each([{ hasReferrers: true }, { hasReferrers: false }])(
    'attaches SBOM and provenance as referrers, with and without the API for it ($hasReferrers)',
    async ({ hasReferrers }) => {
      const registry = await farRegistry({ hasReferrers });
      const remote = await open(registry);
      const { remoteIds } = await remote.push(await pushedBundle(), pushContext());
      const tag = `${repository}:${remoteIds.digest?.replace(':', '-')}`;
      expect(registry.manifests.has(tag)).toBe(!hasReferrers);
      const attached = [...registry.manifests.values()]
        .map(({ bytes }) => JSON.parse(bytes.toString('utf8')))
        .filter(({ subject }) => subject?.digest === remoteIds.digest)
        .map(({ artifactType }) => artifactType);
      expect(attached).toEqual(['application/vnd.in-toto+json', 'application/vnd.cyclonedx+json']);
      registry.seen.length = 0;
      await remote.push(await pushedBundle(), pushContext());
      expect(registry.seen.filter((seen) => !/^(HEAD|GET) /.test(seen))).toEqual([]);
    },
  );

  test('is pulled by version, by alias and as the newest, with what came of its run', async () => {
    const registry = await farRegistry();
    const remote = await open(registry);
    await remote.push(await pushedBundle({ version: '1.9.0' }), pushContext());
    await remote.push(await pushedBundle({ version: '1.10.0', aliases: ['champion'] }), pushContext());
    const dir = tempFolder();
    const pulled = await remote.pull?.('Late flights', dir, pushContext());
    expect(pulled).toMatchObject({
      model: 'Late flights',
      version: '1.10.0',
      aliases: ['champion'],
      run: { name: 'calm-river-1', params: { trainer: 'linear' }, metrics: { auc: 0.75 } },
    });
    const { files } = await pushedBundle({ version: '1.10.0' });
    for (const file of files)
      expect(await readFile(join(dir, file.path))).toEqual(Buffer.from(await file.bytes()));
    expect(await remote.pull?.('Late flights/1.9.0', tempFolder(), pushContext())).toMatchObject({
      version: '1.9.0',
    });
    expect(await remote.pull?.('Late flights@champion', tempFolder(), pushContext())).toMatchObject({
      version: '1.10.0',
    });
    await expect(remote.pull?.('Late flights/2.0.0', tempFolder(), pushContext())).rejects.toMatchObject({
      code: 'targets/not-there',
    });
  });
});

describe('signing in', () => {
  const token = { username: 'ada', password: 'right' };

  test('gets a token for the repository, and a new one when it has expired', async () => {
    const registry = await farRegistry({ token: { ...token, seconds: 0.05 } });
    const remote = await open(registry, token);
    await remote.push(await pushedBundle(), pushContext());
    const asked = registry.requests.filter(({ url }) => url.pathname === '/token');
    expect(asked.length).toBeGreaterThan(0);
    expect(asked[0]?.url.searchParams.getAll('scope')).toEqual([
      'repository:x:pull',
      `repository:${repository}:pull,push`,
    ]);
    expect(asked[0]?.url.searchParams.get('service')).toBe('far');
    expect(registry.manifests.has(`${repository}:1.0.0`)).toBe(true);
  });

  test('says that the credentials are refused, and the check names what to do', async () => {
    const registry = await farRegistry({ token });
    const remote = await open(registry, { ...token, password: 'wrong' });
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/unauthorized',
    });
    const findings = await remote.check(pushContext());
    expect(findings.find(({ level }) => level === 'error')).toMatchObject({ check: 'credentials' });
    expect(JSON.stringify(findings)).not.toContain('wrong"');
    const right = await open(registry, token);
    expect((await right.check(pushContext())).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(registry.uploads.size).toBe(0);
  });

  test('never sends credentials to the host that an upload goes to', async () => {
    const registry = await farRegistry({ token });
    const storage = await farRegistry();
    registry.fault = ({ method, url, headers }) =>
      method === 'POST' && url.pathname.endsWith('/uploads/') && headers.authorization !== undefined
        ? { status: 202, headers: { location: `${storage.origin}/v2/s/blobs/uploads/1` } }
        : null;
    const remote = await open(registry, token);
    await expect(remote.push(await pushedBundle(), pushContext({ tries: 1 }))).rejects.toThrow();
    expect(storage.requests.length).toBeGreaterThan(0);
    expect(storage.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  });
});

describe('faults of a registry', () => {
  const big = { 'big.bin': manyBytes(3 * 1024 ** 2 + 17) };
  const inParts = { chunkMb: 1 };
  const isPatch = ({ method }: { method: string }) => method === 'PATCH';

  test('a large file that was cut in the middle goes on after the last part that is there', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle({}, big);
    let patches = 0;
    registry.fault = (request) => {
      if (!isPatch(request)) return null;
      patches += 1;
      return patches >= 3 ? 'cut' : null;
    };
    const first = pushContext({ tries: 1 });
    await expect((await open(registry, inParts)).push(bundle, first)).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    expect(registry.manifests.size).toBe(0);
    registry.fault = null;
    registry.seen.length = 0;
    const second = pushContext({ saved: first.record.saved });
    await (await open(registry, inParts)).push(bundle, second);
    expect(registry.seen.filter((seen) => seen.startsWith('PATCH'))).toHaveLength(2);
    expect(second.record.saved).toEqual({});
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    expect(registry.blobs.get(digest)).toEqual(Buffer.from(big['big.bin']));
  });

  test('an upload that the registry forgot begins anew', async () => {
    const registry = await farRegistry();
    const bundle = await pushedBundle({}, big);
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    const saved = { [digest]: { location: '/v2/x/blobs/uploads/gone', offset: 1024 ** 2 } };
    await (await open(registry, inParts)).push(bundle, pushContext({ saved }));
    expect(registry.manifests.has(`${repository}:1.0.0`)).toBe(true);
  });

  test('parts are as large as the registry asks for', async () => {
    const registry = await farRegistry({ leastChunkBytes: 2 * 1024 ** 2 });
    await (await open(registry, inParts)).push(await pushedBundle({}, big), pushContext());
    expect(registry.requests.filter(isPatch).map(({ body }) => body.byteLength)).toEqual([
      1024 ** 2,
      2 * 1024 ** 2,
      17,
    ]);
  });

  test('429 and 503 are waited out; a cut connection is tried again', async () => {
    const registry = await farRegistry();
    const isUpload = ({ method, url }: { method: string; url: URL }) =>
      method === 'PUT' && url.pathname.includes('/uploads/');
    const busy = firstTimes(2, ({ method }) => method === 'HEAD', {
      status: 429,
      headers: { 'retry-after': '0' },
    });
    const cut = firstTimes(1, isUpload, 'cut');
    const down = firstTimes(1, ({ method }) => method === 'POST', { status: 503 });
    registry.fault = (request) => busy(request) ?? cut(request) ?? down(request);
    await (await open(registry)).push(await pushedBundle(), pushContext());
    expect(registry.manifests.has(`${repository}:1.0.0`)).toBe(true);
  });

  test('a registry that received other bytes is told as damage, and nothing is published', async () => {
    const registry = await farRegistry();
    registry.fault = ({ method, url }) =>
      method === 'PUT' && url.pathname.includes('/uploads/')
        ? { status: 400, body: '{"errors":[{"code":"DIGEST_INVALID","message":"digests differ"}]}' }
        : null;
    await expect((await open(registry)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/damaged',
    });
    expect(registry.manifests.size).toBe(0);
  });

  test('a full disk is told as such', async () => {
    const registry = await farRegistry();
    registry.fault = ({ method }) =>
      method === 'PUT' ? { status: 500, body: '{"errors":[{"message":"no space left on device"}]}' } : null;
    await expect((await open(registry)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/full',
    });
  });

  test('a manifest that was changed on its way back is told as damage', async () => {
    const registry = await farRegistry();
    const remote = await open(registry);
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    registry.fault = ({ url }) =>
      url.pathname.includes('/manifests/') ? { status: 200, body: '{"schemaVersion":2}' } : null;
    await expect(remote.verify(receipt, bundle, pushContext())).rejects.toMatchObject({
      code: 'targets/damaged',
    });
  });

  test('a registry that does not answer is given up in time', async () => {
    const registry = await farRegistry();
    registry.fault = () => 'slow';
    await expect(
      (await open(registry)).push(await pushedBundle(), pushContext({ idleMs: 60, tries: 2 })),
    ).rejects.toMatchObject({ code: 'targets/unreachable' });
  });

  test('an address that is no registry is told by the check', async () => {
    const registry = await farRegistry();
    registry.fault = () => ({ status: 404, body: '<html>Not here</html>' });
    const findings = await (await open(registry)).check(pushContext());
    expect(findings.at(-1)).toMatchObject({ check: 'path', level: 'error' });
  });
});

test('settings that are no registry are refused', async () => {
  await expect(
    openOci({ registry: 'a b', repository: 'x', aliasTags: true, moveTags: false, chunkMb: 1 }),
  ).rejects.toMatchObject({ code: 'targets/bad-config' });
  expect(ociKind.configSchema.safeParse({ registry: 'ghcr.io/team', repository: 'Team' }).success).toBe(
    false,
  );
});
