import { type Kysely, sql } from 'kysely';

/*
 * What MLflow's clients log beyond 0001: where an experiment keeps its files, datasets with their source and schema, models
 * that runs take and make, logged models with their own params, tags and metrics, and files that belong to no run.
 */
const statements = [
  // NULL: the default, mlflow-artifacts:/<id>.
  'ALTER TABLE experiments ADD COLUMN artifact_location TEXT',

  // Whether timestamps rise with the steps: then the history by time is the primary key's order.
  'ALTER TABLE metric_latest ADD COLUMN in_time_order INTEGER NOT NULL DEFAULT 0',

  // Tags of an input besides its context, which has its own column.
  "ALTER TABLE run_inputs ADD COLUMN tags TEXT NOT NULL DEFAULT '{}'",
  'CREATE INDEX run_inputs_by_name ON run_inputs (name, digest, run_pk)',
  'CREATE INDEX run_inputs_by_digest ON run_inputs (digest, run_pk)',

  `CREATE TABLE source_datasets (
    pk INTEGER PRIMARY KEY,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id),
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    source_type TEXT NOT NULL,
    source TEXT NOT NULL,
    schema TEXT,
    profile TEXT,
    UNIQUE (experiment_id, name, digest)
  ) STRICT`,

  `CREATE TABLE run_models (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('input', 'output')),
    model_id TEXT NOT NULL,
    step INTEGER NOT NULL,
    PRIMARY KEY (run_pk, role, model_id, step)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX run_models_by_model ON run_models (model_id, run_pk)',

  `CREATE TABLE logged_models (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id),
    name TEXT NOT NULL,
    model_type TEXT NOT NULL DEFAULT '',
    source_run_id TEXT,
    status TEXT NOT NULL CHECK (status IN ('unspecified', 'pending', 'ready', 'upload-failed')),
    status_message TEXT NOT NULL DEFAULT '',
    lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX logged_models_by_experiment ON logged_models (experiment_id, lifecycle, created_at_ms)',
  'CREATE INDEX logged_models_by_name ON logged_models (name)',
  'CREATE INDEX logged_models_by_run ON logged_models (source_run_id) WHERE source_run_id IS NOT NULL',

  `CREATE TABLE logged_model_params (
    model_pk INTEGER NOT NULL REFERENCES logged_models (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    number REAL,
    PRIMARY KEY (model_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX logged_model_params_by_value ON logged_model_params (key_id, value, model_pk)',

  `CREATE TABLE logged_model_tags (
    model_pk INTEGER NOT NULL REFERENCES logged_models (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    PRIMARY KEY (model_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX logged_model_tags_by_value ON logged_model_tags (key_id, value, model_pk)',

  // Points that a run logged about a model; the texts are empty where no dataset was named.
  `CREATE TABLE logged_model_metrics (
    model_pk INTEGER NOT NULL REFERENCES logged_models (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    timestamp_ms INTEGER NOT NULL,
    step INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL,
    run_id TEXT NOT NULL,
    dataset_name TEXT NOT NULL,
    dataset_digest TEXT NOT NULL,
    PRIMARY KEY (model_pk, key_id, timestamp_ms, step, value, is_nan, run_id, dataset_name, dataset_digest)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX logged_model_metrics_by_value ON logged_model_metrics (key_id, is_nan, value, model_pk)',

  // By their whole path below mlflow-artifacts:/; the files of runs are in run_artifacts.
  `CREATE TABLE stored_files (
    path TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX stored_files_by_digest ON stored_files (digest)',
];

const undo = [
  'DROP TABLE stored_files',
  'DROP TABLE logged_model_metrics',
  'DROP TABLE logged_model_tags',
  'DROP TABLE logged_model_params',
  'DROP TABLE logged_models',
  'DROP TABLE run_models',
  'DROP TABLE source_datasets',
  'DROP INDEX run_inputs_by_digest',
  'DROP INDEX run_inputs_by_name',
  'ALTER TABLE run_inputs DROP COLUMN tags',
  'ALTER TABLE metric_latest DROP COLUMN in_time_order',
  'ALTER TABLE experiments DROP COLUMN artifact_location',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of undo) await sql.raw(statement).execute(db);
}
