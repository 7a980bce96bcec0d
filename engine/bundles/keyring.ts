import { z } from 'zod';
import type { BundleKey } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { SecretStore } from '../secrets/index.ts';
import type { Clock } from '../system/index.ts';
import { newSigningKey, publicKeyOf, readPublicKey, type SigningKey } from './signing-key.ts';
import { readKeyFile, writeKeyFile } from './trusted-keys.ts';

/** The key that a workspace signs with, and the keys of others that it trusts. */
export type Keyring = {
  /** Own keys first, newest first; then those of others. */
  list(): Promise<BundleKey[]>;
  /** The key in force, made at its first use. Errors: secrets/unreadable. */
  signingKey(): Promise<SigningKey>;
  /** Trusts a public key, or gives one that is trusted already another name. Errors: keys/invalid. */
  trust(name: string, pem: string): Promise<BundleKey>;
  /** Ends the trust in a key, also in one of its own that was replaced. Errors: keys/not-found, keys/in-use for the one in force. */
  distrust(keyId: string): Promise<void>;
  /** Signs with a new key from now on. What the old one signed is still trusted; its private half is gone. */
  rotate(): Promise<BundleKey>;
};

/** Where the private half is, in the secret store. */
const secretName = 'signing/bundles';
const Secret = z.object({ keyId: z.string(), privateKey: z.string() });

/** Over the secret store and the key file of a workspace folder. */
export function createKeyring(options: {
  workspace: string;
  secrets: Pick<SecretStore, 'get' | 'set'>;
  clock: Clock;
}): Keyring {
  const { workspace, secrets, clock } = options;
  let last: Promise<unknown> = Promise.resolve();
  /** One change of the file at a time. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const makeKey = async (): Promise<SigningKey> => {
    const key = newSigningKey();
    const nowMs = clock.nowMs();
    const keys = await readKeyFile(workspace);
    const own = { ...publicKeyOf(key), name: 'this workspace', origin: 'own' as const };
    const retired = keys.map((one) =>
      one.origin === 'own' && one.retiredAtMs === null ? { ...one, retiredAtMs: nowMs } : one,
    );
    // The file first: a key that signs is never one that is not trusted here.
    await writeKeyFile(workspace, [{ ...own, addedAtMs: nowMs, retiredAtMs: null }, ...retired]);
    await secrets.set(secretName, JSON.stringify(key));
    return key;
  };
  const inForce = async (): Promise<SigningKey | null> => {
    const kept = await secrets.get(secretName);
    if (kept === null) return null;
    const parsed: unknown = JSON.parse(kept);
    const key = Secret.parse(parsed);
    const keys = await readKeyFile(workspace);
    if (!keys.some(({ keyId }) => keyId === key.keyId)) {
      const own = { ...publicKeyOf(key), name: 'this workspace', origin: 'own' as const };
      await writeKeyFile(workspace, [{ ...own, addedAtMs: clock.nowMs(), retiredAtMs: null }, ...keys]);
    }
    return key;
  };

  return {
    async list() {
      const keys = await inTurn(() => readKeyFile(workspace));
      return [
        ...keys.filter(({ origin }) => origin === 'own'),
        ...keys.filter(({ origin }) => origin === 'trusted'),
      ];
    },
    signingKey: () => inTurn(async () => (await inForce()) ?? makeKey()),
    trust: (name, pem) =>
      inTurn(async () => {
        const key = readPublicKey(pem);
        const keys = await readKeyFile(workspace);
        const known = keys.find(({ keyId }) => keyId === key.keyId);
        const added: BundleKey =
          known === undefined
            ? { ...key, name, origin: 'trusted', addedAtMs: clock.nowMs(), retiredAtMs: null }
            : { ...known, name };
        await writeKeyFile(
          workspace,
          known === undefined ? [...keys, added] : keys.map((one) => (one === known ? added : one)),
        );
        return added;
      }),
    distrust: (keyId) =>
      inTurn(async () => {
        const keys = await readKeyFile(workspace);
        const known = keys.find((one) => one.keyId === keyId);
        if (known === undefined) throw new AssayError('keys/not-found', `There is no key ${keyId}.`);
        if (known.origin === 'own' && known.retiredAtMs === null)
          throw new AssayError('keys/in-use', 'This workspace signs with this key.');
        await writeKeyFile(
          workspace,
          keys.filter((one) => one !== known),
        );
      }),
    rotate: () =>
      inTurn(async () => {
        const { keyId } = await makeKey();
        const made = (await readKeyFile(workspace)).find((one) => one.keyId === keyId);
        if (made === undefined)
          throw new AssayError('keys/not-found', `The key ${keyId} was removed at once.`);
        return made;
      }),
  };
}
