import { type Kysely, sql } from 'kysely';

/*
 * Monitors. What a check found, what it does to the alert, and that somebody has to be told of it are written in one
 * transaction: `untold` is what an engine that was killed had no time to say.
 */
const statements = [
  `CREATE TABLE monitors (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    definition TEXT NOT NULL,
    is_enabled INTEGER NOT NULL,
    muted_until_ms INTEGER,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ok', 'pending', 'firing')),
    breaches INTEGER NOT NULL,
    breaches_since_ms INTEGER,
    last_fired_at_ms INTEGER,
    alert_id TEXT,
    next_check_at_ms INTEGER,
    seen_version_id TEXT,
    seen_request INTEGER,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX monitors_by_time ON monitors (next_check_at_ms) WHERE next_check_at_ms IS NOT NULL',
  `CREATE TABLE monitor_checks (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    monitor_id TEXT NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
    trigger TEXT NOT NULL,
    due_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    outcome TEXT NOT NULL CHECK (outcome IN ('running', 'ok', 'breach', 'unchanged', 'nothing', 'failed')),
    plan TEXT,
    subject TEXT NOT NULL,
    job_id TEXT,
    figures TEXT NOT NULL,
    value REAL,
    low REAL,
    high REAL,
    message TEXT NOT NULL,
    link TEXT,
    alert_id TEXT
  ) STRICT`,
  'CREATE INDEX monitor_checks_by_monitor ON monitor_checks (monitor_id, pk)',
  "CREATE INDEX monitor_checks_running ON monitor_checks (monitor_id) WHERE outcome = 'running'",
  `CREATE TABLE monitor_alerts (
    pk INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    monitor_id TEXT NOT NULL REFERENCES monitors (id) ON DELETE CASCADE,
    severity TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('firing', 'resolved')),
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    metric TEXT NOT NULL,
    value REAL,
    subject TEXT NOT NULL,
    link TEXT,
    since_ms INTEGER NOT NULL,
    fired_at_ms INTEGER NOT NULL,
    last_breach_at_ms INTEGER NOT NULL,
    resolved_at_ms INTEGER,
    resolution TEXT,
    checks INTEGER NOT NULL,
    is_muted INTEGER NOT NULL,
    acknowledged TEXT,
    untold TEXT
  ) STRICT`,
  'CREATE INDEX monitor_alerts_by_monitor ON monitor_alerts (monitor_id, pk)',
  "CREATE INDEX monitor_alerts_firing ON monitor_alerts (state) WHERE state = 'firing'",
  'CREATE INDEX monitor_alerts_untold ON monitor_alerts (untold) WHERE untold IS NOT NULL',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['monitor_alerts', 'monitor_checks', 'monitors'])
    await sql.raw(`DROP TABLE ${table}`).execute(db);
}
