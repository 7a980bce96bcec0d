import type { EventBus } from '../events/index.ts';
import { type Store, sqliteCode } from '../store/index.ts';
import type { GroupCommit } from './group-commit.ts';

export type Purged = {
  runs: number;
  experiments: number;
  /** Deleted runs that stay because a model version came from them. */
  keptRuns: number;
};

export type Purge = {
  /**
   * Removes runs and experiments for good that were deleted at this time or before. What a model version came from stays.
   * A run of a million points is removed piece by piece, while others log. Cost: about a second a million points.
   */
  purgeDeleted(options: { deletedUntilMs: number; dryRun?: boolean }): Promise<Purged>;
};

/** Points removed in one go: a few milliseconds. */
const pointsAtOnce = 5000;
const runsAtOnce = 200;

/** The part of the tracking service that frees space. `isInUse` says of a run id whether something was made of the run. */
export function purgeMethods(options: {
  store: Pick<Store, 'sqlite'>;
  events: EventBus;
  writes: GroupCommit;
  isInUse(runId: string): boolean;
}): Purge {
  const { events, writes, isInUse } = options;
  const { sqlite } = options.store;
  type DeletedRun = { pk: number; id: string; experimentId: number };
  const deletedAfter = sqlite.prepare<[number, number, number], DeletedRun>(
    `SELECT pk, id, experiment_id AS experimentId FROM runs
     WHERE lifecycle = 'deleted' AND deleted_at_ms <= ? AND pk > ? ORDER BY pk LIMIT ?`,
  );
  const giveUp = sqlite.prepare<[number, number]>(
    "UPDATE runs SET deleted_at_ms = 0 WHERE pk = ? AND lifecycle = 'deleted' AND deleted_at_ms <= ?",
  );
  const keysOf = sqlite.prepare<[number], { keyId: number }>(
    'SELECT key_id AS keyId FROM metric_latest WHERE run_pk = ?',
  );
  const stepAt = sqlite.prepare<[number, number, number], { step: number }>(
    'SELECT step FROM metric_points WHERE run_pk = ? AND key_id = ? ORDER BY step LIMIT 1 OFFSET ?',
  );
  const removePoints = sqlite.prepare<[number, number, number]>(
    'DELETE FROM metric_points WHERE run_pk = ? AND key_id = ? AND step <= ?',
  );
  const removeRun = sqlite.prepare<[number]>('DELETE FROM runs WHERE pk = ?');
  const deletedExperiments = sqlite.prepare<[number], { id: number }>(
    `SELECT id FROM experiments WHERE lifecycle = 'deleted' AND updated_at_ms <= ? AND id <> 0
       AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment_id = experiments.id)`,
  );
  const removeSources = sqlite.prepare<[number]>('DELETE FROM source_datasets WHERE experiment_id = ?');
  const removeExperiment = sqlite.prepare<[number]>('DELETE FROM experiments WHERE id = ?');

  /** Takes long curves away in pieces; what is left is short enough to go with the run. */
  const shorten = async (pk: number): Promise<void> => {
    for (const { keyId } of keysOf.all(pk)) {
      for (;;) {
        const bound = stepAt.get(pk, keyId, pointsAtOnce)?.step;
        if (bound === undefined) break;
        await writes.run(pointsAtOnce, () => removePoints.run(pk, keyId, bound));
      }
    }
  };

  /** False when it was restored meanwhile. From the first step on it cannot be, for it would come back in parts. */
  const removeOne = async ({ pk, id, experimentId }: DeletedRun, untilMs: number): Promise<boolean> => {
    const isGivenUp = await writes.run(1, () => giveUp.run(pk, untilMs).changes > 0);
    if (!isGivenUp) return false;
    await shorten(pk);
    await writes.run(pointsAtOnce, () => removeRun.run(pk));
    events.emit({
      type: 'run.changed',
      data: { runId: id, experimentId: String(experimentId), change: 'deleted' },
    });
    return true;
  };

  const removeExperiments = async (untilMs: number): Promise<number> => {
    let removed = 0;
    for (const { id } of deletedExperiments.all(untilMs)) {
      try {
        await writes.run(1, () => {
          removeSources.run(id);
          removeExperiment.run(id);
        });
        removed += 1;
      } catch (thrown) {
        // Something that is not a run, a logged model or a trace, still belongs to it.
        if (sqliteCode(thrown) !== 'SQLITE_CONSTRAINT_FOREIGNKEY') throw thrown;
      }
    }
    return removed;
  };

  return {
    async purgeDeleted({ deletedUntilMs, dryRun = false }) {
      const purged: Purged = { runs: 0, experiments: 0, keptRuns: 0 };
      for (let after = 0; ; ) {
        const rows = deletedAfter.all(deletedUntilMs, after, runsAtOnce);
        for (const row of rows) {
          after = row.pk;
          if (isInUse(row.id)) purged.keptRuns += 1;
          else if (dryRun || (await removeOne(row, deletedUntilMs))) purged.runs += 1;
        }
        if (rows.length < runsAtOnce) break;
        await new Promise(setImmediate);
      }
      if (!dryRun) purged.experiments = await removeExperiments(deletedUntilMs);
      return purged;
    },
  };
}
