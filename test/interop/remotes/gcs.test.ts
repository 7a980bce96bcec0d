import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gcsKind } from '../../../engine/remotes/object-store/gcs-kind.ts';
import { objectStoreClaims } from '../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../kit/remotes/sample-push.ts';
import { fakeGcsMissing, startFakeGcs } from './fake-gcs.ts';

const missing = await fakeGcsMissing();
if (missing !== null) console.log(`Skipped: fake-gcs-server cannot be built with Go: ${missing}`);

describe.skipIf(missing !== null)(
  'a server that others test their clients of Google Cloud Storage with',
  () => {
    let store: { endpoint: string; stop(): Promise<void> };
    beforeAll(async () => {
      store = await startFakeGcs('models');
    });
    afterAll(() => store?.stop());
    const settings = (prefix: string) => ({ bucket: 'models', endpoint: store.endpoint, prefix, partMb: 5 });

    // Asked how far an upload came, it ends the upload instead of telling.
    objectStoreClaims((folder) => gcsKind.open(settings(folder)), { goesOn: false });

    test('tells a bucket that is not there', async () => {
      const elsewhere = await gcsKind.open({ ...settings('x'), bucket: 'not-there' });
      await expect(elsewhere.push(await pushedBundle(), pushContext())).rejects.toMatchObject({
        code: 'targets/refused',
      });
    });

    test('takes a large file in parts, anew when it forgot them', async () => {
      const remote = await gcsKind.open(settings('forgotten'));
      const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
      const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
      const session = `${store.endpoint}/upload/storage/v1/b/models/o?uploadType=resumable&upload_id=gone`;
      const context = pushContext({ saved: { [digest]: { session, done: 5 * 1024 ** 2 } } });
      const receipt = receiptOf(bundle, await remote.push(bundle, context));
      expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
    });

    test('takes keys of any text', async () => {
      const remote = await gcsKind.open(settings("odd !'()*+&=@~ %41 ü"));
      const bundle = await pushedBundle({ model: 'Été (β) 100% + 1' });
      await remote.push(bundle, pushContext());
      expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');
    });
  },
);
