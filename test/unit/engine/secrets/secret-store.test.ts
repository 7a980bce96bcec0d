import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSecretStore } from '../../../../engine/secrets/index.ts';
import { openStore, type Store } from '../../../../engine/store/index.ts';
import { silentLogger, systemClock } from '../../../../engine/system/index.ts';

let dir: string;
let store: Store;
let keyFile: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-secrets-'));
  keyFile = join(dir, 'secrets.key');
  store = await openStore({
    path: join(dir, 'assay.db'),
    clock: systemClock,
    logger: silentLogger,
    backupsDir: join(dir, 'backups'),
    keepBackups: 1,
  });
});
afterEach(async () => {
  await store.close();
  await rm(dir, { recursive: true, force: true });
});

const open = () => openSecretStore({ store, keyFile, clock: systemClock });
const rows = () => store.db.selectFrom('secrets').selectAll().execute();

describe('secrets', () => {
  it('come back after the workspace is opened again, and are gone when deleted', async () => {
    await (await open()).set('webhooks/1', 'tüchtig');
    const again = await open();
    expect(await again.get('webhooks/1')).toBe('tüchtig');
    await again.set('webhooks/1', 'other');
    await again.set('targets/a', 'x');
    expect(await again.get('webhooks/1')).toBe('other');
    expect(await again.names('webhooks/')).toEqual(['webhooks/1']);
    await again.delete('webhooks/1');
    expect(await again.get('webhooks/1')).toBeNull();
  });

  it('stand in no file of the workspace as they are', async () => {
    await (await open()).set('a', 'very-secret-value');
    store.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    for (const file of ['assay.db', 'secrets.key']) {
      expect((await readFile(join(dir, file))).includes('very-secret-value')).toBe(false);
    }
  });

  it.skipIf(process.platform === 'win32')('have a key that only its owner can read', async () => {
    await (await open()).set('a', 'b');
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  });

  it('make no key before there is one to keep', async () => {
    expect(await (await open()).get('a')).toBeNull();
    await expect(stat(keyFile)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('cannot change places, nor be changed', async () => {
    const secrets = await open();
    await secrets.set('a', 'of a');
    await secrets.set('b', 'of b');
    const [a] = await rows();
    if (a === undefined) throw new Error('nothing was kept');
    const { name: _name, ...columns } = a;
    await store.db.updateTable('secrets').set(columns).where('name', '=', 'b').execute();
    await expect(secrets.get('b')).rejects.toMatchObject({ code: 'secrets/unreadable' });
    expect(await secrets.get('a')).toBe('of a');
  });

  it('say so when the key is another, and can be entered again', async () => {
    await (await open()).set('a', 'first');
    await rm(keyFile);
    const secrets = await open();
    await expect(secrets.get('a')).rejects.toMatchObject({ code: 'secrets/unreadable' });
    await secrets.set('a', 'again');
    expect(await secrets.get('a')).toBe('again');
  });

  it('refuse a key file that is damaged rather than write over it', async () => {
    await writeFile(keyFile, 'nonsense\n');
    await expect(open()).rejects.toMatchObject({ code: 'secrets/unreadable' });
    expect(await readFile(keyFile, 'utf8')).toBe('nonsense\n');
  });
});

describe('a change of keys', () => {
  it('seals everything anew, and the key before opens nothing any more', async () => {
    const secrets = await open();
    for (const name of ['a', 'b']) await secrets.set(name, `of ${name}`);
    const before = await readFile(keyFile, 'utf8');
    expect(await secrets.rotate()).toBe(2);
    expect(await (await open()).get('b')).toBe('of b');
    await writeFile(keyFile, before);
    await expect((await open()).get('a')).rejects.toMatchObject({ code: 'secrets/unreadable' });
  });

  it('that was broken off half way leaves all readable: both keys are in the file', async () => {
    const secrets = await open();
    await secrets.set('a', 'of a');
    const before = await readFile(keyFile, 'utf8');
    const other = Buffer.alloc(32, 7).toString('base64url');
    await writeFile(keyFile, `${other}\n${before}`);
    const reopened = await open();
    expect(await reopened.get('a')).toBe('of a');
    await reopened.set('b', 'of b');
    expect(await reopened.rotate()).toBe(2);
    expect((await readFile(keyFile, 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  it('changes nothing when one of the secrets cannot be read', async () => {
    await (await open()).set('a', 'of a');
    await rm(keyFile);
    const secrets = await open();
    await secrets.set('b', 'of b');
    const before = await readFile(keyFile, 'utf8');
    await expect(secrets.rotate()).rejects.toMatchObject({ code: 'secrets/unreadable' });
    expect(await readFile(keyFile, 'utf8')).toBe(before);
    expect(await secrets.get('b')).toBe('of b');
  });
});
