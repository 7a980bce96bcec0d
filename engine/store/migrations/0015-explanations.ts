import { type Kysely, sql } from 'kysely';

/** Explanations belong to the model file that they are of: a run and the versions made of it share theirs. */
const statements = [
  `CREATE TABLE explanations (
    pk INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    digest TEXT NOT NULL,
    summary TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX explanations_by_digest ON explanations (digest, pk)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE explanations').execute(db);
}
