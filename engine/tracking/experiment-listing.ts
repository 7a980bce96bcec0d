import { sql } from 'kysely';
import type { ListingSpec } from '../store/index.ts';

export const runsOfExperiment = sql<number>`(SELECT count(*) FROM runs WHERE runs.experiment_id = experiments.id AND runs.lifecycle = 'active')`;

export const experimentListing: ListingSpec = {
  name: 'experiments',
  table: 'experiments',
  key: 'id',
  fields: {
    id: { type: 'decimalId', sql: sql.ref('experiments.id') },
    name: { type: 'string', sql: sql.ref('experiments.name') },
    description: { type: 'string', sql: sql.ref('experiments.description') },
    lifecycle: { type: 'string', sql: sql.ref('experiments.lifecycle'), values: ['active', 'deleted'] },
    runs: { type: 'number', sql: runsOfExperiment },
    createdAtMs: { type: 'time', sql: sql.ref('experiments.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('experiments.updated_at_ms') },
  },
  families: { tags: { kind: 'json', column: sql.ref('experiments.tags'), type: 'string' } },
  defaultSort: '-updatedAtMs',
  hiddenUnlessNamed: { field: 'lifecycle', condition: sql`experiments.lifecycle = 'active'` },
};
