import type { Selectable } from 'kysely';
import { type Experiment, type ListQuery, type Page, Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { type Database, isUniqueViolation, list, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { experimentListing, runsOfExperiment } from './experiment-listing.ts';
import type { TrackingService } from './tracking-service.ts';

type ExperimentRow = Selectable<Database['experiments']> & { runs: number };

function toExperiment(row: ExperimentRow): Experiment {
  return {
    id: String(row.id),
    name: row.name,
    description: row.description,
    tags: Tags.parse(JSON.parse(row.tags)),
    lifecycle: row.lifecycle,
    runs: row.runs,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** The integer of an experiment id as it travels. Throws experiments/not-found for what cannot be one. */
export function experimentNumber(experimentId: string): number {
  if (/^\d{1,15}$/.test(experimentId)) return Number(experimentId);
  throw experimentNotFound(experimentId);
}

export function experimentNotFound(experimentId: string): AssayError {
  return new AssayError('experiments/not-found', `There is no experiment ${experimentId}.`);
}

function nameTaken(name: string): AssayError {
  return new AssayError('experiments/name-taken', `There is an experiment named "${name}" already.`, {
    problems: [{ path: '/name', message: 'is taken' }],
  });
}

type ExperimentMethods = Pick<
  TrackingService,
  | 'listExperiments'
  | 'createExperiment'
  | 'getExperiment'
  | 'findExperimentByName'
  | 'updateExperiment'
  | 'deleteExperiment'
  | 'restoreExperiment'
>;

/** The part of the tracking service that deals with experiments. */
export function experimentMethods(options: {
  store: Store;
  events: EventBus;
  clock: Clock;
}): ExperimentMethods {
  const { store, events, clock } = options;
  const select = () => store.db.selectFrom('experiments').selectAll().select(runsOfExperiment.as('runs'));

  const changed = (
    id: number,
    change: 'created' | 'updated' | 'deleted' | 'restored',
    text?: string,
  ): void => {
    const link = `/experiments/${id}`;
    events.emit(
      { type: 'experiment.changed', data: { experimentId: String(id), change } },
      text === undefined ? undefined : { text, link },
    );
  };

  const get = async (experimentId: string): Promise<Experiment> => {
    const row = await select().where('id', '=', experimentNumber(experimentId)).executeTakeFirst();
    if (row === undefined) throw experimentNotFound(experimentId);
    return toExperiment(row);
  };

  const listExperiments = (query: ListQuery): Promise<Page<Experiment>> =>
    list(store.db, experimentListing, query, {
      load: async (ids) => {
        const rows = await select().where('id', 'in', ids).execute();
        return new Map(rows.map((row) => [row.id, toExperiment(row)]));
      },
    });

  /** Deletes or restores an experiment together with its runs; gives whether anything changed. */
  const setLifecycle = (id: number, lifecycle: 'active' | 'deleted', allRuns = false): Promise<boolean> =>
    store.transaction(async (trx) => {
      const row = await trx.selectFrom('experiments').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) throw experimentNotFound(String(id));
      if (row.lifecycle === lifecycle) return false;
      const nowMs = clock.nowMs();
      // The time of deletion tells the runs that went with the experiment from those deleted one by one before.
      const runs = trx.updateTable('runs').where('experiment_id', '=', id);
      if (lifecycle === 'deleted') {
        await runs.where('lifecycle', '=', 'active').set({ lifecycle, deleted_at_ms: nowMs }).execute();
      } else {
        // Those at the time 0 are being removed for good.
        const deleted = runs.where('lifecycle', '=', 'deleted').where('deleted_at_ms', '>', 0);
        const back = allRuns ? deleted : deleted.where('deleted_at_ms', '=', row.updated_at_ms);
        await back.set({ lifecycle, deleted_at_ms: null }).execute();
      }
      await trx
        .updateTable('experiments')
        .set({ lifecycle, updated_at_ms: nowMs })
        .where('id', '=', id)
        .execute();
      return true;
    });

  return {
    listExperiments,
    getExperiment: get,

    async findExperimentByName(name) {
      const row = await select().where('name', '=', name).executeTakeFirst();
      return row === undefined ? null : toExperiment(row);
    },

    async createExperiment({ name, description = '', tags = {}, artifactLocation }) {
      const nowMs = clock.nowMs();
      try {
        const { id } = await store.db
          .insertInto('experiments')
          .values({
            name,
            description,
            tags: JSON.stringify(tags),
            artifact_location: artifactLocation ?? null,
            created_at_ms: nowMs,
            updated_at_ms: nowMs,
          })
          .returning('id')
          .executeTakeFirstOrThrow();
        changed(id, 'created', `Experiment "${name}" created`);
        return await get(String(id));
      } catch (thrown) {
        throw isUniqueViolation(thrown, 'experiments.name') ? nameTaken(name) : thrown;
      }
    },

    async updateExperiment(experimentId, patch) {
      const id = experimentNumber(experimentId);
      const { lifecycle } = await get(experimentId);
      if (lifecycle === 'deleted') {
        throw new AssayError('experiments/deleted', `The experiment ${experimentId} is deleted.`);
      }
      try {
        await store.db
          .updateTable('experiments')
          .set({
            ...(patch.name === undefined ? {} : { name: patch.name }),
            ...(patch.description === undefined ? {} : { description: patch.description }),
            ...(patch.tags === undefined ? {} : { tags: JSON.stringify(patch.tags) }),
            updated_at_ms: clock.nowMs(),
          })
          .where('id', '=', id)
          .execute();
      } catch (thrown) {
        throw isUniqueViolation(thrown, 'experiments.name') ? nameTaken(patch.name ?? '') : thrown;
      }
      changed(id, 'updated');
      return get(experimentId);
    },

    async deleteExperiment(experimentId) {
      const id = experimentNumber(experimentId);
      if (await setLifecycle(id, 'deleted')) changed(id, 'deleted', `Experiment ${experimentId} deleted`);
    },

    async restoreExperiment(experimentId, options) {
      const id = experimentNumber(experimentId);
      if (await setLifecycle(id, 'active', options?.allRuns))
        changed(id, 'restored', `Experiment ${experimentId} restored`);
      return get(experimentId);
    },
  };
}
