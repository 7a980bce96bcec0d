import { sql } from 'kysely';
import type { RealNumber, Tags } from '../../local-api/contract/index.ts';
import type { ListingSpec, Store } from '../store/index.ts';
import { defaultArtifactLocation } from './experiment-records.ts';
import { fromStored } from './real-number.ts';

/** A model as a script logged it: its files are at `artifactUri`. */
export type LoggedModel = {
  id: string;
  experimentId: string;
  name: string;
  modelType: string;
  sourceRunId: string | null;
  status: 'unspecified' | 'pending' | 'ready' | 'upload-failed';
  statusMessage: string;
  lifecycle: 'active' | 'deleted';
  artifactUri: string;
  createdAtMs: number;
  updatedAtMs: number;
  params: Record<string, string>;
  tags: Tags;
  metrics: {
    key: string;
    value: RealNumber;
    step: number;
    timestampMs: number;
    runId: string;
    datasetName: string;
    datasetDigest: string;
  }[];
};

/** Reads logged models whole, at one query a table. */
export function createLoggedModelReader({ db }: Pick<Store, 'db'>) {
  const records = async (table: 'logged_model_params' | 'logged_model_tags', pks: readonly number[]) => {
    const rows = await db
      .selectFrom(table)
      .innerJoin('keys', 'keys.id', `${table}.key_id`)
      .select([`${table}.model_pk`, 'keys.name', `${table}.value`])
      .where(`${table}.model_pk`, 'in', pks)
      .orderBy('keys.name')
      .execute();
    const entries = Map.groupBy(rows, (row) => row.model_pk);
    return (pk: number): Record<string, string> =>
      Object.fromEntries((entries.get(pk) ?? []).map(({ name, value }) => [name, value]));
  };

  return async (pks: readonly number[]): Promise<Map<number, LoggedModel>> => {
    const rows = await db
      .selectFrom('logged_models')
      .innerJoin('experiments', 'experiments.id', 'logged_models.experiment_id')
      .selectAll('logged_models')
      .select('experiments.artifact_location')
      .where('logged_models.pk', 'in', pks)
      .execute();
    const [paramsOf, tagsOf] = [
      await records('logged_model_params', pks),
      await records('logged_model_tags', pks),
    ];
    const points = await db
      .selectFrom('logged_model_metrics')
      .innerJoin('keys', 'keys.id', 'logged_model_metrics.key_id')
      .selectAll('logged_model_metrics')
      .select('keys.name')
      .where('logged_model_metrics.model_pk', 'in', pks)
      .execute();
    const pointsOf = Map.groupBy(points, (point) => point.model_pk);
    return new Map(
      rows.map((row): [number, LoggedModel] => {
        const location = row.artifact_location ?? defaultArtifactLocation(row.experiment_id);
        const model: LoggedModel = {
          id: row.id,
          experimentId: String(row.experiment_id),
          name: row.name,
          modelType: row.model_type,
          sourceRunId: row.source_run_id,
          status: row.status,
          statusMessage: row.status_message,
          lifecycle: row.lifecycle,
          artifactUri: `${location}/models/${row.id}/artifacts`,
          createdAtMs: row.created_at_ms,
          updatedAtMs: row.updated_at_ms,
          params: paramsOf(row.pk),
          tags: tagsOf(row.pk),
          metrics: (pointsOf.get(row.pk) ?? []).map((point) => ({
            key: point.name,
            value: fromStored(point.value, point.is_nan),
            step: point.step,
            timestampMs: point.timestamp_ms,
            runId: point.run_id,
            datasetName: point.dataset_name,
            datasetDigest: point.dataset_digest,
          })),
        };
        return [row.pk, model];
      }),
    );
  };
}

/** How logged models are listed. Conditions on metrics look at points on these datasets, or at all without any. */
export function loggedModelListing(
  datasets: readonly { name: string; digest: string | undefined }[],
): ListingSpec {
  const column = (name: string) => sql.ref(`logged_models.${name}`);
  const onDatasets =
    datasets.length === 0
      ? sql`1`
      : sql`(${sql.join(
          datasets.map(({ name, digest }) =>
            digest === undefined
              ? sql`entry.dataset_name = ${name}`
              : sql`(entry.dataset_name = ${name} AND entry.dataset_digest = ${digest})`,
          ),
          sql` OR `,
        )})`;
  const ofKey = (key: string) => sql`entry.key_id = (SELECT id FROM keys WHERE name = ${key})`;
  return {
    name: 'logged models',
    table: 'logged_models',
    key: 'pk',
    fields: {
      id: { type: 'string', sql: column('id'), indexed: true },
      name: { type: 'string', sql: column('name'), indexed: true },
      experimentId: { type: 'decimalId', sql: column('experiment_id'), indexed: true },
      modelType: { type: 'string', sql: column('model_type') },
      sourceRunId: { type: 'string', sql: column('source_run_id'), nullable: true, indexed: true },
      status: {
        type: 'string',
        sql: column('status'),
        values: ['unspecified', 'pending', 'ready', 'upload-failed'],
      },
      lifecycle: { type: 'string', sql: column('lifecycle'), values: ['active', 'deleted'] },
      artifactUri: {
        type: 'string',
        sql: sql`(SELECT coalesce(e.artifact_location, 'mlflow-artifacts:/' || e.id) || '/models/' || logged_models.id || '/artifacts' FROM experiments AS e WHERE e.id = logged_models.experiment_id)`,
      },
      createdAtMs: { type: 'time', sql: column('created_at_ms') },
      updatedAtMs: { type: 'time', sql: column('updated_at_ms') },
    },
    families: {
      params: { kind: 'param', table: 'logged_model_params', owner: 'model_pk' },
      tags: { kind: 'tag', table: 'logged_model_tags', owner: 'model_pk' },
      metrics: {
        kind: 'many',
        table: 'logged_model_metrics',
        owner: 'model_pk',
        entry: (key) => ({
          type: 'metric',
          value: sql`entry.value`,
          isNan: sql`entry.is_nan`,
          condition: sql`${ofKey(key)} AND ${onDatasets}`,
        }),
        // The latest point, by time and then step.
        sortValue: (
          key,
        ) => sql`(SELECT iif(entry.is_nan, NULL, entry.value) FROM logged_model_metrics AS entry
          WHERE entry.model_pk = logged_models.pk AND ${ofKey(key)} AND ${onDatasets}
          ORDER BY entry.timestamp_ms DESC, entry.step DESC LIMIT 1)`,
      },
    },
    defaultSort: '-createdAtMs',
  };
}
