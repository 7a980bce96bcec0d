import { type Kysely, sql } from 'kysely';

/* OpenLineage events that were told: each once by job and type, over kills too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      `CREATE TABLE lineage_told (
        job_id TEXT NOT NULL,
        event_type TEXT NOT NULL,
        told_at_ms INTEGER NOT NULL,
        PRIMARY KEY (job_id, event_type)
      ) STRICT, WITHOUT ROWID`,
    )
    .execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql.raw('DROP TABLE lineage_told').execute(db);
}
