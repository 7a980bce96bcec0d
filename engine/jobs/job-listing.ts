import { sql } from 'kysely';
import { JobKind, JobState } from '../../local-api/contract/index.ts';
import type { ListingSpec } from '../store/index.ts';

/** What jobs can be filtered and sorted by. */
export const jobListing: ListingSpec = {
  name: 'jobs',
  table: 'jobs',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('jobs.id'), indexed: true },
    kind: { type: 'string', sql: sql.ref('jobs.kind'), values: JobKind.options },
    title: { type: 'string', sql: sql.ref('jobs.title') },
    state: { type: 'string', sql: sql.ref('jobs.state'), values: JobState.options, indexed: true },
    priority: { type: 'number', sql: sql.ref('jobs.priority') },
    attempt: { type: 'number', sql: sql.ref('jobs.attempt') },
    maxAttempts: { type: 'number', sql: sql.ref('jobs.max_attempts') },
    parentId: { type: 'string', sql: sql.ref('jobs.parent_id'), nullable: true, indexed: true },
    runId: { type: 'string', sql: sql.ref('jobs.run_id'), nullable: true, indexed: true },
    createdAtMs: { type: 'time', sql: sql.ref('jobs.created_at_ms') },
    startedAtMs: { type: 'time', sql: sql.ref('jobs.started_at_ms'), nullable: true },
    endedAtMs: { type: 'time', sql: sql.ref('jobs.ended_at_ms'), nullable: true },
  },
  otherFields: ['progress', 'input', 'result', 'error'],
  defaultSort: '-createdAtMs',
};
