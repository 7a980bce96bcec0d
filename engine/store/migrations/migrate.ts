import type BetterSqlite3 from 'better-sqlite3';
import { type Kysely, sql } from 'kysely';
import { AssayError, messageOf } from '../../errors.ts';
import type { Clock } from '../../system/index.ts';
import { kyselyOver } from '../connection.ts';
import { ledgerStatement } from './history.ts';
import type { MigrationList } from './index.ts';

/**
 * Runs one step and its ledger row in one transaction. Foreign keys are off meanwhile, because a step may rebuild a table
 * that others refer to, and are checked as a whole before the commit.
 */
async function step(
  sqlite: BetterSqlite3.Database,
  name: string,
  change: (trx: Kysely<unknown>) => Promise<void>,
): Promise<void> {
  sqlite.pragma('foreign_keys = OFF');
  try {
    await kyselyOver<unknown>(sqlite, sqlite.name)
      .transaction()
      .execute(async (trx) => {
        await sql.raw(ledgerStatement).execute(trx);
        await change(trx);
        const broken = await sql`SELECT * FROM pragma_foreign_key_check LIMIT 1`.execute(trx);
        if (broken.rows.length > 0) {
          throw new Error(`it leaves rows that refer to nothing: ${JSON.stringify(broken.rows[0])}`);
        }
      });
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError(
      'workspace/migration-failed',
      `The migration ${name} failed and was undone: ${messageOf(thrown)}.`,
      { cause: thrown },
    );
  } finally {
    sqlite.pragma('foreign_keys = ON');
  }
}

/** Applies the migrations after the first `from`. Throws workspace/migration-failed; the steps before it stay. */
export async function migrateUp(
  sqlite: BetterSqlite3.Database,
  list: MigrationList,
  from: number,
  clock: Clock,
): Promise<void> {
  for (const { name, migration } of list.slice(from)) {
    await step(sqlite, name, async (trx) => {
      await migration.up(trx);
      await sql`INSERT INTO migrations (name, applied_at_ms) VALUES (${name}, ${clock.nowMs()})`.execute(trx);
    });
  }
}

/** Takes migrations back, newest first, until `to` are left. */
export async function migrateDown(
  sqlite: BetterSqlite3.Database,
  list: MigrationList,
  from: number,
  to: number,
): Promise<void> {
  for (const { name, migration } of list.slice(to, from).reverse()) {
    await step(sqlite, name, async (trx) => {
      await migration.down(trx);
      await sql`DELETE FROM migrations WHERE name = ${name}`.execute(trx);
    });
  }
}
