import type BetterSqlite3 from 'better-sqlite3';
import type { Kysely, Transaction } from 'kysely';
import type { Clock, Logger } from '../system/index.ts';
import type { MigrationList } from './migrations/index.ts';
import type { Database } from './schema/index.ts';

export type OpenStoreOptions = {
  /** The database file; its folder must exist. */
  path: string;
  clock: Clock;
  logger: Logger;
  /** Where the copy made before an upgrade goes. */
  backupsDir: string;
  /** Automatic backups kept; older ones are removed after a new one is complete. */
  keepBackups: number;
  /** Whether `transactionSync` waits for the disk, so that its commits survive a power cut too. By default it does. */
  flushBeforeAnswer?: () => boolean;
  /** For tests of the migrator; the product always uses its own list. */
  migrations?: MigrationList;
};

/** The workspace database. Services use `db`; only a measured hot path prepares statements on `sqlite`. */
export type Store = {
  db: Kysely<Database>;
  sqlite: BetterSqlite3.Database;
  path: string;
  schemaVersion: number;
  /** All or nothing. Inside, use only `trx`: the outer handle would wait for it forever. */
  transaction<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T>;
  /**
   * All or nothing, for hot paths: waits for its turn on the one connection, then runs `work` without a pause. `work` is
   * synchronous, uses prepared statements of `sqlite`, and must not touch `db`. A hot path that wrote outside it could
   * land in the middle of somebody else's transaction. A commit survives the
   * end of the process at once; it is on the disk before this resolves, or a second later: see `flushBeforeAnswer`.
   */
  transactionSync<T>(work: (sqlite: BetterSqlite3.Database) => T): Promise<T>;
  /** A consistent copy while the engine works: one file, checked, in place only when it is complete. */
  backup(path: string): Promise<void>;
  /** Empty when sound; otherwise what SQLite found. Reads the whole file: seconds for gigabytes. */
  check(): Promise<string[]>;
  close(): Promise<void>;
};
