import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { azureKind } from '../../../engine/remotes/object-store/azure-kind.ts';
import { objectStoreClaims } from '../../kit/remotes/object-store-claims.ts';
import { manyBytes, pushContext, pushedBundle, receiptOf } from '../../kit/remotes/sample-push.ts';
import { azuriteAccount, azuriteKey, azuriteMissing, startAzurite } from './azurite.ts';

const missing = await azuriteMissing();
if (missing !== null) console.log(`Skipped: Azurite cannot be had from npm: ${missing}`);

describe.skipIf(missing !== null)("Azure's emulator, which checks signatures", () => {
  let store: { endpoint: string; stop(): Promise<void> };
  beforeAll(async () => {
    store = await startAzurite('models');
  });
  afterAll(() => store?.stop());
  const settings = (prefix: string) => ({
    account: azuriteAccount,
    accountKey: azuriteKey,
    container: 'models',
    endpoint: store.endpoint,
    prefix,
    partMb: 5,
  });

  objectStoreClaims((folder) => azureKind.open(settings(folder)));

  test('tells a wrong key and a container that is not there', async () => {
    const bundle = await pushedBundle();
    const wrong = await azureKind.open({
      ...settings('wrong'),
      accountKey: Buffer.from('wrong').toString('base64'),
    });
    await expect(wrong.push(bundle, pushContext())).rejects.toMatchObject({ code: 'targets/unauthorized' });
    expect((await wrong.check(pushContext())).at(-1)).toMatchObject({ check: 'credentials', level: 'error' });
    const elsewhere = await azureKind.open({ ...settings('x'), container: 'not-there' });
    expect((await elsewhere.check(pushContext())).at(-1)?.message).toContain('not-there');
  });

  test('blocks that the store forgot are sent anew', async () => {
    const remote = await azureKind.open(settings('forgotten'));
    const bundle = await pushedBundle({}, { 'big.bin': manyBytes(6 * 1024 ** 2) });
    const digest = bundle.files.find(({ path }) => path === 'big.bin')?.digest ?? '';
    const saved = { [digest]: { blockBytes: 5 * 1024 ** 2, done: 1 } };
    const receipt = receiptOf(bundle, await remote.push(bundle, pushContext({ saved })));
    expect((await remote.verify(receipt, bundle, pushContext())).every(({ ok }) => ok)).toBe(true);
  });

  test('takes keys of any text', async () => {
    const remote = await azureKind.open(settings("odd !'()*+&=@~ %41 ü"));
    const bundle = await pushedBundle({ model: 'Été (β) 100% + 1' });
    await remote.push(bundle, pushContext());
    expect((await remote.plan(bundle, pushContext())).verdict).toBe('same');
  });
});
