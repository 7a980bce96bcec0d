import { type Kysely, sql } from 'kysely';

/*
 * Secrets, sealed with a key that is not in the database, and what became of webhooks that were sent. The column
 * `webhooks.secret` stays for what was there before: the webhooks' room moves it here when the workspace is opened, since
 * a migration has no key.
 */
const statements = [
  `CREATE TABLE secrets (
    name TEXT PRIMARY KEY,
    key_id TEXT NOT NULL,
    nonce BLOB NOT NULL,
    sealed BLOB NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE webhook_deliveries (
    pk INTEGER PRIMARY KEY,
    webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
    event TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status INTEGER,
    failure TEXT
  ) STRICT`,
  'CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, pk)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

/** Signing secrets go with the table: without the key they were no use to the version before. */
export async function down(db: Kysely<unknown>): Promise<void> {
  for (const table of ['webhook_deliveries', 'secrets']) await sql.raw(`DROP TABLE ${table}`).execute(db);
}
