import { type Kysely, sql } from 'kysely';

/*
 * Places that models are pushed to, and every push with its receipt. A push names target, model and version by text: it is
 * the record of what left this machine, and outlives all three.
 */
const statements = [
  `CREATE TABLE targets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    kind TEXT NOT NULL,
    config TEXT NOT NULL,
    last_check TEXT,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE pushes (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    target_id TEXT REFERENCES targets (id) ON DELETE SET NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'waiting', 'pushed', 'failed', 'cancelled')),
    job_id TEXT NOT NULL,
    pushed_by TEXT NOT NULL,
    verify INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at_ms INTEGER,
    saved_state TEXT,
    error TEXT,
    receipt TEXT,
    verification TEXT,
    remote_state TEXT NOT NULL CHECK (remote_state IN ('in-sync', 'changed', 'gone', 'unknown')),
    remote_detail TEXT NOT NULL,
    observed_at_ms INTEGER,
    created_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER
  ) STRICT`,
  'CREATE INDEX pushes_by_target ON pushes (target_id, model, version, pk)',
  'CREATE INDEX pushes_by_model ON pushes (model, version, pk)',
  `CREATE INDEX pushes_waiting ON pushes (next_attempt_at_ms) WHERE state = 'waiting'`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['pushes', 'targets']) await sql.raw(`DROP TABLE ${table}`).execute(db);
}
