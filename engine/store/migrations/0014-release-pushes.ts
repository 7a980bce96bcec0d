import { type Kysely, sql } from 'kysely';

/*
 * What a release sets going. Both tables are written in the transaction of what asks for it, so that an engine that ends in the
 * middle takes it up at its next start.
 */
const statements = [
  // push_id and error are both NULL until the push is submitted or refused.
  `CREATE TABLE release_pushes (
    pk INTEGER PRIMARY KEY,
    transition_id TEXT NOT NULL REFERENCES release_transitions (id) ON DELETE CASCADE,
    target TEXT NOT NULL,
    push_id TEXT,
    error TEXT
  ) STRICT`,
  'CREATE INDEX release_pushes_by_transition ON release_pushes (transition_id)',
  `CREATE INDEX release_pushes_open ON release_pushes (pk) WHERE push_id IS NULL AND error IS NULL`,
  // New versions that policies have not been asked about yet.
  `CREATE TABLE awaited_promotions (
    version_id INTEGER PRIMARY KEY REFERENCES model_versions (id) ON DELETE CASCADE
  ) STRICT`,
];

const undo = ['DROP TABLE awaited_promotions', 'DROP TABLE release_pushes'];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  for (const statement of undo) await sql.raw(statement).execute(db);
}
