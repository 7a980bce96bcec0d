import { describe, expect, test } from 'vitest';
import { gcsKind } from '../../../../../engine/remotes/object-store/gcs-kind.ts';
import { firstTimes } from '../../../../kit/remotes/far-end.ts';
import { type FarGcs, farGcs, gcsFailure, gcsToken } from '../../../../kit/remotes/far-gcs.ts';
import { objectStoreClaims } from '../../../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../../../kit/remotes/sample-push.ts';

const manifest = 'models/Late flights/1.0.0/assay-version.json';
const isUpload = ({ method, url }: { method: string; url: URL }) =>
  method !== 'GET' && url.pathname.startsWith('/upload/');

function open(far: FarGcs, change: Record<string, unknown> = {}) {
  const settings = { bucket: 'models', endpoint: far.origin, partMb: 5, accessToken: gcsToken };
  return gcsKind.open({ ...settings, ...change });
}

describe('a bucket of Google Cloud', () => {
  objectStoreClaims(async (folder) => open(await farGcs(), { prefix: folder }));

  test('holds the files below models/<name>/<version>/, the manifest last', async () => {
    const far = await farGcs();
    const bundle = await pushedBundle();
    await (await open(far, { prefix: 'team' })).push(bundle, pushContext());
    const names = [...bundle.files.map(({ path }) => path), 'assay-version.json'];
    expect([...far.objects.keys()]).toEqual(names.map((path) => `team/models/Late flights/1.0.0/${path}`));
  });

  test('is reached by the key of a service account, whose token is fetched once', async () => {
    const far = await farGcs();
    const remote = await open(far, { accessToken: undefined, serviceAccount: far.keyFile });
    await remote.push(await pushedBundle(), pushContext());
    expect(far.objects.has(manifest)).toBe(true);
    expect(far.seen.filter((seen) => seen === 'POST /token')).toHaveLength(1);
  });

  test('a part of which the store kept half goes on from there', async () => {
    const far = await farGcs();
    far.keeps = 3 * 256 * 1024;
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    const remote = await open(far);
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext()));
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });
});

describe('faults of a bucket of Google Cloud', () => {
  test('an upload that the store forgot begins anew', async () => {
    const far = await farGcs();
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    const saved = { [digest]: { session: `${far.origin}/upload/x?upload_id=gone`, done: 5 * 1024 ** 2 } };
    const remote = await open(far);
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext({ saved })));
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test('a lost answer of a conditional write is no conflict', async () => {
    const far = await farGcs();
    const bundle = await pushedBundle();
    const model = bundle.files.find(({ path }) => path === 'model.onnx');
    let uploads = 0;
    far.fault = firstTimes(
      1,
      (request) => {
        if (!isUpload(request)) return false;
        uploads += 1;
        if (bundle.files[uploads - 1]?.path !== 'model.onnx') return false;
        far.objects.set('models/Late flights/1.0.0/model.onnx', {
          bytes: Buffer.alloc(model?.sizeBytes ?? 0),
          generation: 7,
          metadata: { sha256: model?.digest ?? '' },
        });
        return true;
      },
      'cut',
    );
    await (await open(far)).push(bundle, pushContext());
    expect(far.objects.get('models/Late flights/1.0.0/model.onnx')?.generation).toBe(7);
    expect(far.objects.has(manifest)).toBe(true);
  });

  test.each([
    [401, 'authError', 'targets/unauthorized', /token/],
    [403, 'forbidden', 'targets/unauthorized', /role/],
    [403, 'userRateLimitExceeded', 'targets/unreachable', /./],
    [403, 'quotaExceeded', 'targets/full', /room/],
    [412, 'conditionNotMet', 'targets/conflict', /./],
    [507, 'insufficient', 'targets/full', /room/],
  ])('%i %s is told as %s with what to do', async (status, reason, expected, hint) => {
    const far = await farGcs();
    far.fault = (request) => (isUpload(request) ? gcsFailure(status, reason) : null);
    await expect((await open(far)).push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: expected,
      hint: expect.stringMatching(hint),
    });
    expect(far.objects.size).toBe(0);
  });

  test('a bucket that is not there is told as such', async () => {
    const far = await farGcs();
    const remote = await open(far, { bucket: 'others' });
    expect((await remote.check(pushContext())).at(-1)?.message).toContain('no bucket "others"');
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/refused',
    });
  });

  test('a key that the accounts do not know is told without the key', async () => {
    const far = await farGcs();
    const serviceAccount = far.keyFile.replace('key-1', 'key-2');
    const remote = await open(far, { accessToken: undefined, serviceAccount });
    await expect(remote.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
      code: 'targets/unauthorized',
      message: expect.stringContaining('Invalid JWT Signature'),
    });
    expect((await remote.check(pushContext())).at(-1)).toMatchObject({
      check: 'credentials',
      level: 'error',
    });
  });

  test.each([
    ['no JSON', 'is no JSON'],
    ['{}', 'not the key file'],
    ['{"client_email":"a","private_key":"b"}', 'cannot be read'],
  ])('the key file %s is refused', async (serviceAccount, message) => {
    await expect(open(await farGcs(), { serviceAccount })).rejects.toMatchObject({
      code: 'targets/bad-config',
      message: expect.stringContaining(message),
    });
  });
});
