import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { sharedKey } from '../../../../../engine/object-store/azure/shared-key.ts';
import { azureKind } from '../../../../../engine/remotes/object-store/azure-kind.ts';
import { type FarAzure, farAzure } from '../../../../kit/remotes/far-azure.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { objectStoreClaims } from '../../../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';

const accountKey = Buffer.from('a key for tests alone').toString('base64');
const manifest = 'models/Late flights/1.0.0/assay-version.json';

function open(far: FarAzure, change: Record<string, unknown> = {}) {
  const settings = { account: 'team', accountKey, endpoint: far.origin, container: 'models', partMb: 5 };
  return azureKind.open({ ...settings, ...change });
}

describe('a container of Azure Blob storage', () => {
  objectStoreClaims(async (folder) => open(await farAzure(), { prefix: folder }));

  test('holds the files below models/<name>/<version>/, the manifest last', async () => {
    const far = await farAzure();
    const bundle = await pushedBundle();
    await (await open(far, { prefix: 'team' })).push(bundle, pushContext());
    const names = [...bundle.files.map(({ path }) => path), 'assay-version.json'];
    expect([...far.blobs.keys()]).toEqual(names.map((path) => `team/models/Late flights/1.0.0/${path}`));
  });

  test('is reached by a shared access signature as well, which stays as it was given', async () => {
    const far = await farAzure();
    const sas = '?sv=2021-12-02&sp=rwdl&sig=a%2Bb%2Fc%3D';
    await (await open(far, { accountKey: undefined, sas })).push(await pushedBundle(), pushContext());
    expect(far.blobs.has(manifest)).toBe(true);
    expect(far.requests.every(({ url }) => url.search.endsWith(sas.slice(1)))).toBe(true);
    expect(far.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
  });

  test('wants credentials of either form', async () => {
    const far = await farAzure();
    await expect(open(far, { accountKey: undefined })).rejects.toMatchObject({
      code: 'targets/bad-config',
      problems: [{ path: '/secrets/accountKey' }],
    });
  });
});

describe('faults of a container', () => {
  test('a lost answer of a conditional write is no conflict', async () => {
    const far = await farAzure();
    const bundle = await pushedBundle();
    const model = bundle.files.find(({ path }) => path === 'model.onnx');
    far.fault = firstTimes(
      1,
      ({ method, url }) => {
        if (method !== 'PUT' || !url.pathname.endsWith('/model.onnx')) return false;
        far.blobs.set('models/Late flights/1.0.0/model.onnx', {
          bytes: Buffer.alloc(model?.sizeBytes ?? 0),
          etag: '"x"',
          sha256: model?.digest,
        });
        return true;
      },
      'cut',
    );
    await (await open(far)).push(bundle, pushContext());
    expect(far.blobs.has(manifest)).toBe(true);
  });

  test('what somebody else put meanwhile is not overwritten', async () => {
    const far = await farAzure();
    far.fault = ({ method, url }) => {
      if (method === 'PUT' && url.pathname.endsWith('/model.onnx'))
        far.blobs.set('models/Late flights/1.0.0/model.onnx', {
          bytes: Buffer.from('of somebody else'),
          etag: '"other"',
          sha256: undefined,
        });
      return null;
    };
    await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/conflict',
    });
    expect(far.blobs.has(manifest)).toBe(false);
  });

  test('blocks that the store forgot are sent anew', async () => {
    const far = await farAzure();
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    const saved = { [digest]: { blockBytes: 5 * 1024 ** 2, done: 1 } };
    const receipt = receiptOf(bundle, await (await open(far)).push(bundle, pushContext({ saved })));
    expect((await (await open(far)).verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test.each([
    [403, 'AuthenticationFailed', 'targets/unauthorized', /./],
    [403, 'AuthorizationPermissionMismatch', 'targets/unauthorized', /./],
    [404, 'ContainerNotFound', 'targets/refused', /Make it there/],
    [400, 'Md5Mismatch', 'targets/damaged', /Push again/],
    [412, 'LeaseIdMissing', 'targets/refused', /./],
    [507, 'InsufficientStorage', 'targets/full', /room/],
  ])('%i %s is told as %s with what to do', async (status, code, expected, hint) => {
    const far = await farAzure();
    far.fault = ({ method }) =>
      method === 'PUT'
        ? { status, headers: { 'x-ms-error-code': code }, body: `<Error><Code>${code}</Code></Error>` }
        : null;
    await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: expected,
      hint: expect.stringMatching(hint),
    });
    expect(far.blobs.size).toBe(0);
  });
});

test('signs the text that Microsoft documents for reading the metadata of a container', () => {
  // Authorize with Shared Key, "Get Container Metadata".
  const url = new URL(
    'https://myaccount.blob.core.windows.net/mycontainer?restype=container&timeout=20&comp=metadata',
  );
  const headers = { 'x-ms-version': '2015-02-21', 'x-ms-date': 'Fri, 26 Jun 2015 23:39:12 GMT' };
  const text =
    'GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n' +
    '/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20';
  const signature = createHmac('sha256', Buffer.from(accountKey, 'base64')).update(text).digest('base64');
  expect(sharedKey({ method: 'GET', url, headers, length: 0 }, 'myaccount', accountKey)).toBe(
    `SharedKey myaccount:${signature}`,
  );
});
