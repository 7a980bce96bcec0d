import { type Kysely, sql } from 'kysely';

/*
 * A snapshot is a list of files: `snapshot_chunks` says which, in the order of their rows, and what a file is still needed for.
 * Versions that were deleted stay until the garbage is collected, so that they can be restored.
 */
const statements = [
  `CREATE TABLE snapshot_chunks (
    snapshot_digest TEXT NOT NULL,
    position INTEGER NOT NULL,
    digest TEXT NOT NULL,
    row_count INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (snapshot_digest, position)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX snapshot_chunks_by_digest ON snapshot_chunks (digest)',
  `INSERT INTO snapshot_chunks (snapshot_digest, position, digest, row_count, size_bytes)
    SELECT digest, 0, digest, max(row_count), max(size_bytes) FROM dataset_versions GROUP BY digest`,
  'ALTER TABLE dataset_versions ADD COLUMN added_bytes INTEGER NOT NULL DEFAULT 0',
  'UPDATE dataset_versions SET added_bytes = size_bytes',
  'ALTER TABLE dataset_versions ADD COLUMN deleted_at_ms INTEGER',
  'CREATE INDEX dataset_versions_deleted ON dataset_versions (deleted_at_ms) WHERE deleted_at_ms IS NOT NULL',
  `CREATE TABLE dataset_aliases (
    dataset_id INTEGER NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    version_pk INTEGER NOT NULL REFERENCES dataset_versions (pk) ON DELETE CASCADE,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (dataset_id, name)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX dataset_aliases_by_version ON dataset_aliases (version_pk)',
  `CREATE TABLE dataset_diffs (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    base_version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
    other_version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX dataset_diffs_by_versions ON dataset_diffs (base_version_id, other_version_id)',
  'CREATE INDEX dataset_diffs_by_other ON dataset_diffs (other_version_id)',
  `CREATE TABLE dataset_diff_rows (
    diff_pk INTEGER NOT NULL REFERENCES dataset_diffs (pk) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('added', 'removed', 'changed')),
    page INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (diff_pk, kind, page)
  ) STRICT, WITHOUT ROWID`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Snapshots in several files cannot be read by what comes before. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of [
    'DROP TABLE dataset_diff_rows',
    'DROP TABLE dataset_diffs',
    'DROP TABLE dataset_aliases',
    'DROP INDEX dataset_versions_deleted',
    'ALTER TABLE dataset_versions DROP COLUMN deleted_at_ms',
    'ALTER TABLE dataset_versions DROP COLUMN added_bytes',
    'DROP TABLE snapshot_chunks',
  ])
    await sql.raw(statement).execute(db);
}
