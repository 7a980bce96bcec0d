import { type Kysely, sql } from 'kysely';

/*
 * A drift report need not be about dataset versions any more: its windows may be requests. SQLite cannot drop NOT NULL from a
 * column, so the table is made anew. Drift over time has a table of its own.
 */
const reports = (versionIds: 'TEXT' | 'TEXT NOT NULL') => [
  'ALTER TABLE drift_reports RENAME TO drift_reports_before',
  `CREATE TABLE drift_reports (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    reference_version_id ${versionIds},
    current_version_id ${versionIds},
    drifted INTEGER NOT NULL CHECK (drifted IN (0, 1)),
    summary TEXT NOT NULL CHECK (json_valid(summary)),
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL
  ) STRICT`,
];
const columns = 'pk, id, reference_version_id, current_version_id, drifted, summary, body, created_at_ms';
const copied = [
  `INSERT INTO drift_reports (${columns}) SELECT ${columns} FROM drift_reports_before`,
  'DROP TABLE drift_reports_before',
];

const series = `CREATE TABLE drift_series (
  pk INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  drifted INTEGER NOT NULL CHECK (drifted IN (0, 1)),
  summary TEXT NOT NULL CHECK (json_valid(summary)),
  body TEXT NOT NULL CHECK (json_valid(body)),
  created_at_ms INTEGER NOT NULL
) STRICT`;

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...reports('TEXT'), ...copied, series]) await sql.raw(statement).execute(db);
}

/** Reports without dataset versions are lost: the version before could not show them. */
export async function down(db: Kysely<unknown>): Promise<void> {
  const unfit = 'DELETE FROM drift_reports WHERE reference_version_id IS NULL OR current_version_id IS NULL';
  for (const statement of ['DROP TABLE drift_series', unfit, ...reports('TEXT NOT NULL'), ...copied])
    await sql.raw(statement).execute(db);
}
