import { type RawBuilder, sql } from 'kysely';
import type { ListingSpec, Scope } from '../store/index.ts';

export const modelListing: ListingSpec = {
  name: 'models',
  table: 'models',
  key: 'id',
  fields: {
    name: { type: 'string', sql: sql.ref('models.name') },
    description: { type: 'string', sql: sql.ref('models.description') },
    versions: {
      type: 'number',
      sql: sql`(SELECT count(*) FROM model_versions WHERE model_versions.model_id = models.id)`,
    },
    createdAtMs: { type: 'time', sql: sql.ref('models.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('models.updated_at_ms') },
  },
  families: { tags: { kind: 'json', column: sql.ref('models.tags'), type: 'string' } },
  otherFields: ['aliases', 'latest'],
  defaultSort: '-updatedAtMs',
};

const versionText: RawBuilder<unknown> = sql`(model_versions.major || '.' || model_versions.minor || '.' || model_versions.patch)`;

export const versionListing: ListingSpec = {
  name: 'model-versions',
  table: 'model_versions',
  key: 'id',
  fields: {
    version: { type: 'string', sql: versionText },
    number: { type: 'number', sql: sql.ref('model_versions.number') },
    digest: { type: 'string', sql: sql.ref('model_versions.digest') },
    sizeBytes: { type: 'number', sql: sql.ref('model_versions.size_bytes') },
    status: { type: 'string', sql: sql.ref('model_versions.status'), values: ['ready', 'archived'] },
    runId: { type: 'string', sql: sql.ref('model_versions.run_id'), nullable: true },
    datasetVersionId: { type: 'string', sql: sql.ref('model_versions.dataset_version_id'), nullable: true },
    trainer: { type: 'string', sql: sql.ref('model_versions.trainer') },
    description: { type: 'string', sql: sql.ref('model_versions.description') },
    createdAtMs: { type: 'time', sql: sql.ref('model_versions.created_at_ms') },
  },
  families: {
    metrics: { kind: 'json', column: sql.ref('model_versions.metrics'), type: 'number' },
    tags: { kind: 'json', column: sql.ref('model_versions.tags'), type: 'string' },
  },
  otherFields: ['model', 'signature', 'card', 'aliases'],
  defaultSort: '-number',
};

export function versionsOf(modelId: number): Scope {
  return { id: String(modelId), condition: sql`model_versions.model_id = ${modelId}` };
}
