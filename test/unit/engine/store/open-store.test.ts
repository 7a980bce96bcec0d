import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it, vi } from 'vitest';
import { openStore, type Store } from '../../../../engine/store/index.ts';
import { migrations } from '../../../../engine/store/migrations/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { insertRuns, sampleRuns } from '../../../kit/run-table.ts';
import { storeOptions } from '../../../kit/store.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';

const colours = {
  name: '0002-colours',
  migration: {
    up: async (db: Kysely<unknown>) => {
      await sql`CREATE TABLE colours (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT`.execute(db);
    },
    down: async (db: Kysely<unknown>) => {
      await sql`DROP TABLE colours`.execute(db);
    },
  },
};

async function filled(dir: string): Promise<void> {
  const store = await openStore(storeOptions(dir));
  await insertRuns(store, sampleRuns(20));
  await store.close();
}

function tableNames(store: Store): string[] {
  return store.sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .all()
    .map((row) => row.name);
}

describe('openStore', () => {
  it('makes a new database with the experiment Default, and no backup of nothing', async () => {
    const dir = tempFolder();
    const store = await openStore(storeOptions(dir));
    expect(await store.db.selectFrom('experiments').select(['id', 'name']).execute()).toEqual([
      { id: 0, name: 'Default' },
    ]);
    expect(store.schemaVersion).toBe(migrations.length);
    expect(await store.check()).toEqual([]);
    await store.close();
    expect(readdirSync(dir)).toEqual(['assay.db']);
  });

  it('is durable at every commit: write-ahead log, flushed', async () => {
    const store = await openStore(storeOptions(tempFolder()));
    expect(store.sqlite.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(store.sqlite.pragma('synchronous', { simple: true })).toBe(2);
    expect(store.sqlite.pragma('foreign_keys', { simple: true })).toBe(1);
    await store.close();
  });

  it('refuses rows that refer to nothing', async () => {
    const store = await openStore(storeOptions(tempFolder()));
    const orphan = store.db.insertInto('run_tags').values({ run_pk: 1, key_id: 1, value: 'x' }).execute();
    await expect(orphan).rejects.toThrow(/FOREIGN KEY/);
    await store.close();
  });

  it('backs an older database up before it upgrades it, and keeps its rows', async () => {
    const dir = tempFolder();
    await filled(dir);
    const clock = fakeClock();
    const store = await openStore(storeOptions(dir, { migrations: [...migrations, colours], clock }));
    expect(store.schemaVersion).toBe(migrations.length + 1);
    expect(tableNames(store)).toContain('colours');
    expect(await store.db.selectFrom('runs').select('pk').execute()).toHaveLength(20);
    await store.close();

    const [backup, ...others] = readdirSync(join(dir, 'backups'));
    expect(others).toEqual([]);
    expect(backup).toBe(`assay-20260101T000000.000Z-schema-${migrations.length}-before-upgrade.db`);
    const old = new BetterSqlite3(join(dir, 'backups', backup ?? ''), { readonly: true });
    expect(old.prepare('SELECT count(*) AS n FROM runs').get()).toEqual({ n: 20 });
    expect(old.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'colours'").get()).toEqual({
      n: 0,
    });
    old.close();
  });

  it('undoes a migration that fails, says which, and leaves the backup', async () => {
    const dir = tempFolder();
    await filled(dir);
    const broken = {
      name: '0003-broken',
      migration: {
        ...colours.migration,
        up: async (db: Kysely<unknown>) => {
          await sql`CREATE TABLE half (id INTEGER)`.execute(db);
          await sql`SELECT nonsense`.execute(db);
        },
      },
    };
    const opening = openStore(storeOptions(dir, { migrations: [...migrations, colours, broken] }));
    await expect(opening).rejects.toMatchObject({
      code: 'workspace/migration-failed',
      message: expect.stringContaining('0003-broken'),
    });
    expect(readdirSync(join(dir, 'backups'))).toHaveLength(1);
    const store = await openStore(storeOptions(dir, { migrations: [...migrations, colours] }));
    expect(tableNames(store)).toContain('colours');
    expect(tableNames(store)).not.toContain('half');
    await store.close();
  });

  it('undoes a migration that would leave rows that refer to nothing', async () => {
    const dir = tempFolder();
    await filled(dir);
    const careless = {
      name: '0002-careless',
      migration: {
        ...colours.migration,
        up: async (db: Kysely<unknown>) => {
          await sql`DELETE FROM keys`.execute(db);
        },
      },
    };
    const opening = openStore(storeOptions(dir, { migrations: [...migrations, careless] }));
    await expect(opening).rejects.toMatchObject({ code: 'workspace/migration-failed' });
    const store = await openStore(storeOptions(dir));
    expect((await store.db.selectFrom('keys').select('id').execute()).length).toBeGreaterThan(0);
    await store.close();
  });

  it('keeps the newest automatic backups only, and no file that a person named', async () => {
    const dir = tempFolder();
    await filled(dir);
    const clock = fakeClock();
    const store = await openStore(storeOptions(dir));
    await store.backup(join(dir, 'backups', 'before-my-experiment.db'));
    await store.close();
    const extra = Array.from({ length: 5 }, (_, i) => ({
      name: `000${i + 2}-nothing`,
      migration: { up: async () => {}, down: async () => {} },
    }));
    for (let i = 1; i <= 5; i += 1) {
      clock.advance(1000);
      const options = storeOptions(dir, {
        migrations: [...migrations, ...extra.slice(0, i)],
        clock,
        keepBackups: 2,
      });
      await (await openStore(options)).close();
    }
    expect(readdirSync(join(dir, 'backups')).sort()).toEqual([
      expect.stringContaining('000004.000Z'),
      expect.stringContaining('000005.000Z'),
      'before-my-experiment.db',
    ]);
  });

  it.each([
    ['a newer one', [...migrations, colours], migrations],
    [
      'one of another history',
      [...migrations, colours],
      [...migrations, { ...colours, name: '0002-shapes' }],
    ],
  ])('refuses %s and touches nothing', async (_, made, known) => {
    const dir = tempFolder();
    await (await openStore(storeOptions(dir, { migrations: made }))).close();
    const before = readFileSync(join(dir, 'assay.db'));
    await expect(openStore(storeOptions(dir, { migrations: known }))).rejects.toMatchObject({
      code: 'workspace/newer',
      message: expect.stringContaining('0002-colours'),
    });
    expect(readFileSync(join(dir, 'assay.db')).equals(before)).toBe(true);
    expect(existsSync(join(dir, 'backups'))).toBe(false);
  });

  it('refuses the database of another program and touches nothing', async () => {
    const dir = tempFolder();
    const other = new BetterSqlite3(join(dir, 'assay.db'));
    other.exec('CREATE TABLE bookmarks (url TEXT)');
    other.close();
    const before = readFileSync(join(dir, 'assay.db'));
    await expect(openStore(storeOptions(dir))).rejects.toMatchObject({
      code: 'workspace/corrupt',
      message: expect.stringContaining('not one of Assay'),
    });
    expect(readFileSync(join(dir, 'assay.db')).equals(before)).toBe(true);
  });

  it.each([
    ['its header', (bytes: Buffer) => bytes.fill(7, 0, 100)],
    ['a page of the schema', (bytes: Buffer) => bytes.fill(255, 100, 4000)],
    ['its end, which is cut off', (bytes: Buffer) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ])('says that a file is damaged in %s, and leaves it as it is', async (_, damage) => {
    const dir = tempFolder();
    await filled(dir);
    const path = join(dir, 'assay.db');
    const damaged = damage(readFileSync(path));
    writeFileSync(path, damaged);
    await expect(openStore(storeOptions(dir))).rejects.toMatchObject({ code: 'workspace/corrupt' });
    expect(readFileSync(path).equals(damaged)).toBe(true);
  });

  it('says that a folder that is not there cannot be written to', async () => {
    await expect(openStore(storeOptions(join(tempFolder(), 'nowhere')))).rejects.toMatchObject({
      code: 'workspace/not-writable',
    });
  });
});

describe('transactions', () => {
  it('undo everything when the work throws', async () => {
    const store = await openStore(storeOptions(tempFolder()));
    const failing = store.transaction(async (trx) => {
      await trx.insertInto('keys').values({ name: 'a' }).execute();
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await expect(
      store.transactionSync((sqlite) => {
        sqlite.prepare("INSERT INTO keys (name) VALUES ('b')").run();
        throw new Error('no again');
      }),
    ).rejects.toThrow('no again');
    expect(await store.db.selectFrom('keys').selectAll().execute()).toEqual([]);
    await store.close();
  });

  it('take turns: synchronous work never lands inside another transaction', async () => {
    const store = await openStore(storeOptions(tempFolder()));
    const slow = store.transaction(async (trx) => {
      await trx.insertInto('keys').values({ name: 'slow' }).execute();
      await new Promise((resolve) => setTimeout(resolve, 30));
      throw new Error('undone');
    });
    const quick = store.transactionSync((sqlite) =>
      sqlite.prepare("INSERT INTO keys (name) VALUES ('quick')").run(),
    );
    await expect(slow).rejects.toThrow('undone');
    await quick;
    expect(await store.db.selectFrom('keys').select('name').execute()).toEqual([{ name: 'quick' }]);
    await store.close();
  });

  it('say that the disk is full, once, and the store works on', async () => {
    const store = await openStore(storeOptions(tempFolder()));
    store.sqlite.pragma(`max_page_count = ${store.sqlite.pragma('page_count', { simple: true })}`);
    const big = 'x'.repeat(5_000_000);
    await expect(
      store.db.insertInto('workspace_meta').values({ key: 'big', value: big }).execute(),
    ).rejects.toMatchObject({
      code: 'artifacts/disk-full',
    });
    const failing = store.transaction((trx) =>
      trx.insertInto('workspace_meta').values({ key: 'big', value: big }).execute(),
    );
    await expect(failing).rejects.toMatchObject({ code: 'artifacts/disk-full' });
    store.sqlite.pragma('max_page_count = 1000000');
    await store.db.insertInto('workspace_meta').values({ key: 'big', value: big }).execute();
    await store.close();
  });
});

describe('the write-ahead log', () => {
  it.each([true, false])(
    'is moved into the database while more is written, and nothing is lost (flushed first: %s)',
    async (first) => {
      const dir = tempFolder();
      const store = await openStore(storeOptions(dir, { flushBeforeAnswer: () => first }));
      const text = 'x'.repeat(40_000);
      const write = (i: number) =>
        store.transactionSync((sqlite) => {
          sqlite.prepare('INSERT INTO workspace_meta (key, value) VALUES (?, ?)').run(`key ${i}`, text);
        });
      let written = 0;
      const until = performance.now() + 2500;
      while (performance.now() < until && written < 4000) {
        await Promise.all(Array.from({ length: 10 }, () => write(written++)));
        await new Promise(setImmediate);
      }
      // The thread took over from SQLite's own checkpoints.
      expect(store.sqlite.pragma('wal_autocheckpoint', { simple: true })).toBe(0);
      await vi.waitFor(() => {
        const [log] = store.sqlite.pragma('wal_checkpoint(NOOP)') as { log: number; checkpointed: number }[];
        expect((log?.log ?? 0) - (log?.checkpointed ?? 0)).toBeLessThan(1000);
      }, 5000);
      await store.close();
      expect(readdirSync(dir)).toEqual(['assay.db']);
      const copy = new BetterSqlite3(join(dir, 'assay.db'), { readonly: true });
      const counted = copy.prepare("SELECT count(*) AS n FROM workspace_meta WHERE key LIKE 'key %'").get();
      expect(counted).toEqual({ n: written });
      expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
      copy.close();
    },
  );
});

describe('backup', () => {
  it('is complete and consistent while rows are being written', async () => {
    const dir = tempFolder();
    const store = await openStore(storeOptions(dir));
    await insertRuns(store, sampleRuns(2000));
    let isDone = false;
    const backup = store.backup(join(dir, 'copy.db')).then(() => {
      isDone = true;
    });
    // Two rows a transaction: a copy with an odd number would be torn.
    for (let i = 0; !isDone; i += 1) {
      await store.transactionSync((sqlite) => {
        sqlite.prepare('INSERT INTO keys (name) VALUES (?)').run(`left ${i}`);
        sqlite.prepare('INSERT INTO keys (name) VALUES (?)').run(`right ${i}`);
      });
      await new Promise(setImmediate);
    }
    await backup;
    await store.close();
    const copy = new BetterSqlite3(join(dir, 'copy.db'), { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(copy.prepare('SELECT count(*) AS n FROM runs').get()).toEqual({ n: 2000 });
    const count = (side: string) =>
      copy.prepare('SELECT count(*) AS n FROM keys WHERE name LIKE ?').get(`${side} %`);
    expect(count('left')).toEqual(count('right'));
    copy.close();
    expect(readdirSync(dir).sort()).toEqual(['assay.db', 'copy.db']);
  });

  it('leaves no half file when it cannot be written', async () => {
    const dir = tempFolder();
    const store = await openStore(storeOptions(dir));
    writeFileSync(join(dir, 'file'), '');
    await expect(store.backup(join(dir, 'file', 'copy.db'))).rejects.toMatchObject({
      code: 'workspace/not-writable',
    });
    await store.close();
    expect(readdirSync(dir).sort()).toEqual(['assay.db', 'file']);
  });
});
