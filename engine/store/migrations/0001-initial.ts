import { type Kysely, sql } from 'kysely';

/*
 * Frozen: a released migration never changes; later ones build on it.
 * Metrics are clustered by (run, key, step): a curve is one range read, and a write costs what the batch costs.
 * NaN cannot be a REAL in SQLite, so it is kept as 0 with is_nan = 1; infinities are kept as they are.
 */
const statements = [
  `CREATE TABLE workspace_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,

  `CREATE TABLE experiments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE INDEX experiments_by_update ON experiments (lifecycle, updated_at_ms)`,
  `INSERT INTO experiments (id, name, created_at_ms, updated_at_ms) VALUES (0, 'Default', 0, 0)`,

  `CREATE TABLE runs (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    experiment_id INTEGER NOT NULL REFERENCES experiments (id),
    name TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('scheduled', 'running', 'finished', 'failed', 'killed')),
    lifecycle TEXT NOT NULL DEFAULT 'active' CHECK (lifecycle IN ('active', 'deleted')),
    user TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT '',
    parent_run_id TEXT,
    job_id TEXT,
    notes TEXT NOT NULL DEFAULT '',
    started_at_ms INTEGER NOT NULL,
    ended_at_ms INTEGER,
    deleted_at_ms INTEGER
  ) STRICT`,
  `CREATE INDEX runs_by_experiment ON runs (experiment_id, lifecycle, started_at_ms)`,
  `CREATE INDEX runs_by_start ON runs (lifecycle, started_at_ms)`,
  `CREATE INDEX runs_by_status ON runs (status, started_at_ms)`,
  `CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL`,

  // One row a key name in use anywhere: metrics, params and tags store its integer.
  `CREATE TABLE keys (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT`,

  `CREATE TABLE metric_points (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_pk, key_id, step, timestamp_ms, value, is_nan)
  ) STRICT, WITHOUT ROWID`,

  // Kept in the same transaction as the points. Lists and searches read this and never the points.
  `CREATE TABLE metric_latest (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    experiment_id INTEGER NOT NULL,
    value REAL NOT NULL,
    is_nan INTEGER NOT NULL,
    step INTEGER NOT NULL,
    timestamp_ms INTEGER NOT NULL,
    min_value REAL,
    max_value REAL,
    points INTEGER NOT NULL,
    PRIMARY KEY (run_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  // Search and sort by a metric: within one experiment, and over all.
  `CREATE INDEX metric_latest_by_experiment ON metric_latest (experiment_id, key_id, is_nan, value, run_pk)`,
  `CREATE INDEX metric_latest_by_key ON metric_latest (key_id, is_nan, value, run_pk)`,

  `CREATE TABLE run_params (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    number REAL,
    PRIMARY KEY (run_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX run_params_by_value ON run_params (key_id, value, run_pk)`,
  `CREATE INDEX run_params_by_number ON run_params (key_id, number, run_pk) WHERE number IS NOT NULL`,

  `CREATE TABLE run_tags (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    key_id INTEGER NOT NULL REFERENCES keys (id),
    value TEXT NOT NULL,
    PRIMARY KEY (run_pk, key_id)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX run_tags_by_value ON run_tags (key_id, value, run_pk)`,

  `CREATE TABLE run_inputs (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    context TEXT NOT NULL,
    dataset_version_id TEXT,
    PRIMARY KEY (run_pk, name, digest, context)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX run_inputs_by_version ON run_inputs (dataset_version_id) WHERE dataset_version_id IS NOT NULL`,

  `CREATE TABLE run_artifacts (
    run_pk INTEGER NOT NULL REFERENCES runs (pk) ON DELETE CASCADE,
    path TEXT NOT NULL,
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL,
    PRIMARY KEY (run_pk, path)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX run_artifacts_by_digest ON run_artifacts (digest)`,

  `CREATE TABLE datasets (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE dataset_versions (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    columns TEXT NOT NULL CHECK (json_valid(columns)),
    source TEXT NOT NULL CHECK (json_valid(source)),
    source_name TEXT NOT NULL,
    options TEXT NOT NULL CHECK (json_valid(options)),
    bad_rows INTEGER NOT NULL DEFAULT 0,
    profile TEXT NOT NULL CHECK (json_valid(profile)),
    note TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    created_at_ms INTEGER NOT NULL,
    UNIQUE (dataset_id, version)
  ) STRICT`,
  `CREATE INDEX dataset_versions_by_digest ON dataset_versions (digest)`,
  `CREATE TABLE uploads (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(tags)),
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE model_versions (
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
  ) STRICT`,
  `CREATE INDEX model_versions_by_run ON model_versions (run_id) WHERE run_id IS NOT NULL`,
  `CREATE TABLE model_aliases (
    model_id INTEGER NOT NULL REFERENCES models (id) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    version_id INTEGER NOT NULL REFERENCES model_versions (id) ON DELETE CASCADE,
    PRIMARY KEY (model_id, alias)
  ) STRICT, WITHOUT ROWID`,
  `CREATE INDEX model_aliases_by_version ON model_aliases (version_id)`,

  `CREATE TABLE jobs (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'dead')),
    priority INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,
    max_attempts INTEGER NOT NULL,
    parent_id TEXT,
    run_id TEXT,
    dedup_key TEXT,
    input TEXT NOT NULL CHECK (json_valid(input)),
    limits TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(limits)),
    result TEXT CHECK (result IS NULL OR json_valid(result)),
    error TEXT CHECK (error IS NULL OR json_valid(error)),
    progress_fraction REAL,
    progress_message TEXT NOT NULL DEFAULT '',
    not_before_ms INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    started_at_ms INTEGER,
    ended_at_ms INTEGER
  ) STRICT`,
  // What to start next: the highest priority first, then the oldest.
  `CREATE INDEX jobs_by_turn ON jobs (state, priority DESC, pk)`,
  `CREATE INDEX jobs_by_parent ON jobs (parent_id) WHERE parent_id IS NOT NULL`,
  `CREATE INDEX jobs_by_run ON jobs (run_id) WHERE run_id IS NOT NULL`,
  `CREATE UNIQUE INDEX jobs_dedup ON jobs (dedup_key) WHERE dedup_key IS NOT NULL AND state IN ('queued', 'running')`,
  `CREATE TABLE job_logs (
    job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    level TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (job_id, seq)
  ) STRICT, WITHOUT ROWID`,

  `CREATE TABLE drift_reports (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reference_version_id TEXT NOT NULL,
    current_version_id TEXT NOT NULL,
    drifted INTEGER NOT NULL CHECK (drifted IN (0, 1)),
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL
  ) STRICT`,

  `CREATE TABLE activity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    text TEXT NOT NULL,
    link TEXT
  ) STRICT`,
];

const tables = [
  'activity',
  'drift_reports',
  'job_logs',
  'jobs',
  'model_aliases',
  'model_versions',
  'models',
  'uploads',
  'dataset_versions',
  'datasets',
  'run_artifacts',
  'run_inputs',
  'run_tags',
  'run_params',
  'metric_latest',
  'metric_points',
  'keys',
  'runs',
  'experiments',
  'workspace_meta',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of tables) await sql.raw(`DROP TABLE ${table}`).execute(db);
}
