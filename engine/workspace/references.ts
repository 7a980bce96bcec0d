import { sql } from 'kysely';
import type { Store } from '../store/index.ts';

/** Whether a run, deleted ones included, or a model version was made from a dataset version. */
export async function isVersionInUse({ db }: Store, versionId: string): Promise<boolean> {
  const { rows } = await sql<{ used: number }>`SELECT
    EXISTS (SELECT 1 FROM run_inputs WHERE dataset_version_id = ${versionId})
    OR EXISTS (SELECT 1 FROM model_versions WHERE dataset_version_id = ${versionId}) AS used`.execute(db);
  return rows[0]?.used === 1;
}
