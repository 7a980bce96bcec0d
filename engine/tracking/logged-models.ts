import type { MetricPoint, Page, Problem, Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { isUniqueViolation, listMatching, numberOfText, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { Search } from './experiment-records.ts';
import { experimentNotFound, experimentNumber } from './experiments.ts';
import type { GroupCommit } from './group-commit.ts';
import type { KeyIds } from './key-ids.ts';
import { createLoggedModelReader, type LoggedModel, loggedModelListing } from './logged-model-rows.ts';
import { toStored } from './real-number.ts';
import { runName } from './run-name.ts';

/** A point that a run logged about a model; the texts are empty where no dataset was named. */
export type ModelPoint = MetricPoint & { modelId: string; datasetName: string; datasetDigest: string };

/** Restricts conditions on metrics to points on one of these datasets; a digest that is left out is any. */
export type ModelDatasets = readonly { name: string; digest: string | undefined }[];

export type LoggedModels = {
  /** Errors: experiments/not-found, experiments/deleted. */
  createLoggedModel(input: {
    experimentId: string;
    name: string | undefined;
    modelType: string;
    sourceRunId: string | null;
    params: Readonly<Record<string, string>>;
    tags: Tags;
  }): Promise<LoggedModel>;
  /** Null when there is none; a deleted one is given only when asked for. */
  loggedModel(modelId: string, options?: { deletedToo: boolean }): Promise<LoggedModel | null>;
  /** What is given changes. Errors: logged-models/not-found, also for a deleted one. */
  updateLoggedModel(
    modelId: string,
    patch: { status?: LoggedModel['status']; tags?: Tags; params?: Readonly<Record<string, string>> },
  ): Promise<void>;
  /** Gives whether the model had the tag. Errors: logged-models/not-found. */
  deleteLoggedModelTag(modelId: string, key: string): Promise<boolean>;
  /** Errors: logged-models/not-found. */
  deleteLoggedModel(modelId: string): Promise<void>;
  /** Points of models that a run logged; models that are not there are left out, repeated points change nothing. */
  logModelMetrics(runId: string, points: readonly ModelPoint[]): Promise<void>;
  /** Deleted ones are among them unless the condition says otherwise. Errors: request/bad-filter, request/bad-cursor. */
  searchLoggedModels(search: Search, datasets: ModelDatasets): Promise<Page<LoggedModel>>;
};

function notFound(modelId: string): AssayError {
  return new AssayError('logged-models/not-found', `There is no logged model ${modelId}.`);
}

/** The part of the tracking service that keeps models as scripts log them, before anybody registers one. */
export function loggedModelMethods(options: {
  store: Store;
  clock: Clock;
  ids: Ids;
  writes: GroupCommit;
  keyIds: KeyIds;
}): LoggedModels {
  const { store, clock, ids, writes, keyIds } = options;
  const { sqlite, db } = store;
  const reader = createLoggedModelReader(store);

  const pkOf = sqlite.prepare<[string], { pk: number }>(
    "SELECT pk FROM logged_models WHERE id = ? AND lifecycle = 'active'",
  );
  const experimentOf = sqlite.prepare<[number], { lifecycle: string }>(
    'SELECT lifecycle FROM experiments WHERE id = ?',
  );
  const insert = sqlite.prepare(
    `INSERT INTO logged_models (id, experiment_id, name, model_type, source_run_id, status, created_at_ms, updated_at_ms)
     VALUES (@id, @experimentId, @name, @modelType, @sourceRunId, 'pending', @nowMs, @nowMs)`,
  );
  const insertParam = sqlite.prepare(
    'INSERT INTO logged_model_params (model_pk, key_id, value, number) VALUES (?, ?, ?, ?)',
  );
  const upsertTag = sqlite.prepare(
    `INSERT INTO logged_model_tags (model_pk, key_id, value) VALUES (?, ?, ?)
     ON CONFLICT (model_pk, key_id) DO UPDATE SET value = excluded.value`,
  );
  const deleteTag = sqlite.prepare(
    'DELETE FROM logged_model_tags WHERE model_pk = ? AND key_id = (SELECT id FROM keys WHERE name = ?)',
  );
  const setStatus = sqlite.prepare('UPDATE logged_models SET status = ?, updated_at_ms = ? WHERE pk = ?');
  const setDeleted = sqlite.prepare(
    "UPDATE logged_models SET lifecycle = 'deleted', updated_at_ms = ? WHERE pk = ?",
  );
  const insertPoint = sqlite.prepare(
    `INSERT INTO logged_model_metrics (model_pk, key_id, timestamp_ms, step, value, is_nan, run_id, dataset_name, dataset_digest)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );

  const requirePk = (modelId: string): number => {
    const pk = pkOf.get(modelId)?.pk;
    if (pk === undefined) throw notFound(modelId);
    return pk;
  };
  const writeParams = (pk: number, params: Readonly<Record<string, string>>): void => {
    const problems: Problem[] = [];
    for (const [key, value] of Object.entries(params)) {
      try {
        insertParam.run(pk, keyIds.id(key), value, numberOfText(value));
      } catch (thrown) {
        if (!isUniqueViolation(thrown)) throw thrown;
        problems.push({ path: `/params/${key}`, message: 'is there already' });
      }
    }
    if (problems.length > 0) {
      throw new AssayError('runs/param-changed', 'Params of a logged model are written once.', { problems });
    }
  };
  const writeTags = (pk: number, tags: Tags): void => {
    for (const [key, value] of Object.entries(tags)) upsertTag.run(pk, keyIds.id(key), value);
  };

  return {
    async createLoggedModel({ experimentId, name, modelType, sourceRunId, params, tags }) {
      const id = `m-${ids.runId()}`;
      const number = experimentNumber(experimentId);
      const pk = await writes.run(10, () => {
        const experiment = experimentOf.get(number);
        if (experiment === undefined) throw experimentNotFound(experimentId);
        if (experiment.lifecycle === 'deleted') {
          throw new AssayError('experiments/deleted', `The experiment ${experimentId} is deleted.`);
        }
        const nowMs = clock.nowMs();
        const values = {
          id,
          experimentId: number,
          name: name ?? runName(id.slice(2)),
          modelType,
          sourceRunId,
          nowMs,
        };
        const made = Number(insert.run(values).lastInsertRowid);
        writeParams(made, params);
        writeTags(made, tags);
        return made;
      });
      const model = (await reader([pk])).get(pk);
      if (model === undefined) throw notFound(id);
      return model;
    },

    async loggedModel(modelId, { deletedToo } = { deletedToo: false }) {
      const row = await db
        .selectFrom('logged_models')
        .select(['pk', 'lifecycle'])
        .where('id', '=', modelId)
        .executeTakeFirst();
      if (row === undefined || (row.lifecycle === 'deleted' && !deletedToo)) return null;
      return (await reader([row.pk])).get(row.pk) ?? null;
    },

    updateLoggedModel: (modelId, { status, tags = {}, params = {} }) =>
      writes.run(5, () => {
        const pk = requirePk(modelId);
        if (status !== undefined) setStatus.run(status, clock.nowMs(), pk);
        writeParams(pk, params);
        writeTags(pk, tags);
      }),

    deleteLoggedModelTag: (modelId, key) =>
      writes.run(1, () => deleteTag.run(requirePk(modelId), key).changes > 0),

    deleteLoggedModel: (modelId) =>
      writes.run(1, () => {
        setDeleted.run(clock.nowMs(), requirePk(modelId));
      }),

    logModelMetrics: (runId, points) =>
      writes.run(points.length, () => {
        for (const { modelId, key, value: real, step, timestampMs, datasetName, datasetDigest } of points) {
          const pk = pkOf.get(modelId)?.pk;
          if (pk === undefined) continue;
          const { value, isNan } = toStored(real);
          const atMs = timestampMs ?? clock.nowMs();
          insertPoint.run(pk, keyIds.id(key), atMs, step, value, isNan, runId, datasetName, datasetDigest);
        }
      }),

    searchLoggedModels: (search, datasets) => listMatching(db, loggedModelListing(datasets), search, reader),
  };
}
