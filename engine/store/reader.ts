import type BetterSqlite3 from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { kyselyOver, openSqliteReadOnly } from './connection.ts';
import type { Sql } from './listing/listing-spec.ts';
import type { Database } from './schema/index.ts';
import { registerFunctions } from './sql-functions.ts';

/** A second connection that only reads: for a thread whose reading must not hold up the event loop. */
export type Reader = { db: Kysely<Database>; sqlite: BetterSqlite3.Database; close(): Promise<void> };

/** Opens the database of a store for reading. It sees what was committed before each transaction begins. */
export function openReader(path: string): Reader {
  const sqlite = openSqliteReadOnly(path);
  for (const pragma of [
    'busy_timeout = 5000',
    'temp_store = MEMORY',
    'cache_size = -16384',
    'mmap_size = 0',
  ]) {
    sqlite.pragma(pragma);
  }
  registerFunctions(sqlite);
  const db = kyselyOver<Database>(sqlite, path);
  return { db, sqlite, close: () => db.destroy() };
}

/** An expression as text with its parameters, for a statement that is prepared by hand. */
export function sqlText(db: Kysely<Database>, expression: Sql): { text: string; parameters: unknown[] } {
  const { sql, parameters } = expression.compile(db);
  return { text: sql, parameters: [...parameters] };
}
