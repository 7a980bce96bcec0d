import type BetterSqlite3 from 'better-sqlite3';
import { AssayError } from '../../errors.ts';
import type { MigrationList } from './index.ts';

export type AppliedMigration = { name: string; appliedAtMs: number };

/** What a database file says about itself. `foreign`: it has tables, but no ledger of ours. */
export type History =
  | { kind: 'empty' }
  | { kind: 'foreign' }
  | { kind: 'assay'; applied: AppliedMigration[] };

export const ledgerStatement =
  'CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied_at_ms INTEGER NOT NULL) STRICT';

/** Reads the ledger; writes nothing. */
export function readHistory(sqlite: BetterSqlite3.Database): History {
  const tables = sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => row.name);
  if (tables.length === 0) return { kind: 'empty' };
  if (!tables.includes('migrations')) return { kind: 'foreign' };
  const applied = sqlite
    .prepare<[], AppliedMigration>('SELECT name, applied_at_ms AS appliedAtMs FROM migrations ORDER BY id')
    .all();
  return { kind: 'assay', applied };
}

/**
 * Refuses what this version cannot work on: a history that goes on after ours, or that never was ours.
 *
 * Throws `workspace/newer`, and `workspace/corrupt` for a file that some other program made.
 */
export function checkHistory(history: History, known: MigrationList, path: string): AppliedMigration[] {
  if (history.kind === 'empty') return [];
  if (history.kind === 'foreign') {
    throw new AssayError(
      'workspace/corrupt',
      `${path} is an SQLite database, but not one of Assay. It was left as it is.`,
    );
  }
  history.applied.forEach(({ name }, index) => {
    const expected = known[index]?.name;
    if (name === expected) return;
    const last = known.at(-1)?.name ?? 'nothing';
    throw new AssayError(
      'workspace/newer',
      expected === undefined
        ? `The database has the migration ${name}; this version of Assay knows them up to ${last}.`
        : `The database has the migration ${name} where this version of Assay has ${expected}.`,
    );
  });
  return history.applied;
}
