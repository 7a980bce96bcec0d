import { type Kysely, sql } from 'kysely';

/** Schemas belong to their dataset and go with it; so do checks, but for those of versions that were deleted alone. */
const statements = [
  `CREATE TABLE data_schemas (
    pk INTEGER PRIMARY KEY,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    body TEXT NOT NULL CHECK (json_valid(body)),
    note TEXT NOT NULL,
    author TEXT NOT NULL,
    origin TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    UNIQUE (dataset_id, version)
  ) STRICT`,
  `CREATE TABLE data_check_settings (
    dataset_id INTEGER PRIMARY KEY REFERENCES datasets (id) ON DELETE CASCADE,
    settings TEXT NOT NULL CHECK (json_valid(settings))
  ) STRICT`,
  `CREATE TABLE data_validations (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    version_id TEXT,
    verdict TEXT NOT NULL,
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX data_validations_by_dataset ON data_validations (dataset_id, pk)',
  'CREATE INDEX data_validations_by_version ON data_validations (version_id, pk)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['data_validations', 'data_check_settings', 'data_schemas']) {
    await sql.raw(`DROP TABLE ${table}`).execute(db);
  }
}
