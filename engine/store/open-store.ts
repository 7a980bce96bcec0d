import { statSync } from 'node:fs';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';
import { AssayError, messageOf } from '../errors.ts';
import { backupName, copyDatabase, integrityProblems, pruneBackups } from './backup.ts';
import { type CheckpointThread, startCheckpointThread } from './checkpoint-thread.ts';
import { applicationId, kyselyOver, openSqlite, openSqliteReadOnly, pragmas } from './connection.ts';
import { createLogFlusher } from './log-flusher.ts';
import { type AppliedMigration, checkHistory, readHistory } from './migrations/history.ts';
import { type MigrationList, migrations } from './migrations/index.ts';
import { migrateUp } from './migrations/migrate.ts';
import { describeSqliteError } from './sqlite-errors.ts';
import type { OpenStoreOptions, Store } from './store-types.ts';

/** Time that the check at open may take; a table that has been begun is checked to its end. */
const quickCheckBudgetMs = 150;
/** Tables that grow with the runs; in a file beyond this size they are left to `check()`: 100,000 runs take half a second. */
const bulkyTables = [
  'metric_points',
  'metric_latest',
  'run_params',
  'run_tags',
  'run_inputs',
  'run_artifacts',
  'run_text',
  'run_text_data',
  'run_text_idx',
  'run_text_docsize',
  'runs',
  'job_logs',
  'jobs',
];
const bulkyCheckedBelowBytes = 32 * 1024 ** 2;
/** A log of this size is worth a thread that takes care of it; a workspace that is hardly written to never has one. */
const logWorthAThreadBytes = 1024 ** 2;

/** The ledger of a file, read without changing it. Throws workspace/newer or workspace/corrupt. */
export function inspectHistory(path: string, known: MigrationList): AppliedMigration[] {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return [];
  const sqlite = openSqliteReadOnly(path);
  try {
    return checkHistory(readHistory(sqlite), known, path);
  } catch (thrown) {
    throw describeSqliteError(thrown, path);
  } finally {
    sqlite.close();
  }
}

/**
 * Checks table by table until the budget is spent, the ones that a start depends on first: a whole small database, and of a
 * large one all but its bulk.
 */
function quickCheck(sqlite: BetterSqlite3.Database, path: string): void {
  const deadline = performance.now() + quickCheckBudgetMs;
  const isLarge = statSync(path).size > bulkyCheckedBelowBytes;
  const tables = sqlite
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .all()
    .map((row) => row.name)
    .filter((name) => !isLarge || !bulkyTables.includes(name))
    .sort((a, b) => bulkyTables.indexOf(a) - bulkyTables.indexOf(b));
  for (const table of tables) {
    if (performance.now() > deadline) return;
    const problems = integrityProblems(sqlite, `quick_check('${table}')`);
    if (problems.length > 0) {
      throw new AssayError('workspace/corrupt', `The table ${table} of ${path} is damaged: ${problems[0]}.`, {
        problems: problems.map((message) => ({ path: table, message })),
      });
    }
  }
}

async function upgrade(
  sqlite: BetterSqlite3.Database,
  applied: AppliedMigration[],
  options: OpenStoreOptions,
): Promise<void> {
  const known = options.migrations ?? migrations;
  if (applied.length === known.length) return;
  if (applied.length > 0) {
    const name = backupName(options.clock.nowMs(), applied.length, 'before-upgrade');
    await copyDatabase(sqlite, join(options.backupsDir, name));
    options.logger.info({ backup: name }, 'backup made before the upgrade');
  }
  await migrateUp(sqlite, known, applied.length, options.clock);
  sqlite.pragma(`application_id = ${applicationId}`);
  if (applied.length > 0) {
    await pruneBackups(options.backupsDir, options.keepBackups);
    options.logger.info({ from: applied.length, to: known.length }, 'database upgraded');
  }
}

/** Flushes the write-ahead log, and once it has grown leaves it to a thread to move it into the database. */
function careForLog(sqlite: BetterSqlite3.Database, options: OpenStoreOptions) {
  const { path, logger, flushBeforeAnswer = () => true } = options;
  let thread: CheckpointThread | null = null;
  const startThread = (): CheckpointThread =>
    startCheckpointThread(path, pragmas, {
      ready: () => {
        if (sqlite.open) sqlite.pragma('wal_autocheckpoint = 0');
      },
      failed: (thrown) => {
        logger.warn(
          { error: messageOf(thrown) },
          'the thread for checkpoints ended; the engine makes them itself',
        );
        if (sqlite.open) sqlite.pragma('wal_autocheckpoint = 1000');
      },
    });
  const flusher = createLogFlusher(path, {
    grown: (bytes) => {
      if (bytes > logWorthAThreadBytes && sqlite.open) thread ??= startThread();
    },
    failed: (thrown) => logger.error({ error: messageOf(thrown) }, 'the database could not be flushed'),
  });
  return {
    /** After a commit: waits for the disk where that is wanted. */
    async committed(): Promise<void> {
      if (!flushBeforeAnswer()) {
        flusher.flushSoon();
        return;
      }
      try {
        await flusher.flush();
      } catch (thrown) {
        throw new AssayError('workspace/not-writable', `${path} cannot be flushed: ${messageOf(thrown)}.`, {
          cause: thrown,
        });
      }
    },
    async close(): Promise<void> {
      await flusher.close();
      await thread?.stop();
    },
  };
}

/**
 * Opens the workspace database, makes it when it is new, and upgrades it (after a backup) when it is older.
 *
 * Throws `workspace/newer` (nothing is touched), `workspace/corrupt`, `workspace/not-writable`,
 * `workspace/migration-failed`. One process at a time may have it open: the workspace lock sees to that.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { path } = options;
  const known = options.migrations ?? migrations;
  const applied = inspectHistory(path, known);
  const sqlite = openSqlite(path);
  try {
    quickCheck(sqlite, path);
    await upgrade(sqlite, applied, options);
  } catch (thrown) {
    sqlite.close();
    throw describeSqliteError(thrown, path);
  }
  const db = kyselyOver(sqlite, path);
  const log = careForLog(sqlite, options);

  return {
    db,
    sqlite,
    path,
    schemaVersion: known.length,
    transaction: (work) => db.transaction().execute(work),
    async transactionSync(work) {
      // Holding Kysely's connection keeps every other statement out until the commit.
      const result = await db.connection().execute(async () => {
        sqlite.pragma('synchronous = NORMAL');
        try {
          return sqlite.transaction(() => work(sqlite)).immediate();
        } catch (thrown) {
          throw describeSqliteError(thrown, path);
        } finally {
          sqlite.pragma('synchronous = FULL');
        }
      });
      await log.committed();
      return result;
    },
    backup: (target) => copyDatabase(sqlite, target),
    check: async () => integrityProblems(sqlite),
    async close() {
      await log.close();
      await db.destroy();
      // Kysely closes the file only when it was used.
      if (sqlite.open) sqlite.close();
    },
  };
}
