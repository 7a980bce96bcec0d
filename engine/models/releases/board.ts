import type { Kysely } from 'kysely';
import type { EnvironmentState, ReleasePush } from '../../../local-api/contract/index.ts';
import type { Database } from '../../store/index.ts';
import type { ModelRow } from '../model-rows.ts';
import { formatVersion } from '../semver.ts';
import { occupantsOf } from './occupants.ts';
import { policiesOf } from './policies.ts';
import { type Approval, approvalsOf, pathOf } from './replay.ts';
import { allTransitions } from './transitions.ts';

/** Versions that can be released, with the moment they were registered: a text may name another version later. */
async function usableVersions(db: Kysely<Database>, modelId: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('model_versions')
    .select(['major', 'minor', 'patch', 'created_at_ms'])
    .where('model_id', '=', modelId)
    .where('status', '=', 'ready')
    .execute();
  return new Map(rows.map((row) => [formatVersion(row), row.created_at_ms]));
}

/** Each environment of a model, in the order given. Cost: the model's versions and its history. */
export async function readBoard(
  db: Kysely<Database>,
  model: ModelRow,
  environments: readonly string[],
  pushesOf: (transitionIds: readonly string[]) => Promise<Map<string, ReleasePush[]>>,
): Promise<EnvironmentState[]> {
  const occupants = await occupantsOf(db, model.id);
  const policies = await policiesOf(db, model.id);
  const history = await allTransitions(db, model);
  const usable = await usableVersions(db, model.id);
  const pushes = await pushesOf([...occupants.values()].map(({ transitionId }) => transitionId));
  const byId = new Map(
    history.map((transition) => [transition.id, { ...transition, pushes: pushes.get(transition.id) ?? [] }]),
  );
  return environments.map((environment) => {
    const occupant = occupants.get(environment);
    return {
      environment,
      version: occupant?.version ?? null,
      since: (occupant === undefined ? undefined : byId.get(occupant.transitionId)) ?? null,
      rollbackTo: earlier(pathOf(history, environment), usable),
      policy: policies.get(environment) ?? null,
      approvals: approvalsOf(history, environment).filter(isOf(usable)),
    };
  });
}

/** Approvals of a version that was deleted do not count for another one of its name. */
function isOf(usable: ReadonlyMap<string, number>): (approval: Approval) => boolean {
  return ({ version, atMs }) => atMs >= (usable.get(version) ?? Number.POSITIVE_INFINITY);
}

/** What a rollback of an environment would bring back; null when there is nothing. */
export async function rollbackTarget(
  db: Kysely<Database>,
  model: ModelRow,
  environment: string,
): Promise<string | null> {
  const path = pathOf(await allTransitions(db, model), environment);
  return earlier(path, await usableVersions(db, model.id));
}

function earlier(path: readonly string[], usable: ReadonlyMap<string, number>): string | null {
  const present = path.at(-1);
  return (
    path.findLast(
      (version, place) => place < path.length - 1 && version !== present && usable.has(version),
    ) ?? null
  );
}
