import type { Kysely } from 'kysely';
import { AssayError } from '../../errors.ts';
import type { Database } from '../../store/index.ts';
import type { ModelRow } from '../model-rows.ts';
import { pointAlias, touch } from '../write-models.ts';
import { occupantsOf } from './occupants.ts';
import { addPushes } from './release-pushes.ts';
import { addTransition, type Transition } from './transitions.ts';

export type Move = {
  model: ModelRow;
  environment: string;
  /** null takes out what is there. */
  to: { id: number; version: string } | null;
  transition: Pick<
    Transition,
    'id' | 'kind' | 'actor' | 'reason' | 'overrideReason' | 'gateReportId' | 'atMs'
  >;
  /** Refuses unless this is in the environment; undefined: whatever is. */
  expected: string | null | undefined;
  /** Also moves the alias "champion". */
  champion: boolean;
  /** Names of targets. */
  pushTo: readonly string[];
};

/**
 * Brings a version into an environment, or empties it, with everything that follows it: the alias of the environment, the
 * stages that MLflow knows, and the line of the history. Call it in a transaction.
 * Throws releases/changed, releases/already-there.
 */
export async function moveEnvironment(trx: Kysely<Database>, move: Move): Promise<Transition> {
  const { model, environment, to, transition } = move;
  const before = (await occupantsOf(trx, model.id)).get(environment);
  const from = before?.version ?? null;
  if (move.expected !== undefined && move.expected !== from) throw changed(move, from);
  if (to !== null && before?.versionId === to.id) {
    throw new AssayError(
      'releases/already-there',
      `${model.name} ${to.version} is in ${environment} already`,
    );
  }
  const told = await addTransition(trx, model, {
    ...transition,
    environment,
    version: to?.version ?? from ?? '',
    from,
  });
  await addPushes(trx, told.id, move.pushTo);
  if (to === null) await empty(trx, model, environment);
  else await fill(trx, move, to, told.id);
  const moved = [before?.versionId, to?.id].filter((id) => id !== undefined);
  await followStages(trx, moved, transition.atMs);
  await touch(trx, model, transition.atMs);
  return told;
}

function changed({ model, environment, expected }: Move, from: string | null): AssayError {
  const name = (version: string | null | undefined) => version ?? 'nothing';
  return new AssayError(
    'releases/changed',
    `${name(from)} of ${model.name} is in ${environment} now; ${name(expected)} was expected`,
  );
}

async function fill(
  trx: Kysely<Database>,
  { model, environment, champion }: Move,
  to: { id: number },
  transitionId: string,
): Promise<void> {
  const values = { version_id: to.id, transition_id: transitionId };
  await trx
    .insertInto('environment_versions')
    .values({ model_id: model.id, environment, ...values })
    .onConflict((conflict) => conflict.columns(['model_id', 'environment']).doUpdateSet(values))
    .execute();
  await pointAlias(trx, model, environment, to.id);
  if (champion) await pointAlias(trx, model, 'champion', to.id);
}

async function empty(trx: Kysely<Database>, model: ModelRow, environment: string): Promise<void> {
  await trx
    .deleteFrom('environment_versions')
    .where('model_id', '=', model.id)
    .where('environment', '=', environment)
    .execute();
  await trx
    .deleteFrom('model_aliases')
    .where('model_id', '=', model.id)
    .where('alias', '=', environment)
    .execute();
}

/** MLflow knows one stage a version: the highest of the two environments of its names that the version is in. */
async function followStages(
  trx: Kysely<Database>,
  versionIds: readonly number[],
  nowMs: number,
): Promise<void> {
  for (const id of new Set(versionIds)) {
    const rows = await trx
      .selectFrom('environment_versions')
      .select('environment')
      .where('version_id', '=', id)
      .execute();
    const environments = new Set(rows.map((row) => row.environment));
    const stage = (['production', 'staging'] as const).find((name) => environments.has(name)) ?? 'none';
    await trx
      .updateTable('model_versions')
      .set({ stage, updated_at_ms: nowMs })
      .where('id', '=', id)
      .where('stage', '!=', stage)
      .execute();
  }
}
