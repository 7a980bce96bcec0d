import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { hubKind } from '../../../../../engine/remotes/hub/hub-kind.ts';
import { repositoryName } from '../../../../../engine/remotes/hub/repository-name.ts';
import { echoModel, flightInputs, regressionSignature } from '../../../../kit/models/sample-models.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarHub, farHub } from '../../../../kit/remotes/far-hub.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const token = 'hf_right';
const repo = 'team/Late-flights';
const isCommit = ({ url }: { url: URL }) => url.pathname.includes('/commit/');

function open(hub: FarHub, change: Record<string, unknown> = {}) {
  return hubKind.open({ owner: 'team', token, endpoint: hub.origin, license: 'apache-2.0', ...change });
}

describe('a push to the hub', () => {
  test('is one private commit with a tag; it comes back and works', async () => {
    const hub = await farHub({ token });
    const remote = await open(hub);
    const bundle = await pushedBundle();
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('new');
    const pushed = await remote.push(bundle, pushContext());
    expect(hub.repos.get(repo)).toMatchObject({ isPrivate: true });
    expect(hub.repos.get(repo)?.commits).toHaveLength(2);
    expect(hub.repos.get(repo)?.tags.get('1.0.0')).toBe(pushed.remoteIds.commit);
    const receipt = receiptOf(bundle, pushed);
    const checks = await remote.verify(receipt, bundle, pushContext());
    expect(checks.map(({ ok }) => ok)).toEqual([true, true, true]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'in-sync' });
    hub.repos.get(repo)?.tags.delete('1.0.0');
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'gone' });
  });

  test('sends models by LFS and texts in the commit, each line as the protocol has it', async () => {
    const hub = await farHub({ token });
    const bundle = await pushedBundle();
    await (await open(hub)).push(bundle, pushContext());
    const lines = hub.requests
      .find(isCommit)
      ?.body.toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines?.[0]).toMatchObject({ key: 'header', value: { summary: 'Late flights 1.0.0' } });
    const large = lines?.filter(({ key }) => key === 'lfsFile').map(({ value }) => value);
    expect(large).toContainEqual({
      path: 'model.onnx',
      algo: 'sha256',
      oid: bundle.version.digest.slice('sha256:'.length),
      size: bundle.files.find(({ path }) => path === 'model.onnx')?.sizeBytes,
    });
    expect(lines?.filter(({ key }) => key === 'file').map(({ value }) => value.encoding)).toContain('base64');
  });

  test('has a card with the metadata that the hub reads, and keeps the README of the files', async () => {
    const hub = await farHub({ token });
    await (await open(hub)).push(
      await pushedBundle({ card: '# Late flights\n\nGood ones.\n' }),
      pushContext(),
    );
    const readme = hub.repos.get(repo)?.commits.at(-1)?.files.get('README.md')?.bytes.toString('utf8') ?? '';
    const [, front = '', card] = /^---\n([\s\S]*?)---\n\n([\s\S]*)$/.exec(readme) ?? [];
    expect(card).toMatch(/^# Late flights\n\nGood ones\.\n/);
    expect(parse(front)).toEqual({
      license: 'apache-2.0',
      library_name: 'onnx',
      pipeline_tag: 'tabular-classification',
      tags: ['onnx', 'tabular', 'assay'],
      'model-index': [
        {
          name: 'Late flights',
          results: [
            {
              task: { type: 'tabular-classification' },
              dataset: { name: 'own data', type: 'tabular' },
              metrics: [{ type: 'auc', value: 0.75, name: 'auc' }],
            },
          ],
        },
      ],
    });
  });

  test('a second time only reads, and other documents of the same model move the tag', async () => {
    const hub = await farHub({ token });
    const remote = await open(hub);
    const bundle = await pushedBundle();
    await remote.push(bundle, pushContext());
    hub.seen.length = 0;
    const again = await remote.push(bundle, pushContext());
    expect(hub.seen.every((seen) => seen.startsWith('GET '))).toBe(true);
    expect(again.files.some(({ sent }) => sent)).toBe(false);
    const described = await pushedBundle({ card: '# Changed\n' });
    expect((await remote.plan(described, pushContext())).verdict).toBe('update');
    const pushed = await remote.push(described, pushContext());
    expect(pushed.files.find(({ path }) => path === 'model.onnx')?.sent).toBe(false);
    expect(hub.repos.get(repo)?.tags.get('1.0.0')).toBe(pushed.remoteIds.commit);
  });

  test('refuses another model under the version', async () => {
    const hub = await farHub({ token });
    const remote = await open(hub);
    await remote.push(await pushedBundle(), pushContext());
    const signature = regressionSignature(flightInputs);
    const other = await pushedBundle({}, {}, { bytes: echoModel(flightInputs), signature });
    expect((await remote.plan(other, pushContext())).verdict).toBe('conflict');
    await expect(remote.push(other, pushContext())).rejects.toMatchObject({ code: 'targets/conflict' });
    expect(hub.repos.get(repo)?.commits).toHaveLength(2);
  });

  test('is pulled by version and as the newest', async () => {
    const hub = await farHub({ token });
    const remote = await open(hub);
    await remote.push(await pushedBundle({ version: '1.9.0' }), pushContext());
    const newest = await pushedBundle({ version: '1.10.0' });
    await remote.push(newest, pushContext());
    const dir = tempFolder();
    const pulled = await remote.pull?.('Late flights', dir, pushContext());
    expect(pulled).toMatchObject({ version: '1.10.0', run: { name: 'calm-river-1' } });
    for (const { path, bytes } of newest.files)
      expect(await readFile(join(dir, path))).toEqual(Buffer.from(await bytes()));
    const older = await remote.pull?.('Late flights/1.9.0', tempFolder(), pushContext());
    expect(older).toMatchObject({ version: '1.9.0' });
    await expect(remote.pull?.('Late flights/2.0.0', tempFolder(), pushContext())).rejects.toMatchObject({
      code: 'targets/not-there',
    });
  });
});

describe('faults of the hub', () => {
  test('a branch that moved is committed to again', async () => {
    const hub = await farHub({ token });
    const context = pushContext();
    hub.fault = firstTimes(1, isCommit, { status: 412, body: '{"error":"moved"}' });
    await (await open(hub)).push(await pushedBundle(), context);
    expect(context.record.log).toEqual(['The branch main moved meanwhile; committing again.']);
    expect(hub.repos.get(repo)?.tags.has('1.0.0')).toBe(true);
  });

  test('large files go in parts, with our token on none of them', async () => {
    const hub = await farHub({ token, chunkBytes: 1024 ** 2 });
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(2.5 * 1024 ** 2) });
    const remote = await open(hub);
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest.slice('sha256:'.length);
    const completed = hub.storage.requests.find(
      ({ method, url }) => method === 'POST' && url.pathname === `/${digest}`,
    );
    expect(JSON.parse(completed?.body.toString('utf8') ?? '')).toEqual({
      oid: digest,
      parts: [1, 2, 3].map((partNumber) => ({ partNumber, etag: `"${partNumber}"` })),
    });
    expect(hub.storage.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  });

  test('a push that was cut off sends no large file again that is there', async () => {
    const hub = await farHub({ token });
    const bundle = await pushedBundle();
    hub.fault = (request) => (isCommit(request) ? 'cut' : null);
    await expect((await open(hub)).push(bundle, pushContext())).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    expect(hub.repos.get(repo)?.commits).toHaveLength(1);
    hub.fault = null;
    hub.storage.requests.length = 0;
    await (await open(hub)).push(bundle, pushContext());
    expect(hub.storage.requests).toHaveLength(0);
    expect(hub.repos.get(repo)?.tags.has('1.0.0')).toBe(true);
  });

  test('a repository that came out public gets no file', async () => {
    const hub = await farHub({ token, makesPublic: true });
    await expect((await open(hub)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/unsupported',
    });
    expect(hub.seen.some((seen) => /preupload|commit|lfs/.test(seen))).toBe(false);
  });

  test('the check tells a wrong token and an owner that one is not', async () => {
    const hub = await farHub({ token });
    const levels = async (change: Record<string, unknown>) =>
      (await (await open(hub, change)).check(pushContext())).at(-1);
    expect(await levels({})).toMatchObject({ level: 'ok' });
    expect(await levels({ token: 'hf_wrong' })).toMatchObject({ check: 'credentials', level: 'error' });
    expect(await levels({ owner: 'others' })).toMatchObject({ check: 'path', level: 'error' });
  });
});

test.each([
  ['Late flights', 'Late-flights'],
  ['a -- b..c', 'a-b-c'],
  ['délai_v2.1', 'delai_v2.1'],
])('the model %s is in the repository %s', (model, name) => {
  expect(repositoryName(model)).toBe(name);
});
