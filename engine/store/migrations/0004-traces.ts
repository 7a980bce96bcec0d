import { type Kysely, sql } from 'kysely';

/*
 * Traces: calls of an application with the calls within them. Lists read `traces` and its keys, never the spans.
 * Times of spans are in nanoseconds, which are too large for exact numbers in JavaScript: they are texts of 19 digits,
 * which sort as numbers do until the year 2286.
 */
const statements = [
  `CREATE TABLE traces (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
    client_request_id TEXT,
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL CHECK (state IN ('ok', 'error', 'in-progress', 'unspecified')),
    request_time_ms INTEGER NOT NULL,
    duration_ms INTEGER,
    request_preview TEXT,
    response_preview TEXT,
    finalized INTEGER NOT NULL DEFAULT 0,
    span_count INTEGER NOT NULL DEFAULT 0
  ) STRICT`,
  'CREATE INDEX traces_by_time ON traces (experiment_id, request_time_ms, id)',
  'CREATE INDEX traces_by_start ON traces (request_time_ms)',

  `CREATE TABLE trace_tags (
    trace_pk INTEGER NOT NULL REFERENCES traces (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    PRIMARY KEY (trace_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX trace_tags_by_value ON trace_tags (key_id, value, trace_pk)',
  `CREATE TABLE trace_metadata (
    trace_pk INTEGER NOT NULL REFERENCES traces (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    PRIMARY KEY (trace_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX trace_metadata_by_value ON trace_metadata (key_id, value, trace_pk)',
  `CREATE TABLE trace_runs (
    trace_pk INTEGER NOT NULL REFERENCES traces (pk) ON DELETE CASCADE,
    run_id TEXT NOT NULL,
    PRIMARY KEY (trace_pk, run_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX trace_runs_by_run ON trace_runs (run_id, trace_pk)',

  `CREATE TABLE spans (
    trace_pk INTEGER NOT NULL REFERENCES traces (pk) ON DELETE CASCADE,
    span_id TEXT NOT NULL,
    parent_id TEXT,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('unset', 'ok', 'error')),
    start_ns TEXT NOT NULL,
    end_ns TEXT,
    attributes TEXT NOT NULL CHECK (json_valid(attributes)),
    rest TEXT NOT NULL CHECK (json_valid(rest)),
    PRIMARY KEY (trace_pk, span_id)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE assessments (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    trace_pk INTEGER NOT NULL REFERENCES traces (pk) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('feedback', 'expectation', 'issue')),
    value TEXT,
    valid INTEGER NOT NULL DEFAULT 1,
    run_id TEXT,
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX assessments_by_trace ON assessments (trace_pk)',
  'CREATE INDEX assessments_by_name ON assessments (kind, name, value)',
];

const tables = ['assessments', 'spans', 'trace_runs', 'trace_metadata', 'trace_tags', 'traces'];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) await sql.raw(`DROP TABLE ${table}`).execute(db);
}
