import { AssayError } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { newKey, readKeys, type SecretKey, writeKeys } from './key-file.ts';
import { type Sealed, seal, unseal } from './sealing.ts';

/**
 * Passwords, tokens and signing keys by name, encrypted in the database with a key that lies beside it in a file of its
 * own. Names are paths of the room that owns them: `webhooks/<id>`. Values never appear in lists, logs or messages.
 */
export type SecretStore = {
  /** Keeps a value, in the place of one of that name. */
  set(name: string, value: string): Promise<void>;
  /** null: there is none of that name. Errors: secrets/unreadable (the key was lost or the row changed). */
  get(name: string): Promise<string | null>;
  /** One that is not there is fine. */
  delete(name: string): Promise<void>;
  /** Names that begin with a text, sorted. Needs no key. */
  names(prefix: string): Promise<string[]>;
  /**
   * Makes a new key and seals every secret with it. A crash at any moment loses nothing: both keys are in the file until
   * all is sealed anew. Gives how many there were. Errors: secrets/unreadable, and then nothing has changed.
   */
  rotate(): Promise<number>;
};

/** Over the table `secrets`. The key file is made when the first secret is. Errors: secrets/unreadable. */
export async function openSecretStore(options: {
  store: Store;
  keyFile: string;
  clock: Clock;
}): Promise<SecretStore> {
  const { store, keyFile, clock } = options;
  const { db } = store;
  let keys = await readKeys(keyFile);

  const keyInForce = async (): Promise<SecretKey> => {
    const [first] = keys;
    if (first !== undefined) return first;
    const made = newKey();
    await writeKeys(keyFile, [made]);
    keys = [made];
    return made;
  };
  const open = (name: string, sealed: Sealed): string => {
    const key = keys.find(({ id }) => id === sealed.keyId);
    if (key === undefined) throw unreadable(name, `it was sealed with another key than that in ${keyFile}`);
    try {
      return unseal(key, name, sealed);
    } catch {
      throw unreadable(name, 'it is not as it was kept');
    }
  };
  const toSealed = (row: { key_id: string; nonce: Uint8Array; sealed: Uint8Array }): Sealed => ({
    keyId: row.key_id,
    nonce: Buffer.from(row.nonce),
    sealed: Buffer.from(row.sealed),
  });
  const columnsOf = ({ keyId, nonce, sealed }: Sealed) => ({
    key_id: keyId,
    nonce,
    sealed,
    updated_at_ms: clock.nowMs(),
  });

  return {
    async set(name, value) {
      const columns = columnsOf(seal(await keyInForce(), name, value));
      await db
        .insertInto('secrets')
        .values({ name, created_at_ms: clock.nowMs(), ...columns })
        .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
        .execute();
    },
    async get(name) {
      const row = await db.selectFrom('secrets').selectAll().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : open(name, toSealed(row));
    },
    async delete(name) {
      await db.deleteFrom('secrets').where('name', '=', name).execute();
    },
    async names(prefix) {
      const rows = await db
        .selectFrom('secrets')
        .select('name')
        .where('name', '>=', prefix)
        .orderBy('name')
        .execute();
      return rows.map(({ name }) => name).filter((name) => name.startsWith(prefix));
    },
    async rotate() {
      const before = keys;
      const made = newKey();
      const rows = await db.selectFrom('secrets').selectAll().execute();
      const values = rows.map((row) => ({ name: row.name, value: open(row.name, toSealed(row)) }));
      await writeKeys(keyFile, [made, ...before]);
      keys = [made, ...before];
      await store.transaction(async (trx) => {
        for (const { name, value } of values) {
          await trx
            .updateTable('secrets')
            .set(columnsOf(seal(made, name, value)))
            .where('name', '=', name)
            .execute();
        }
      });
      await writeKeys(keyFile, [made]);
      keys = [made];
      return rows.length;
    },
  };
}

function unreadable(name: string, why: string): AssayError {
  return new AssayError('secrets/unreadable', `The secret "${name}" cannot be read: ${why}.`);
}
