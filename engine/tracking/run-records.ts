import { sql } from 'kysely';
import { type Page, type Run, Tags } from '../../local-api/contract/index.ts';
import type { EventBus } from '../events/index.ts';
import { type ListingSpec, listMatching, type Store } from '../store/index.ts';
import { defaultArtifactLocation, type Search } from './experiment-records.ts';
import type { GroupCommit } from './group-commit.ts';
import { runListing } from './run-listing.ts';
import { createRunReader, runNotFound } from './run-rows.ts';
import { runDeleted } from './runs.ts';

/** A dataset that a run took, as its script described it. */
export type RunDataset = {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  context: string;
  tags: Tags;
};

/** A run with where its files are, and what it took and made. */
export type RunRecord = Run & {
  artifactUri: string;
  datasets: RunDataset[];
  modelInputs: string[];
  modelOutputs: { modelId: string; step: number }[];
};

export type DatasetSummary = { experimentId: string; name: string; digest: string; context: string };

export type RunRecords = {
  /** Errors: runs/not-found. */
  runRecord(runId: string): Promise<RunRecord>;
  /**
   * Deleted ones are among them unless the condition says otherwise. A thousand runs take some tens of milliseconds: ask for
   * some hundred at a time. Errors: request/bad-filter, request/bad-cursor.
   */
  searchRuns(search: Search): Promise<Page<RunRecord>>;
  /** Links that are there already stay as they are. Errors: runs/not-found, runs/deleted. */
  logInputs(
    runId: string,
    inputs: { datasets: readonly RunDataset[]; modelIds: readonly string[] },
  ): Promise<void>;
  logOutputs(runId: string, models: readonly { modelId: string; step: number }[]): Promise<void>;
  /** Datasets that runs of these experiments took, at most 1,000. */
  datasetSummaries(experimentIds: readonly number[]): Promise<DatasetSummary[]>;
};

/** Of the run itself, within the expression of a listing. */
const artifactUri = sql`(SELECT coalesce(e.artifact_location, 'mlflow-artifacts:/' || e.id) || '/' || runs.id || '/artifacts' FROM experiments AS e WHERE e.id = runs.experiment_id)`;

const datasetColumns = new Set(['name', 'digest', 'context']);
const listing: ListingSpec = {
  ...runListing,
  fields: { ...runListing.fields, artifactUri: { type: 'string', sql: artifactUri } },
  families: {
    ...runListing.families,
    datasets: {
      kind: 'many',
      table: 'run_inputs',
      owner: 'run_pk',
      entry: (key) =>
        datasetColumns.has(key)
          ? { type: 'string', value: sql.ref(`entry.${key}`), isNan: null, condition: null }
          : null,
      sortValue: () => null,
    },
  },
};

type Lineage = Pick<RunRecord, 'datasets' | 'modelInputs' | 'modelOutputs'>;

/** Reads what runs took and made, at one query a table. */
function createLineageReader({ db }: Pick<Store, 'db'>) {
  return async (pks: readonly number[]): Promise<Map<number, Lineage>> => {
    const found = new Map<number, Lineage>();
    const of = (pk: number): Lineage => {
      const known = found.get(pk) ?? { datasets: [], modelInputs: [], modelOutputs: [] };
      found.set(pk, known);
      return known;
    };
    const inputs = await db
      .selectFrom('run_inputs')
      .innerJoin('runs', 'runs.pk', 'run_inputs.run_pk')
      .leftJoin('source_datasets', (join) =>
        join
          .onRef('source_datasets.experiment_id', '=', 'runs.experiment_id')
          .onRef('source_datasets.name', '=', 'run_inputs.name')
          .onRef('source_datasets.digest', '=', 'run_inputs.digest'),
      )
      .selectAll('run_inputs')
      .select([
        'source_datasets.source_type',
        'source_datasets.source',
        'source_datasets.schema',
        'source_datasets.profile',
      ])
      .where('run_inputs.run_pk', 'in', pks)
      .execute();
    for (const row of inputs) {
      of(row.run_pk).datasets.push({
        name: row.name,
        digest: row.digest,
        // A dataset version of ours has no description by a script.
        sourceType: row.source_type ?? 'assay',
        source: row.source ?? JSON.stringify({ datasetVersionId: row.dataset_version_id }),
        schema: row.schema,
        profile: row.profile,
        context: row.context,
        tags: Tags.parse(JSON.parse(row.tags)),
      });
    }
    const models = await db.selectFrom('run_models').selectAll().where('run_pk', 'in', pks).execute();
    for (const { run_pk: pk, role, model_id: modelId, step } of models) {
      if (role === 'input') of(pk).modelInputs.push(modelId);
      else of(pk).modelOutputs.push({ modelId, step });
    }
    return found;
  };
}

/** The part of the tracking service by which other protocols see runs. */
export function runRecordMethods(options: {
  store: Store;
  events: EventBus;
  writes: GroupCommit;
}): RunRecords {
  const { store, events, writes } = options;
  const { db, sqlite } = store;
  const reader = createRunReader(store);
  const lineageOf = createLineageReader(store);

  const locations = async (experimentIds: readonly number[]): Promise<Map<string, string>> => {
    const rows = await db
      .selectFrom('experiments')
      .select(['id', 'artifact_location'])
      .where('id', 'in', experimentIds)
      .execute();
    return new Map(
      rows.map((row) => [String(row.id), row.artifact_location ?? defaultArtifactLocation(row.id)]),
    );
  };

  const load = async (pks: readonly number[]): Promise<Map<number, RunRecord>> => {
    const runs = await reader.runs(pks);
    const experimentIds = new Set([...runs.values()].map((run) => Number(run.experimentId)));
    const [lineage, places] = [await lineageOf(pks), await locations([...experimentIds])];
    return new Map(
      [...runs].map(([pk, run]) => {
        const { datasets = [], modelInputs = [], modelOutputs = [] } = lineage.get(pk) ?? {};
        const place = places.get(run.experimentId) ?? defaultArtifactLocation(run.experimentId);
        return [
          pk,
          { ...run, artifactUri: `${place}/${run.id}/artifacts`, datasets, modelInputs, modelOutputs },
        ];
      }),
    );
  };

  const headOf = sqlite.prepare<[string], { pk: number; experimentId: number; lifecycle: string }>(
    'SELECT pk, experiment_id AS experimentId, lifecycle FROM runs WHERE id = ?',
  );
  const insertDataset = sqlite.prepare(
    `INSERT INTO source_datasets (experiment_id, name, digest, source_type, source, schema, profile)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  // One link a run and dataset: the first context stays.
  const insertInput = sqlite.prepare(
    `INSERT INTO run_inputs (run_pk, name, digest, context, dataset_version_id, tags)
     SELECT @pk, @name, @digest, @context, NULL, @tags
     WHERE NOT EXISTS (SELECT 1 FROM run_inputs WHERE run_pk = @pk AND name = @name AND digest = @digest)`,
  );
  const insertModel = sqlite.prepare(
    'INSERT INTO run_models (run_pk, role, model_id, step) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );

  const activeRun = (runId: string): { pk: number; experimentId: number } => {
    const run = headOf.get(runId);
    if (run === undefined) throw runNotFound([runId]);
    if (run.lifecycle === 'deleted') throw runDeleted(runId);
    return run;
  };
  const edit = async (
    runId: string,
    weight: number,
    work: (run: { pk: number; experimentId: number }) => void,
  ) => {
    const experimentId = await writes.run(weight, () => {
      const run = activeRun(runId);
      work(run);
      return run.experimentId;
    });
    events.emit({
      type: 'run.changed',
      data: { runId, experimentId: String(experimentId), change: 'updated' },
    });
  };

  return {
    async runRecord(runId) {
      const pk = headOf.get(runId)?.pk;
      const run = pk === undefined ? undefined : (await load([pk])).get(pk);
      if (run === undefined) throw runNotFound([runId]);
      return run;
    },

    searchRuns: (search) => listMatching(db, listing, search, load),

    logInputs: (runId, { datasets, modelIds }) =>
      edit(runId, 1 + datasets.length + modelIds.length, ({ pk, experimentId }) => {
        for (const { name, digest, sourceType, source, schema, profile, context, tags } of datasets) {
          insertDataset.run(experimentId, name, digest, sourceType, source, schema, profile);
          insertInput.run({ pk, name, digest, context, tags: JSON.stringify(tags) });
        }
        for (const modelId of modelIds) insertModel.run(pk, 'input', modelId, 0);
      }),

    logOutputs: (runId, models) =>
      edit(runId, 1 + models.length, ({ pk }) => {
        for (const { modelId, step } of models) insertModel.run(pk, 'output', modelId, step);
      }),

    async datasetSummaries(experimentIds) {
      const rows = await db
        .selectFrom('run_inputs')
        .innerJoin('runs', 'runs.pk', 'run_inputs.run_pk')
        .select(['runs.experiment_id', 'run_inputs.name', 'run_inputs.digest', 'run_inputs.context'])
        .distinct()
        .where('runs.experiment_id', 'in', experimentIds)
        .limit(1000)
        .execute();
      return rows.map(({ experiment_id: id, name, digest, context }) => ({
        experimentId: String(id),
        name,
        digest,
        context,
      }));
    },
  };
}
