import { type Kysely, sql } from 'kysely';

/*
 * Releases: which version of a model is in which environment, how it got there, what it had to pass, and what is no longer
 * to be used. Versions are named by their text where history is kept: it outlives a deleted version.
 */
const statements = [
  `CREATE TABLE environment_versions (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    environment TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES model_versions (id),
    transition_id TEXT NOT NULL,
    PRIMARY KEY (model_id, environment)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX environment_versions_by_version ON environment_versions (version_id)',
  `CREATE TABLE release_transitions (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('promote', 'rollback', 'withdraw', 'approve', 'disapprove', 'deprecate', 'undeprecate')),
    environment TEXT,
    version TEXT NOT NULL,
    from_version TEXT,
    actor TEXT NOT NULL,
    reason TEXT NOT NULL,
    override_reason TEXT,
    gate_report_id TEXT,
    at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX release_transitions_by_model ON release_transitions (model_id, pk)',
  // The history is evidence: what was written stays as it was. It goes with its model only.
  `CREATE TRIGGER release_transitions_stay BEFORE UPDATE ON release_transitions
   BEGIN SELECT RAISE(ABORT, 'the history of releases is not changed'); END`,
  `CREATE TABLE release_policies (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    environment TEXT NOT NULL,
    policy TEXT NOT NULL CHECK (json_valid(policy)),
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (model_id, environment)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE gate_reports (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    version TEXT NOT NULL,
    environment TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed IN (0, 1)),
    basis TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX gate_reports_by_model ON gate_reports (model_id, pk)',
  'ALTER TABLE model_versions ADD COLUMN deprecation TEXT CHECK (deprecation IS NULL OR json_valid(deprecation))',
  "ALTER TABLE model_versions ADD COLUMN card_fields TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(card_fields))",
];

const undo = [
  'ALTER TABLE model_versions DROP COLUMN card_fields',
  'ALTER TABLE model_versions DROP COLUMN deprecation',
  'DROP TABLE gate_reports',
  'DROP TABLE release_policies',
  'DROP TABLE release_transitions',
  'DROP TABLE environment_versions',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of undo) await sql.raw(statement).execute(db);
}
