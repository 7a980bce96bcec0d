import { copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { AssayError } from '../errors.ts';
import { backupName, copyDatabase, flush, integrityProblems, pruneBackups } from './backup.ts';
import { openSqlite, openSqliteReadOnly } from './connection.ts';
import { type AppliedMigration, checkHistory, readHistory } from './migrations/history.ts';
import { migrations } from './migrations/index.ts';
import { migrateDown } from './migrations/migrate.ts';
import { inspectHistory, openStore } from './open-store.ts';
import { describeSqliteError } from './sqlite-errors.ts';
import type { OpenStoreOptions } from './store-types.ts';

/*
 * What `assay db` does to a database that no engine has open. The caller holds the workspace lock.
 */

export type StoreStatus = {
  path: string;
  sizeBytes: number;
  applied: AppliedMigration[];
  pending: string[];
  /** Migrations of a newer version; the database cannot be opened by this one. */
  unknown: string[];
};

/** Which migrations a file has, lacks, and has that this version does not know. Changes nothing. */
export async function storeStatus(path: string): Promise<StoreStatus> {
  const file = await stat(path).catch(() => null);
  const names = migrations.map((entry) => entry.name);
  if (file === null || file.size === 0) {
    return { path, sizeBytes: 0, applied: [], pending: names, unknown: [] };
  }
  const sqlite = openSqliteReadOnly(path);
  try {
    const history = readHistory(sqlite);
    if (history.kind === 'foreign') checkHistory(history, migrations, path);
    const applied = history.kind === 'assay' ? history.applied : [];
    return {
      path,
      sizeBytes: file.size,
      applied,
      pending: names.slice(applied.length),
      unknown: applied.map((entry) => entry.name).filter((name, index) => names[index] !== name),
    };
  } catch (thrown) {
    throw describeSqliteError(thrown, path);
  } finally {
    sqlite.close();
  }
}

/** Applies every pending migration, after a backup. Gives the names applied. */
export async function upgradeStore(options: OpenStoreOptions): Promise<string[]> {
  const before = inspectHistory(options.path, options.migrations ?? migrations);
  const store = await openStore(options);
  await store.close();
  return (options.migrations ?? migrations).slice(before.length).map((entry) => entry.name);
}

/**
 * Takes migrations back until `to` are left, after a backup. `to` is a number, or the name of the last one to keep.
 * Gives the names undone. Data that only the undone migrations could hold is lost; the backup has it.
 */
export async function downgradeStore(options: OpenStoreOptions, to: number | string): Promise<string[]> {
  const known = options.migrations ?? migrations;
  const applied = inspectHistory(options.path, known);
  const left = typeof to === 'number' ? to : known.findIndex((entry) => entry.name === to) + 1;
  if ((typeof to === 'string' && left === 0) || !Number.isInteger(left) || left < 0 || left > known.length) {
    throw new AssayError('request/invalid', `There is no migration ${to}.`, {
      problems: [
        {
          path: 'to',
          message: `${to} is not a migration`,
          expected: `0 to ${known.length}, or one of ${known.map((entry) => entry.name).join(', ')}`,
        },
      ],
    });
  }
  if (left >= applied.length) return [];
  const sqlite = openSqlite(options.path);
  try {
    const name = backupName(options.clock.nowMs(), applied.length, 'before-downgrade');
    await copyDatabase(sqlite, join(options.backupsDir, name));
    await migrateDown(sqlite, known, applied.length, left);
    await pruneBackups(options.backupsDir, options.keepBackups);
  } finally {
    sqlite.close();
  }
  return applied.slice(left).map((entry) => entry.name);
}

/** Full integrity check, foreign keys included. Empty when sound. Cost grows with the file. */
export async function checkStore(path: string): Promise<string[]> {
  if ((await stat(path).catch(() => null)) === null) return [];
  let sqlite: BetterSqlite3.Database | undefined;
  try {
    sqlite = openSqliteReadOnly(path);
    return [...integrityProblems(sqlite), ...danglingRows(sqlite)];
  } catch (thrown) {
    const described = describeSqliteError(thrown, path);
    if (described instanceof AssayError && described.code === 'workspace/corrupt') return [described.message];
    throw described;
  } finally {
    sqlite?.close();
  }
}

function danglingRows(sqlite: BetterSqlite3.Database): string[] {
  const rows = sqlite
    .prepare<[], { table: string; parent: string; count: number }>(
      'SELECT "table", parent, count(*) AS count FROM pragma_foreign_key_check GROUP BY 1, 2',
    )
    .all();
  return rows.map(
    (row) => `${row.count} rows of ${row.table} refer to rows of ${row.parent} that are not there`,
  );
}

/** A consistent copy of a database that no engine has open; a running engine has `Store.backup`. */
export async function backupStore(path: string, target: string): Promise<void> {
  const sqlite = openSqliteReadOnly(path);
  try {
    await copyDatabase(sqlite, target);
  } finally {
    sqlite.close();
  }
}

/**
 * Puts a backup in the place of the database. What was there, damaged or not, is kept beside the backups.
 * Throws `workspace/newer` or `workspace/corrupt` when the backup is not fit, before anything is moved.
 */
export async function restoreStore(
  options: Omit<OpenStoreOptions, 'logger' | 'keepBackups' | 'migrations'>,
  backup: string,
): Promise<{ schemaVersion: number; replaced: string | null }> {
  if ((await stat(backup).catch(() => null)) === null) {
    throw new AssayError('request/invalid', `There is no file ${backup}.`, {
      problems: [{ path: 'file', message: `${backup} is not there`, expected: 'a backup of a workspace' }],
    });
  }
  const applied = inspectHistory(backup, migrations);
  const problems = await checkStore(backup);
  if (applied.length === 0 || problems.length > 0) {
    throw new AssayError(
      'workspace/corrupt',
      `The backup ${backup} cannot be used: ${problems[0] ?? 'it is empty'}.`,
      { hint: 'Choose another backup. The database was left as it is.' },
    );
  }

  const { path } = options;
  await mkdir(options.backupsDir, { recursive: true });
  const incoming = join(dirname(path), `.${basename(path)}.restore.tmp`);
  await backupStore(backup, incoming);
  const replaced = await keepCopy(path, join(options.backupsDir, `replaced-${options.clock.nowMs()}.db`));
  await rename(incoming, path);
  await flush(dirname(path));
  return { schemaVersion: applied.length, replaced };
}

/**
 * Keeps a second name of the database under `target` and takes its write-ahead log away: left behind, the log would be
 * replayed into the restored file. Until the rename that follows, the old database is still in its place.
 */
async function keepCopy(path: string, target: string): Promise<string | null> {
  if ((await stat(path).catch(() => null)) === null) return null;
  try {
    // Closing the last connection moves the log into the file.
    openSqlite(path).close();
  } catch {
    // Damaged, which is why it is being replaced: file and log are kept as they are.
  }
  await link(path, target).catch(() => copyFile(path, target));
  await rename(`${path}-wal`, `${target}-wal`).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code !== 'ENOENT') throw thrown;
  });
  await rm(`${path}-shm`, { force: true });
  return target;
}
