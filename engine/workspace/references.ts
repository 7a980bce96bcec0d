import { sql } from 'kysely';
import type { Store } from '../store/index.ts';

/*
 * Questions that concern several rooms at once.
 */

/** Whether a run, deleted ones included, or a model version was made from a dataset version. */
export async function isVersionInUse({ db }: Store, versionId: string): Promise<boolean> {
  const { rows } = await sql<{ used: number }>`SELECT
    EXISTS (SELECT 1 FROM run_inputs WHERE dataset_version_id = ${versionId})
    OR EXISTS (SELECT 1 FROM model_versions WHERE dataset_version_id = ${versionId}) AS used`.execute(db);
  return rows[0]?.used === 1;
}

/** Digests of the registered model files. Few: one read. */
export async function* modelDigests({ db }: Store): AsyncGenerator<string> {
  const rows = await db.selectFrom('model_versions').select('digest').distinct().execute();
  for (const { digest } of rows) yield digest;
}
