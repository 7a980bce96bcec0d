import { describe, expect, test } from 'vitest';
import { s3Kind } from '../../../../../engine/remotes/object-store/s3-kind.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarS3, farS3 } from '../../../../kit/remotes/far-s3.ts';
import { objectStoreClaims } from '../../../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';

const keys = { accessKeyId: 'key', secretAccessKey: 'secret' };

function open(far: FarS3, change: Record<string, unknown> = {}) {
  return s3Kind.open({ ...keys, endpoint: far.origin, bucket: 'models', partMb: 5, ...change });
}

describe('an S3 bucket', () => {
  objectStoreClaims(async (folder) => open(await farS3(), { prefix: folder }));

  test('holds the files below models/<name>/<version>/, the manifest last', async () => {
    const far = await farS3();
    const bundle = await pushedBundle();
    await (await open(far, { prefix: 'team' })).push(bundle, pushContext());
    const names = [...bundle.files.map(({ path }) => path), 'assay-version.json'];
    expect([...far.objects.keys()]).toEqual(names.map((path) => `team/models/Late flights/1.0.0/${path}`));
  });
});

describe('faults of a bucket', () => {
  const manifest = 'models/Late flights/1.0.0/assay-version.json';

  test('503 is waited out, and a lost answer of a conditional write is no conflict', async () => {
    const far = await farS3();
    const slow = firstTimes(2, ({ method }) => method === 'PUT', {
      status: 503,
      body: '<Code>SlowDown</Code>',
    });
    far.fault = slow;
    const bundle = await pushedBundle();
    const model = bundle.files.find(({ path }) => path === 'model.onnx');
    // As after a try that came through without its answer coming back.
    const isModel = ({ method, url }: { method: string; url: URL }) =>
      method === 'PUT' && url.pathname.endsWith('/model.onnx');
    far.fault = (request) => {
      if (isModel(request) && model !== undefined)
        far.objects.set('models/Late flights/1.0.0/model.onnx', {
          bytes: Buffer.alloc(model.sizeBytes),
          etag: '"x"',
          sha256: model.digest,
        });
      return slow(request);
    };
    await (await open(far)).push(bundle, pushContext());
    expect(far.objects.has(manifest)).toBe(true);
  });

  test('an upload of parts that the store forgot begins anew', async () => {
    const far = await farS3();
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    const saved = { [digest]: { uploadId: 'gone', partBytes: 5 * 1024 ** 2, etags: ['"1"'] } };
    const receipt = receiptOf(bundle, await (await open(far)).push(bundle, pushContext({ saved })));
    expect((await (await open(far)).verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test('parts that could not be put together are told although the status is 200', async () => {
    const far = await farS3();
    far.fault = ({ method, url }) =>
      method === 'POST' && url.searchParams.has('uploadId')
        ? { status: 200, body: '<Error><Code>InternalError</Code></Error>' }
        : null;
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    await expect((await open(far)).push(bundle, pushContext())).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    expect(far.objects.has(manifest)).toBe(false);
  });

  test('two pushes of different models at once do not mix: the later one is refused', async () => {
    const far = await farS3();
    far.fault = firstTimes(
      1,
      ({ method, url }) => {
        if (method !== 'PUT' || !url.pathname.endsWith('/model.onnx')) return false;
        far.objects.set('models/Late flights/1.0.0/model.onnx', {
          bytes: Buffer.from('of somebody else'),
          etag: '"other"',
          sha256: undefined,
        });
        return false;
      },
      'cut',
    );
    await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/conflict',
    });
    expect(far.objects.has(manifest)).toBe(false);
  });

  test.each([
    [403, 'SignatureDoesNotMatch', 'targets/unauthorized', /./],
    [403, 'RequestTimeTooSkewed', 'targets/unauthorized', /clock/],
    [404, 'NoSuchBucket', 'targets/refused', /Make it there/],
    [301, 'PermanentRedirect', 'targets/refused', /region/],
    [501, 'NotImplemented', 'targets/unsupported', /conditional/],
    [507, 'XMinioStorageFull', 'targets/full', /room/],
  ])('%i %s is told as %s with what to do', async (status, code, expected, hint) => {
    const far = await farS3();
    far.fault = ({ method }) =>
      method === 'GET' ? { status, body: `<Error><Code>${code}</Code><Message>No</Message></Error>` } : null;
    const push = (await open(far)).push(await pushedBundle(), pushContext());
    await expect(push).rejects.toMatchObject({ code: expected, hint: expect.stringMatching(hint) });
    expect(far.objects.size).toBe(0);
  });

  test('a file that was changed there is found by verification', async () => {
    const far = await farS3();
    const remote = await open(far);
    const bundle = await pushedBundle();
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    const key = 'models/Late flights/1.0.0/model.onnx';
    const stored = far.objects.get(key);
    if (stored !== undefined) far.objects.set(key, { ...stored, bytes: Buffer.from('no model') });
    expect((await remote.verify(receipt, bundle, pushContext())).map(({ ok }) => ok)).toEqual([false, false]);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'changed' });
    far.objects.delete(manifest);
    expect(await remote.observe(receipt, pushContext())).toMatchObject({ state: 'gone' });
  });
});
