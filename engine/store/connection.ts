import BetterSqlite3 from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { AssayError, messageOf } from '../errors.ts';
import type { Database } from './schema/index.ts';
import { registerFunctions } from './sql-functions.ts';
import { describeSqliteError, sqliteCode } from './sqlite-errors.ts';

/** "ASSY": tells an Assay database from any other SQLite file. */
export const applicationId = 0x41535359;

/*
 * Every setting that matters is set here, whatever the build of SQLite defaults to.
 *
 * Durability. WAL with synchronous = FULL: the log is flushed to the disk at each commit, so what was acknowledged is there
 * after kill -9 and after a power cut. NORMAL would survive kill -9 too, but may forget the last commits when the power
 * goes. The hot path (`Store.transactionSync`) commits with NORMAL and flushes the log itself, off the event loop: before
 * it answers or within a second, as the settings say. On macOS only F_FULLFSYNC reaches the platter, hence fullfsync.
 */
export const pragmas = [
  'busy_timeout = 5000',
  'journal_mode = WAL',
  'synchronous = FULL',
  'fullfsync = ON',
  'checkpoint_fullfsync = ON',
  'wal_autocheckpoint = 1000',
  // After a burst the log file shrinks again.
  'journal_size_limit = 67108864',
  'foreign_keys = ON',
  'recursive_triggers = OFF',
  'temp_store = MEMORY',
  'cache_size = -32768',
  // A memory-mapped page that cannot be read kills the process (SIGBUS) instead of giving an error.
  'mmap_size = 0',
  // Notice a damaged page when it is read, not when it is used.
  'cell_size_check = ON',
  // A crafted file must not run functions from its schema.
  'trusted_schema = OFF',
] as const;

/** Opens the file for the engine. Throws workspace/corrupt or workspace/not-writable. */
export function openSqlite(path: string): BetterSqlite3.Database {
  const sqlite = openFile(path, {});
  try {
    for (const pragma of pragmas) sqlite.pragma(pragma);
    registerFunctions(sqlite);
    return sqlite;
  } catch (thrown) {
    sqlite.close();
    throw describeSqliteError(thrown, path);
  }
}

function openFile(path: string, options: BetterSqlite3.Options): BetterSqlite3.Database {
  try {
    return new BetterSqlite3(path, options);
  } catch (thrown) {
    if (sqliteCode(thrown) !== null) throw describeSqliteError(thrown, path);
    // A folder that is not there is no SqliteError.
    throw new AssayError('workspace/not-writable', `${path} cannot be opened: ${messageOf(thrown)}.`, {
      cause: thrown,
    });
  }
}

/** Opens the file to look at it; nothing in it changes, not even by a checkpoint. */
export function openSqliteReadOnly(path: string): BetterSqlite3.Database {
  return openFile(path, { readonly: true, fileMustExist: true });
}

type CachedStatement = {
  readonly reader: boolean;
  all(parameters: readonly unknown[]): unknown[];
  run(parameters: readonly unknown[]): BetterSqlite3.RunResult;
  iterate(parameters: readonly unknown[]): IterableIterator<unknown>;
};

/** Statements kept prepared. Ours are few hundred texts; listings with odd filters push the oldest out. */
const cacheSize = 500;

/**
 * Kysely over one connection. Statements stay prepared between calls: preparing costs eight times a point read.
 * Faults of the disk come out as AssayErrors.
 */
export function kyselyOver<Tables = Database>(sqlite: BetterSqlite3.Database, path: string): Kysely<Tables> {
  const cache = new Map<string, CachedStatement>();

  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw describeSqliteError(thrown, path);
    }
  };

  const wrap = (statement: BetterSqlite3.Statement): CachedStatement => ({
    reader: statement.reader,
    all: (parameters) => guarded(() => statement.all(parameters)),
    run: (parameters) => guarded(() => statement.run(parameters)),
    // A statement that is being iterated cannot be run again meanwhile, so a stream gets its own.
    iterate: (parameters) => sqlite.prepare(statement.source).iterate(parameters),
  });

  const prepare = (text: string): CachedStatement => {
    const known = cache.get(text);
    if (known !== undefined) {
      cache.delete(text);
      cache.set(text, known);
      return known;
    }
    const fresh = wrap(guarded(() => sqlite.prepare(text)));
    // Changes of the schema are rare and would be re-prepared by SQLite itself, but pragmas act while they are prepared.
    if (/^\s*pragma/i.test(text)) return fresh;
    cache.set(text, fresh);
    if (cache.size > cacheSize) {
      const oldest = cache.keys().next().value;
      if (oldest !== undefined) cache.delete(oldest);
    }
    return fresh;
  };

  const nothingToRollBack: CachedStatement = {
    reader: false,
    all: () => [],
    run: () => ({ changes: 0, lastInsertRowid: 0 }),
    iterate: () => [][Symbol.iterator](),
  };

  return new Kysely<Tables>({
    dialect: new SqliteDialect({
      database: {
        close: () => {
          cache.clear();
          sqlite.close();
        },
        // SQLite itself rolls back when the disk is full; a second rollback would hide the reason.
        prepare: (text) => (text === 'rollback' && !sqlite.inTransaction ? nothingToRollBack : prepare(text)),
      },
    }),
  });
}
