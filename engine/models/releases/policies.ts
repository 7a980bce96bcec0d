import type { Kysely } from 'kysely';
import { ReleasePolicy } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import { type Database, expectedNames } from '../../store/index.ts';

/** The policies of a model by environment. */
export async function policiesOf(db: Kysely<Database>, modelId: number): Promise<Map<string, ReleasePolicy>> {
  const rows = await db
    .selectFrom('release_policies')
    .select(['environment', 'policy'])
    .where('model_id', '=', modelId)
    .execute();
  return new Map(rows.map((row) => [row.environment, ReleasePolicy.parse(JSON.parse(row.policy))]));
}

/** Sets a policy, or removes it (null). */
export async function writePolicy(
  db: Kysely<Database>,
  modelId: number,
  environment: string,
  policy: ReleasePolicy | null,
  nowMs: number,
): Promise<void> {
  if (policy === null) {
    await db
      .deleteFrom('release_policies')
      .where('model_id', '=', modelId)
      .where('environment', '=', environment)
      .execute();
    return;
  }
  const values = { policy: JSON.stringify(policy), updated_at_ms: nowMs };
  await db
    .insertInto('release_policies')
    .values({ model_id: modelId, environment, ...values })
    .onConflict((conflict) => conflict.columns(['model_id', 'environment']).doUpdateSet(values))
    .execute();
}

/** Throws releases/environment-not-found with those that there are. */
export function checkEnvironment(environment: string, environments: readonly string[]): void {
  if (environments.includes(environment)) return;
  throw new AssayError(
    'releases/environment-not-found',
    `There is no environment "${environment}": ${expectedNames(environment, environments)}`,
  );
}
