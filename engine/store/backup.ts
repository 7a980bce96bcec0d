import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { AssayError } from '../errors.ts';
import { describeSqliteError } from './sqlite-errors.ts';

/** Pages copied between two turns of the event loop: 2 MB, about 2 ms. */
const pagesPerTurn = 512;

/** Flushes a file or a folder, so that a rename survives a power cut. Folders cannot be flushed on Windows. */
export async function flush(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder && process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What SQLite finds wrong with a database; empty when it is sound. Cost grows with the file. */
export function integrityProblems(sqlite: BetterSqlite3.Database, pragma = 'integrity_check'): string[] {
  const rows = sqlite.pragma(pragma) as Record<string, string>[];
  return rows.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok');
}

/** Turns a copy into one plain file (no write-ahead log beside it) and proves that it can be read. */
function settleCopy(path: string): void {
  const copy = new BetterSqlite3(path, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
    const problems = integrityProblems(copy, 'quick_check(1)');
    if (problems.length > 0) throw new Error(`the copy is damaged: ${problems[0]}`);
  } finally {
    copy.close();
  }
}

/**
 * Writes a consistent copy of an open database to `path`, replacing what is there. The engine goes on working meanwhile.
 * The file appears complete or not at all. Throws workspace/not-writable, artifacts/disk-full.
 */
export async function copyDatabase(sqlite: BetterSqlite3.Database, path: string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await mkdir(dirname(path), { recursive: true });
    await sqlite.backup(temporary, { progress: () => pagesPerTurn });
    settleCopy(temporary);
    await flush(temporary);
    await rename(temporary, path);
    await flush(dirname(path));
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    const described = describeSqliteError(thrown, path);
    throw described instanceof AssayError
      ? described
      : new AssayError('workspace/not-writable', `The backup could not be written to ${path}.`, {
          cause: thrown,
        });
  }
}

/** `assay-20261121T090000.000Z-schema-1-before-upgrade.db`: sorts by time, says what it can be restored to. */
export function backupName(atMs: number, schemaVersion: number, reason: string): string {
  const stamp = new Date(atMs).toISOString().replace(/[-:]/g, '');
  return `assay-${stamp}-schema-${schemaVersion}-${reason}.db`;
}

const automaticName = /^assay-\d{8}T\d{6}\.\d{3}Z-schema-\d+-[a-z-]+\.db$/;

/** Backups in a folder that were named by `backupName`, newest first. */
export async function listBackups(dir: string): Promise<{ path: string; sizeBytes: number }[]> {
  const names = await readdir(dir).catch(() => []);
  const found = names.filter((name) => automaticName.test(name)).sort((a, b) => (a < b ? 1 : -1));
  return Promise.all(
    found.map(async (name) => ({ path: join(dir, name), sizeBytes: (await stat(join(dir, name))).size })),
  );
}

/** Removes automatic backups beyond the newest `keep`. Files that a person named are left alone. */
export async function pruneBackups(dir: string, keep: number): Promise<void> {
  const surplus = (await listBackups(dir)).slice(keep);
  await Promise.all(surplus.map(({ path }) => rm(path, { force: true })));
}
