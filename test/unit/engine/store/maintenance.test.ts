import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  backupStore,
  checkStore,
  downgradeStore,
  openStore,
  restoreStore,
  storeStatus,
  upgradeStore,
} from '../../../../engine/store/index.ts';
import { migrations } from '../../../../engine/store/migrations/index.ts';
import { insertRuns, sampleRuns } from '../../../kit/run-table.ts';
import { storeOptions } from '../../../kit/store.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const newest = migrations.map((entry) => entry.name);

async function withRuns(dir: string, runs: number): Promise<void> {
  const store = await openStore(storeOptions(dir));
  await insertRuns(store, sampleRuns(runs));
  await store.close();
}

async function countRuns(dir: string): Promise<number> {
  const store = await openStore(storeOptions(dir));
  const rows = await store.db.selectFrom('runs').select('pk').execute();
  await store.close();
  return rows.length;
}

describe('the tools of a closed database', () => {
  it('tell what is applied and what is pending, also of a file that is not there', async () => {
    const dir = tempFolder();
    expect(await storeStatus(join(dir, 'assay.db'))).toMatchObject({
      applied: [],
      pending: newest,
      unknown: [],
    });
    await withRuns(dir, 1);
    const status = await storeStatus(join(dir, 'assay.db'));
    expect(status.applied.map((entry) => entry.name)).toEqual(newest);
    expect(status).toMatchObject({ pending: [], unknown: [], sizeBytes: expect.any(Number) });
  });

  it('name the migrations of a newer version', async () => {
    const dir = tempFolder();
    const later = { name: '0999-later', migration: { up: async () => {}, down: async () => {} } };
    await (await openStore(storeOptions(dir, { migrations: [...migrations, later] }))).close();
    expect(await storeStatus(join(dir, 'assay.db'))).toMatchObject({ unknown: ['0999-later'] });
  });

  it('take migrations back and apply them again, each after a backup', async () => {
    const dir = tempFolder();
    await withRuns(dir, 3);
    expect(await downgradeStore(storeOptions(dir), 0)).toEqual(newest);
    expect((await storeStatus(join(dir, 'assay.db'))).pending).toEqual(newest);
    const [backup] = readdirSync(join(dir, 'backups'));
    expect(backup).toContain('before-downgrade');
    expect(await upgradeStore(storeOptions(dir))).toEqual(newest);
    expect(await countRuns(dir)).toBe(0);
    expect(await downgradeStore(storeOptions(dir), newest.at(-1) ?? '')).toEqual([]);
  });

  it('say which migrations there are when asked for one that is not', async () => {
    const dir = tempFolder();
    await withRuns(dir, 1);
    for (const to of ['0042-x', -1, 99, 0.5]) {
      await expect(downgradeStore(storeOptions(dir), to)).rejects.toMatchObject({
        code: 'request/invalid',
        problems: [{ expected: expect.stringContaining('0001-initial') }],
      });
    }
  });

  it('find a damaged file, and rows that refer to nothing', async () => {
    const dir = tempFolder();
    await withRuns(dir, 500);
    const path = join(dir, 'assay.db');
    expect(await checkStore(path)).toEqual([]);

    const store = await openStore(storeOptions(dir));
    store.sqlite.pragma('foreign_keys = OFF');
    store.sqlite.exec('DELETE FROM runs WHERE pk <= 2');
    await store.close();
    expect((await checkStore(path)).join()).toMatch(/refer to rows of runs that are not there/);

    const bytes = readFileSync(path);
    bytes.fill(255, bytes.length - 3 * 4096);
    writeFileSync(path, bytes);
    expect((await checkStore(path)).length).toBeGreaterThan(0);
  });
});

describe('restoreStore', () => {
  it('puts a backup in the place of a damaged database and keeps what was there', async () => {
    const dir = tempFolder();
    const path = join(dir, 'assay.db');
    await withRuns(dir, 7);
    await backupStore(path, join(dir, 'good.db'));
    writeFileSync(path, 'rubbish'.repeat(1000));
    const { replaced, schemaVersion } = await restoreStore(storeOptions(dir), join(dir, 'good.db'));
    expect(schemaVersion).toBe(migrations.length);
    expect(readFileSync(replaced ?? '', 'utf8')).toContain('rubbish');
    expect(await countRuns(dir)).toBe(7);
    expect(existsSync(join(dir, 'good.db'))).toBe(true);
  });

  it('does not mix the log of the replaced database into the restored one', async () => {
    const dir = tempFolder();
    const path = join(dir, 'assay.db');
    await withRuns(dir, 7);
    await backupStore(path, join(dir, 'good.db'));
    const store = await openStore(storeOptions(dir));
    await store.db.deleteFrom('runs').execute();
    const database = readFileSync(path);
    const log = readFileSync(`${path}-wal`);
    await store.close();
    // As a kill -9 leaves it: the deletion is in the log alone.
    writeFileSync(path, database);
    writeFileSync(`${path}-wal`, log);
    await restoreStore(storeOptions(dir), join(dir, 'good.db'));
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(await countRuns(dir)).toBe(7);
  });

  it('refuses what is no sound backup before it moves anything', async () => {
    const dir = tempFolder();
    await withRuns(dir, 2);
    writeFileSync(join(dir, 'bad.db'), 'not a database at all, but long enough to be looked at');
    writeFileSync(join(dir, 'empty.db'), '');
    for (const name of ['bad.db', 'empty.db']) {
      await expect(restoreStore(storeOptions(dir), join(dir, name))).rejects.toMatchObject({
        code: 'workspace/corrupt',
      });
    }
    await expect(restoreStore(storeOptions(dir), join(dir, 'missing.db'))).rejects.toMatchObject({
      code: 'request/invalid',
    });
    expect(await countRuns(dir)).toBe(2);
    expect(existsSync(join(dir, 'backups'))).toBe(false);
  });
});
