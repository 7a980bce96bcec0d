import { type Kysely, sql } from 'kysely';

/* OpenLineage events that wait for the server to take them, in their order. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE lineage_outbox (
        pk INTEGER PRIMARY KEY,
        event TEXT NOT NULL CHECK (json_valid(event)),
        created_at_ms INTEGER NOT NULL
      ) STRICT`,
    )
    .execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE lineage_outbox').execute(db);
}
