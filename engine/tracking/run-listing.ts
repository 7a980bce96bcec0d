import { sql } from 'kysely';
import { RunStatus } from '../../local-api/contract/index.ts';
import type { ListingSpec } from '../store/index.ts';

const experiment = { field: 'experimentId', column: 'experiment_id' };

/** What runs can be listed by. Keys are looked up in the tables that hold one row a run and key, never in the points. */
export const runListing: ListingSpec = {
  name: 'runs',
  table: 'runs',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('runs.id'), indexed: true },
    name: { type: 'string', sql: sql.ref('runs.name') },
    status: { type: 'string', sql: sql.ref('runs.status'), values: RunStatus.options, indexed: true },
    lifecycle: {
      type: 'string',
      sql: sql.ref('runs.lifecycle'),
      values: ['active', 'deleted'],
      indexed: true,
    },
    experimentId: { type: 'decimalId', sql: sql.ref('runs.experiment_id'), indexed: true },
    user: { type: 'string', sql: sql.ref('runs.user') },
    source: { type: 'string', sql: sql.ref('runs.source') },
    parentRunId: { type: 'string', sql: sql.ref('runs.parent_run_id'), nullable: true, indexed: true },
    jobId: { type: 'string', sql: sql.ref('runs.job_id'), nullable: true },
    notes: { type: 'string', sql: sql.ref('runs.notes') },
    startedAtMs: { type: 'time', sql: sql.ref('runs.started_at_ms'), ordered: true },
    endedAtMs: { type: 'time', sql: sql.ref('runs.ended_at_ms'), nullable: true },
    durationMs: { type: 'number', sql: sql`(runs.ended_at_ms - runs.started_at_ms)`, nullable: true },
  },
  families: {
    metrics: {
      kind: 'metric',
      table: 'metric_latest',
      owner: 'run_pk',
      partition: experiment,
      history: { table: 'metric_points' },
    },
    params: { kind: 'param', table: 'run_params', owner: 'run_pk' },
    tags: { kind: 'tag', table: 'run_tags', owner: 'run_pk' },
  },
  fullText: { table: 'run_text', owner: sql`rowid >> 24` },
  otherFields: ['inputs', 'childCount'],
  defaultSort: '-startedAtMs',
  hiddenUnlessNamed: {
    field: 'lifecycle',
    condition: sql`runs.lifecycle = 'active'`,
    hiddenKeys: sql`SELECT pk FROM runs WHERE lifecycle = 'deleted'`,
  },
};
