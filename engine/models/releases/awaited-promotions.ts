import type { Kysely } from 'kysely';
import type { ModelVersion } from '../../../local-api/contract/index.ts';
import type { Database } from '../../store/index.ts';
import { loadVersions, type ModelRow } from '../model-rows.ts';
import { policiesOf } from './policies.ts';

/** Notes that a new version is to be promoted where policies say so; call it in the transaction that adds the version. */
export async function awaitPromotion(
  trx: Kysely<Database>,
  model: ModelRow,
  versionId: number,
): Promise<void> {
  const policies = await policiesOf(trx, model.id);
  if ([...policies.values()].every(({ onRegister }) => onRegister !== 'promote')) return;
  await trx.insertInto('awaited_promotions').values({ version_id: versionId }).execute();
}

/** Whether a policy promotes this version, and has not yet. */
export async function isAwaited(db: Kysely<Database>, versionId: number): Promise<boolean> {
  const row = await db
    .selectFrom('awaited_promotions')
    .select('version_id')
    .where('version_id', '=', versionId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The promotion of a new version came to an end: done, or refused. */
export async function promotionSettled(db: Kysely<Database>, versionId: number): Promise<void> {
  await db.deleteFrom('awaited_promotions').where('version_id', '=', versionId).execute();
}

/** New versions whose promotion has not come to an end, oldest first. */
export async function awaitedVersions(db: Kysely<Database>): Promise<ModelVersion[]> {
  const rows = await db.selectFrom('awaited_promotions').select('version_id').orderBy('version_id').execute();
  const versions = await loadVersions(
    db,
    rows.map((row) => row.version_id),
  );
  return [...versions.values()];
}
