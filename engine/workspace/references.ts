import { sql } from 'kysely';
import type { Store } from '../store/index.ts';

/** Says of a run id whether a model version came from the run: its files, card and lineage would be lost with it. */
export function runUse({ sqlite }: Pick<Store, 'sqlite'>): (runId: string) => boolean {
  const use = sqlite.prepare<{ runId: string }, { used: number }>(
    'SELECT EXISTS (SELECT 1 FROM model_versions WHERE run_id = @runId OR instr(source, @runId) > 0) AS used',
  );
  return (runId) => use.get({ runId })?.used === 1;
}

/** Whether a run, deleted ones included, or a model version was made from a dataset version. */
export async function isVersionInUse({ db }: Store, versionId: string): Promise<boolean> {
  const { rows } = await sql<{ used: number }>`SELECT
    EXISTS (SELECT 1 FROM run_inputs WHERE dataset_version_id = ${versionId})
    OR EXISTS (SELECT 1 FROM model_versions WHERE dataset_version_id = ${versionId}) AS used`.execute(db);
  return rows[0]?.used === 1;
}

/** The columns that models trained on a dataset predict. */
export async function targetsOf({ db }: Store, dataset: string): Promise<string[]> {
  const { rows } = await sql<{
    target: string | null;
  }>`SELECT DISTINCT json_extract(signature, '$.target') AS target
    FROM model_versions WHERE signature IS NOT NULL AND dataset_version_id IN
      (SELECT id FROM dataset_versions WHERE dataset_id = (SELECT id FROM datasets WHERE name = ${dataset}))`.execute(
    db,
  );
  return rows.flatMap(({ target }) => (target === null ? [] : [target]));
}
