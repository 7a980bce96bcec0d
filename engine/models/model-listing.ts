import { type RawBuilder, sql } from 'kysely';
import type { ListingSpec, Scope } from '../store/index.ts';

const isPrompt = sql`EXISTS (SELECT 1 FROM json_each(models.tags) AS tag WHERE tag.key = 'mlflow.prompt.is_prompt' AND lower(tag.value) = 'true')`;
const kindSql = sql`CASE WHEN ${isPrompt} THEN 'prompt' ELSE 'model' END`;

const newest = (column: string) =>
  sql`(SELECT ${sql.ref(`model_versions.${column}`)} FROM model_versions WHERE model_versions.model_id = models.id ORDER BY model_versions.number DESC LIMIT 1)`;
const aliases = sql`(SELECT json_group_object(alias, model_versions.major || '.' || model_versions.minor || '.' || model_versions.patch) FROM model_aliases JOIN model_versions ON model_versions.id = model_aliases.version_id WHERE model_aliases.model_id = models.id)`;

/** Trainer and metrics of a model are those of its newest version. */
export const modelListing: ListingSpec = {
  name: 'models',
  table: 'models',
  key: 'id',
  fields: {
    name: { type: 'string', sql: sql.ref('models.name') },
    kind: { type: 'string', sql: kindSql, values: ['model', 'prompt'] },
    description: { type: 'string', sql: sql.ref('models.description') },
    versions: {
      type: 'number',
      sql: sql`(SELECT count(*) FROM model_versions WHERE model_versions.model_id = models.id)`,
    },
    trainer: { type: 'string', sql: newest('trainer'), nullable: true },
    createdAtMs: { type: 'time', sql: sql.ref('models.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('models.updated_at_ms') },
  },
  families: {
    tags: { kind: 'json', column: sql.ref('models.tags'), type: 'string' },
    metrics: { kind: 'json', column: newest('metrics'), type: 'number' },
    aliases: { kind: 'json', column: aliases, type: 'string' },
  },
  otherFields: ['latest'],
  defaultSort: '-updatedAtMs',
  hiddenUnlessNamed: { field: 'kind', condition: sql`NOT ${isPrompt}` },
};

const versionText: RawBuilder<unknown> = sql`(model_versions.major || '.' || model_versions.minor || '.' || model_versions.patch)`;

const modelName = sql`(SELECT models.name FROM models WHERE models.id = model_versions.model_id)`;
const kindOfModel = sql`(SELECT ${kindSql} FROM models WHERE models.id = model_versions.model_id)`;
const stage = sql`CASE WHEN model_versions.status = 'archived' THEN 'archived' ELSE model_versions.stage END`;

export const versionListing: ListingSpec = {
  name: 'model-versions',
  table: 'model_versions',
  key: 'id',
  fields: {
    model: { type: 'string', sql: modelName },
    kind: { type: 'string', sql: kindOfModel, values: ['model', 'prompt'] },
    version: { type: 'string', sql: versionText },
    number: { type: 'number', sql: sql.ref('model_versions.number') },
    digest: { type: 'string', sql: sql.ref('model_versions.digest'), nullable: true },
    sizeBytes: { type: 'number', sql: sql.ref('model_versions.size_bytes'), nullable: true },
    status: { type: 'string', sql: sql.ref('model_versions.status'), values: ['ready', 'archived'] },
    stage: { type: 'string', sql: stage, values: ['none', 'staging', 'production', 'archived'] },
    source: { type: 'string', sql: sql.ref('model_versions.source'), indexed: true },
    runId: { type: 'string', sql: sql.ref('model_versions.run_id'), nullable: true, indexed: true },
    loggedModelId: { type: 'string', sql: sql.ref('model_versions.logged_model_id'), nullable: true },
    datasetVersionId: { type: 'string', sql: sql.ref('model_versions.dataset_version_id'), nullable: true },
    trainer: { type: 'string', sql: sql.ref('model_versions.trainer') },
    description: { type: 'string', sql: sql.ref('model_versions.description') },
    createdAtMs: { type: 'time', sql: sql.ref('model_versions.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('model_versions.updated_at_ms') },
  },
  families: {
    metrics: { kind: 'json', column: sql.ref('model_versions.metrics'), type: 'number' },
    tags: { kind: 'json', column: sql.ref('model_versions.tags'), type: 'string' },
  },
  otherFields: ['signature', 'card', 'aliases', 'runLink', 'deprecation'],
  defaultSort: '-number',
};

export function versionsOf(modelId: number): Scope {
  return { id: String(modelId), condition: sql`model_versions.model_id = ${modelId}` };
}
