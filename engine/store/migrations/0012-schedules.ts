import { type Kysely, sql } from 'kysely';

/*
 * Schedules, and what came of their times. A row of `schedule_runs` is written before its work is started: one that is still
 * "starting" when the engine begins was cut off in between.
 */
const statements = [
  `CREATE TABLE schedules (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    cron TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    work TEXT NOT NULL,
    catch_up TEXT NOT NULL CHECK (catch_up IN ('skip', 'once')),
    is_paused INTEGER NOT NULL,
    next_run_at_ms INTEGER,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX schedules_by_time ON schedules (next_run_at_ms) WHERE next_run_at_ms IS NOT NULL',
  `CREATE TABLE schedule_runs (
    pk INTEGER PRIMARY KEY,
    schedule_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    due_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('starting', 'started', 'skipped', 'missed', 'failed')),
    by_hand INTEGER NOT NULL,
    job_id TEXT,
    message TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, pk)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['schedule_runs', 'schedules']) await sql.raw(`DROP TABLE ${table}`).execute(db);
}
