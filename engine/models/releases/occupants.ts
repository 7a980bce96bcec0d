import type { Kysely } from 'kysely';
import type { Database } from '../../store/index.ts';
import { formatVersion } from '../semver.ts';

/** The version in an environment, with the transition that brought it. */
type Occupant = { versionId: number; version: string; transitionId: string };

/** What is in each environment of a model. Cost: one index range. */
export async function occupantsOf(db: Kysely<Database>, modelId: number): Promise<Map<string, Occupant>> {
  const rows = await db
    .selectFrom('environment_versions')
    .innerJoin('model_versions', 'model_versions.id', 'environment_versions.version_id')
    .select(['environment', 'version_id', 'transition_id', 'major', 'minor', 'patch'])
    .where('environment_versions.model_id', '=', modelId)
    .execute();
  return new Map(
    rows.map((row) => [
      row.environment,
      { versionId: row.version_id, version: formatVersion(row), transitionId: row.transition_id },
    ]),
  );
}
