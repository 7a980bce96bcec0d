import type { Kysely } from 'kysely';
import type { Push, ReleasePush } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { Database, Store } from '../../store/index.ts';
import type { Logger } from '../../system/index.ts';

/** The part of the targets that releases use. */
export type PushTargets = {
  /** Throws targets/not-found. */
  get(target: string): Promise<unknown>;
  push(target: string, request: { model: string; verify: boolean }): Promise<Push>;
  /** Throws pushes/not-found. */
  getPush(pushId: string): Promise<Push>;
};

/** Pushes that promotions ask for. */
export type ReleasePushes = {
  /** Submits those that have not been submitted, or notes why that is refused; never throws for that. */
  submit(transitionId?: string): Promise<void>;
  /** As they stand now, by transition; a transition without pushes is not among them. */
  of(transitionIds: readonly string[]): Promise<Map<string, ReleasePush[]>>;
};

/** Notes what a promotion is to push to; call it in its transaction. */
export async function addPushes(
  trx: Kysely<Database>,
  transitionId: string,
  targets: readonly string[],
): Promise<void> {
  if (targets.length === 0) return;
  const rows = targets.map((target) => ({ transition_id: transitionId, target, push_id: null, error: null }));
  await trx.insertInto('release_pushes').values(rows).execute();
}

export function createReleasePushes(options: {
  store: Store;
  targets: PushTargets;
  logger: Logger;
}): ReleasePushes {
  const { targets, logger } = options;
  const { db } = options.store;

  const submitOne = async (target: string, model: string) => {
    try {
      const { id } = await targets.push(target, { model, verify: true });
      return { push_id: id, error: null };
    } catch (thrown) {
      logger.warn({ target, model, reason: messageOf(thrown) }, 'a promotion could not be pushed');
      return { push_id: null, error: messageOf(thrown) };
    }
  };

  const present = async (row: {
    target: string;
    push_id: string | null;
    error: string | null;
  }): Promise<ReleasePush> => {
    const { target, push_id: pushId, error } = row;
    if (pushId === null) return { target, pushId, state: error === null ? 'queued' : 'failed', error };
    try {
      const push = await targets.getPush(pushId);
      return { target, pushId, state: push.state, error: push.error?.message ?? null };
    } catch (thrown) {
      if (!(thrown instanceof AssayError) || thrown.code !== 'pushes/not-found') throw thrown;
      return { target, pushId: null, state: 'failed', error: thrown.message };
    }
  };

  return {
    async submit(transitionId) {
      const open = await db
        .selectFrom('release_pushes')
        .innerJoin('release_transitions', 'release_transitions.id', 'release_pushes.transition_id')
        .innerJoin('models', 'models.id', 'release_transitions.model_id')
        .select(['release_pushes.pk', 'release_pushes.target', 'release_transitions.version', 'models.name'])
        .where('release_pushes.push_id', 'is', null)
        .where('release_pushes.error', 'is', null)
        .$if(transitionId !== undefined, (query) =>
          query.where('release_pushes.transition_id', '=', transitionId ?? ''),
        )
        .orderBy('release_pushes.pk')
        .execute();
      for (const { pk, target, name, version } of open) {
        const submitted = await submitOne(target, `${name}/${version}`);
        await db.updateTable('release_pushes').set(submitted).where('pk', '=', pk).execute();
      }
    },
    async of(transitionIds) {
      const found = new Map<string, ReleasePush[]>();
      if (transitionIds.length === 0) return found;
      const rows = await db
        .selectFrom('release_pushes')
        .selectAll()
        .where('transition_id', 'in', [...transitionIds])
        .orderBy('pk')
        .execute();
      for (const row of rows) {
        const pushes = found.get(row.transition_id) ?? [];
        found.set(row.transition_id, [...pushes, await present(row)]);
      }
      return found;
    },
  };
}
