import type { Kysely } from 'kysely';
import { AssayError } from '../../errors.ts';
import type { Database } from '../../store/index.ts';
import type { ModelRow } from '../model-rows.ts';
import { occupantsOf } from './occupants.ts';

/*
 * What an environment holds changes by promotions alone, so that gates and history can be trusted: not by moving its alias,
 * not by another stage, not by archiving or deleting the version. An environment that was never used binds nothing.
 */

/** Throws models/alias-of-environment when one of the aliases follows an environment that holds a version. */
export async function refuseEnvironmentAliases(
  db: Kysely<Database>,
  model: ModelRow,
  aliases: readonly string[],
): Promise<void> {
  if (aliases.length === 0) return;
  const occupants = await occupantsOf(db, model.id);
  const taken = aliases.find((alias) => occupants.has(alias));
  if (taken === undefined) return;
  throw new AssayError(
    'models/alias-of-environment',
    `The alias "${taken}" of ${model.name} follows the environment ${taken}, where ${occupants.get(taken)?.version} is`,
  );
}

/** Throws models/version-in-use when the version is in an environment. */
export async function refuseReleased(
  db: Kysely<Database>,
  model: ModelRow,
  versionId: number,
): Promise<void> {
  for (const [environment, occupant] of await occupantsOf(db, model.id)) {
    if (occupant.versionId !== versionId) continue;
    throw new AssayError('models/version-in-use', `${model.name} ${occupant.version} is in ${environment}`);
  }
}

/**
 * Throws models/stage-of-environment when the environment of the stage holds a version or has a policy, or the version is in
 * an environment: its stage follows then.
 */
export async function refuseReleasedStage(
  db: Kysely<Database>,
  model: ModelRow,
  versionId: number,
  stage: string,
): Promise<void> {
  const occupants = await occupantsOf(db, model.id);
  const policy = await db
    .selectFrom('release_policies')
    .select('environment')
    .where('model_id', '=', model.id)
    .where('environment', '=', stage)
    .executeTakeFirst();
  const isIn = [...occupants].find(([, occupant]) => occupant.versionId === versionId)?.[0];
  const environment = isIn ?? (policy !== undefined || occupants.has(stage) ? stage : undefined);
  if (environment === undefined) return;
  throw new AssayError(
    'models/stage-of-environment',
    `Stages of ${model.name} follow its environments: ${environment} changes by a promotion`,
  );
}
