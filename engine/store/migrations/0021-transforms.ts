import { type Kysely, sql } from 'kysely';

/* Transforms, the definitions that each had, and its runs. `key` names what a run computes: definition and inputs by content. */
const statements = [
  `CREATE TABLE transforms (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    description TEXT NOT NULL,
    auto INTEGER NOT NULL CHECK (auto IN (0, 1)),
    version INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE transform_versions (
    transform_pk INTEGER NOT NULL REFERENCES transforms (pk) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    definition TEXT NOT NULL CHECK (json_valid(definition)),
    note TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (transform_pk, version)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE transform_runs (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    transform_pk INTEGER NOT NULL REFERENCES transforms (pk) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'succeeded', 'failed', 'cancelled')),
    trigger TEXT NOT NULL CHECK (trigger IN ('hand', 'auto')),
    cached INTEGER NOT NULL CHECK (cached IN (0, 1)),
    job_id TEXT,
    key TEXT NOT NULL,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    error TEXT,
    created_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER
  ) STRICT`,
  'CREATE INDEX transform_runs_by_transform ON transform_runs (transform_pk, pk)',
  "CREATE INDEX transform_runs_by_key ON transform_runs (key) WHERE state = 'succeeded'",
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['transform_runs', 'transform_versions', 'transforms'])
    await sql.raw(`DROP TABLE ${table}`).execute(db);
}
