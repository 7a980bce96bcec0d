import { type Kysely, sql } from 'kysely';

/** Predictions that are answered later. The rows asked for go when the answer is there. */
const statements = [
  `CREATE TABLE async_predictions (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    endpoint TEXT,
    model TEXT,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    request TEXT,
    result TEXT,
    error TEXT,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER
  ) STRICT`,
  `CREATE INDEX async_predictions_open ON async_predictions (state, pk) WHERE state IN ('queued', 'running')`,
  'CREATE INDEX async_predictions_by_end ON async_predictions (ended_at_ms)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE async_predictions').execute(db);
}
