import { type Kysely, sql } from 'kysely';

/*
 * Serving endpoints, their history, the requests that were sampled and the true values told later. Answers are kept a row
 * each in the logged request: true values are joined by its id and the number of the row.
 */
const statements = [
  `CREATE TABLE serving_endpoints (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    settings TEXT NOT NULL,
    canary TEXT,
    revision INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE endpoint_changes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id INTEGER NOT NULL REFERENCES serving_endpoints (id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX endpoint_changes_by_endpoint ON endpoint_changes (endpoint_id, id)',
  `CREATE TABLE endpoint_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint_id INTEGER NOT NULL REFERENCES serving_endpoints (id) ON DELETE CASCADE,
    request_id TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    arm TEXT NOT NULL,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    rows INTEGER NOT NULL,
    milliseconds REAL NOT NULL,
    input TEXT,
    answers TEXT NOT NULL,
    UNIQUE (endpoint_id, request_id)
  ) STRICT`,
  'CREATE INDEX endpoint_requests_by_time ON endpoint_requests (endpoint_id, at_ms)',
  `CREATE TABLE endpoint_truths (
    request_pk INTEGER NOT NULL REFERENCES endpoint_requests (id) ON DELETE CASCADE,
    row INTEGER NOT NULL,
    value TEXT NOT NULL,
    loss REAL NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (request_pk, row)
  ) STRICT, WITHOUT ROWID`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['endpoint_truths', 'endpoint_requests', 'endpoint_changes', 'serving_endpoints'])
    await sql.raw(`DROP TABLE ${table}`).execute(db);
}
