import type BetterSqlite3 from 'better-sqlite3';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema/index.ts';

/** The workspace database. Services use `db`; only a measured hot path prepares statements on `sqlite`. */
export type Store = {
  db: Kysely<Database>;
  sqlite: BetterSqlite3.Database;
  path: string;
  schemaVersion: number;
  /** All or nothing. Inside, use only `trx`: the outer handle would wait for it forever. */
  transaction<T>(work: (trx: Transaction<Database>) => Promise<T>): Promise<T>;
  /** A consistent copy while the engine works. */
  backup(path: string): Promise<void>;
  /** Empty when sound; otherwise what SQLite found. */
  check(): Promise<string[]>;
  close(): Promise<void>;
};
