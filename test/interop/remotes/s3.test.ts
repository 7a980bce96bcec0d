import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { s3Kind } from '../../../engine/remotes/object-store/s3-kind.ts';
import { objectStoreClaims } from '../../kit/remotes/object-store-claims.ts';
import { pushContext, pushedBundle } from '../../kit/remotes/sample-push.ts';
import { seaweedfs, seaweedKeys, startSeaweedfs } from './seaweedfs.ts';

const found = await seaweedfs();
if ('missing' in found) console.log(`Skipped: SeaweedFS cannot be had from pip: ${found.missing}`);

describe.skipIf('missing' in found)('a real store that speaks S3 and checks signatures', () => {
  let store: { endpoint: string; stop(): Promise<void> };
  beforeAll(async () => {
    store = await startSeaweedfs('weed' in found ? found.weed : '', 'models');
  });
  afterAll(() => store?.stop());
  const open = (prefix: string, change: Record<string, unknown> = {}) =>
    s3Kind.open({ ...seaweedKeys, endpoint: store.endpoint, bucket: 'models', prefix, partMb: 5, ...change });

  objectStoreClaims((folder) => open(folder));

  test('tells wrong credentials and a bucket that is not there', async () => {
    const bundle = await pushedBundle();
    const wrong = await open('wrong', { secretAccessKey: 'wrong' });
    await expect(wrong.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unauthorized' });
    expect((await wrong.check(pushContext())).at(-1)).toMatchObject({ check: 'credentials', level: 'error' });
    const elsewhere = await open('x', { bucket: 'not-there' });
    expect((await elsewhere.check(pushContext())).at(-1)?.message).toContain('not-there');
  });

  test('takes keys of any text', async () => {
    const remote = await open("odd !'()*+&=@~ %41 ü");
    const bundle = await pushedBundle({ model: 'Été (β) 100% + 1' });
    const receipt = await remote.push(bundle, pushContext());
    expect(receipt.files.every(({ sent }) => sent)).toBe(true);
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');
  });
});
