import { type Kysely, sql } from 'kysely';

/** What is computed about a dataset version when it is asked for: details, and what goes with a target. */
const statements = [
  `CREATE TABLE dataset_profiles (
    pk INTEGER PRIMARY KEY,
    version_id TEXT NOT NULL REFERENCES dataset_versions (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    format INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body)),
    created_at_ms INTEGER NOT NULL,
    UNIQUE (version_id, target)
  ) STRICT`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE dataset_profiles').execute(db);
}
