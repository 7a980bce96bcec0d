import { type Kysely, sql } from 'kysely';

/*
 * Batch predictions. They name model, version and dataset by text: a result says where it came from for as long as it is
 * there, whatever becomes of those.
 */
const statements = [
  `CREATE TABLE batch_predictions (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    job_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    model_digest TEXT NOT NULL,
    request TEXT NOT NULL,
    source_name TEXT NOT NULL,
    data_digest TEXT,
    row_count INTEGER,
    predicted INTEGER,
    rejected INTEGER,
    reasons TEXT NOT NULL,
    rows_per_second REAL,
    seconds REAL,
    output TEXT,
    rejects TEXT,
    preview TEXT,
    error TEXT,
    schedule_id TEXT,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER
  ) STRICT`,
  'CREATE INDEX batch_predictions_by_job ON batch_predictions (job_id)',
  'CREATE INDEX batch_predictions_by_model ON batch_predictions (model, version)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE batch_predictions').execute(db);
}
