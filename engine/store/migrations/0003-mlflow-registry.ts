import { type Kysely, sql } from 'kysely';

/*
 * One registry for Assay and MLflow's clients: versions without an ONNX file (their files lie where `source` says), stages,
 * numbers that are never given twice, and webhooks. SQLite cannot drop NOT NULL from a column, so model_versions is made anew.
 */
const versionsAfter = `CREATE TABLE model_versions (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    major INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    patch INTEGER NOT NULL,
    digest TEXT,
    size_bytes INTEGER,
    status TEXT NOT NULL DEFAULT 'ready' CHECK (status IN ('ready', 'archived')),
    stage TEXT NOT NULL DEFAULT 'none' CHECK (stage IN ('none', 'staging', 'production')),
    source TEXT NOT NULL,
    storage_location TEXT,
    run_id TEXT,
    run_link TEXT NOT NULL DEFAULT '',
    logged_model_id TEXT,
    dataset_version_id TEXT,
    trainer TEXT NOT NULL DEFAULT '',
    signature TEXT CHECK (signature IS NULL OR json_valid(signature)),
    metrics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metrics)),
    card TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    UNIQUE (model_id, number),
    UNIQUE (model_id, major, minor, patch)
  ) STRICT`;

const versionsBefore = `CREATE TABLE model_versions (
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    major INTEGER NOT NULL,
    minor INTEGER NOT NULL,
    patch INTEGER NOT NULL,
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    status TEXT NOT NULL DEFAULT 'ready' CHECK (status IN ('ready', 'archived')),
    run_id TEXT,
    dataset_version_id TEXT,
    trainer TEXT NOT NULL DEFAULT '',
    signature TEXT NOT NULL CHECK (json_valid(signature)),
    metrics TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(metrics)),
    card TEXT NOT NULL DEFAULT '',
    description TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    created_at_ms INTEGER NOT NULL,
    UNIQUE (model_id, number),
    UNIQUE (model_id, major, minor, patch)
  ) STRICT`;

const columnsBefore =
  'id, model_id, number, major, minor, patch, digest, size_bytes, status, run_id, dataset_version_id, trainer, signature, metrics, card, description, tags, created_at_ms';

const statements = [
  // The highest number ever given to a version, deleted ones included.
  'ALTER TABLE models ADD COLUMN last_number INTEGER NOT NULL DEFAULT 0',
  'UPDATE models SET last_number = coalesce((SELECT max(number) FROM model_versions WHERE model_id = models.id), 0)',
  'CREATE INDEX models_by_update ON models (updated_at_ms)',

  'CREATE TEMP TABLE kept_versions AS SELECT * FROM main.model_versions',
  'DROP TABLE main.model_versions',
  versionsAfter,
  `INSERT INTO model_versions (${columnsBefore}, source, updated_at_ms)
   SELECT ${columnsBefore}, CASE WHEN run_id IS NULL THEN '' ELSE 'runs:/' || run_id || '/model' END, created_at_ms FROM temp.kept_versions`,
  'DROP TABLE temp.kept_versions',
  'CREATE INDEX model_versions_by_run ON model_versions (run_id) WHERE run_id IS NOT NULL',
  'CREATE INDEX model_versions_by_update ON model_versions (updated_at_ms)',
  'CREATE INDEX model_versions_by_source ON model_versions (source)',

  `CREATE TABLE webhooks (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    url TEXT NOT NULL,
    events TEXT NOT NULL CHECK (json_valid(events)),
    secret TEXT,
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX webhooks_by_creation ON webhooks (created_at_ms)',
];

const undo = [
  'DROP TABLE webhooks',
  // What has no ONNX file cannot be told in the tables before.
  `CREATE TEMP TABLE kept_versions AS SELECT ${columnsBefore} FROM main.model_versions WHERE digest IS NOT NULL AND signature IS NOT NULL AND size_bytes IS NOT NULL`,
  'DELETE FROM model_aliases WHERE version_id NOT IN (SELECT id FROM temp.kept_versions)',
  'DROP TABLE main.model_versions',
  versionsBefore,
  `INSERT INTO model_versions (${columnsBefore}) SELECT ${columnsBefore} FROM temp.kept_versions`,
  'DROP TABLE temp.kept_versions',
  'CREATE INDEX model_versions_by_run ON model_versions (run_id) WHERE run_id IS NOT NULL',
  'DROP INDEX models_by_update',
  'ALTER TABLE models DROP COLUMN last_number',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of undo) await sql.raw(statement).execute(db);
}
