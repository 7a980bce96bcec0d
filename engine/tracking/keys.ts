import { sql } from 'kysely';
import type { Store } from '../store/index.ts';
import { experimentNumber } from './experiments.ts';
import type { TrackingService } from './tracking-service.ts';

/** Of one experiment, the keys of its newest runs stand for all: reading a hundred thousand runs would take too long. */
const runsLookedAt = 2000;

/**
 * Key names in use, sorted. Over all experiments: one index seek a name. Within one: the keys of its newest 2,000 runs.
 * `prefix` minds no case.
 */
export function createKeyReader({ db }: Pick<Store, 'db'>): TrackingService['keys'] {
  return async ({ experimentId, prefix = '', limit }) => {
    const startsRight = sql<boolean>`assay_fold(substr(keys.name, 1, length(${prefix}))) = assay_fold(${prefix})`;
    const names = async (table: string): Promise<string[]> => {
      const inUse =
        experimentId === undefined
          ? sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(table)} AS entry WHERE entry.key_id = keys.id)`
          : sql<boolean>`keys.id IN (SELECT entry.key_id FROM
              (SELECT pk FROM runs WHERE experiment_id = ${experimentNumber(experimentId)} AND lifecycle = 'active'
               ORDER BY started_at_ms DESC LIMIT ${runsLookedAt}) AS newest
              CROSS JOIN ${sql.table(table)} AS entry ON entry.run_pk = newest.pk)`;
      const rows = await db
        .selectFrom('keys')
        .select('name')
        .where(startsRight)
        .where(inUse)
        .orderBy('name')
        .limit(limit)
        .execute();
      return rows.map((row) => row.name);
    };
    return {
      metrics: await names('metric_latest'),
      params: await names('run_params'),
      tags: await names('run_tags'),
    };
  };
}

/** Distinct values of a key, each found by one seek behind the one before, however many runs share it. */
export function createValueReader({ db }: Pick<Store, 'db'>): TrackingService['values'] {
  return async ({ family, key, prefix, limit }) => {
    const table = sql.table(family === 'params' ? 'run_params' : 'run_tags');
    const ofKey = sql`key_id = (SELECT id FROM keys WHERE name = ${key})`;
    const beginsRight = sql`substr(value, 1, length(${prefix})) = ${prefix}`;
    const { rows } = await sql<{ value: string }>`
      WITH RECURSIVE found (value) AS (
        SELECT min(value) FROM ${table} WHERE ${ofKey} AND value >= ${prefix}
        UNION ALL
        SELECT (SELECT min(entry.value) FROM ${table} AS entry WHERE entry.${ofKey} AND entry.value > found.value)
        FROM found WHERE value IS NOT NULL AND ${beginsRight} LIMIT ${limit + 1}
      )
      SELECT value FROM found WHERE value IS NOT NULL AND ${beginsRight} LIMIT ${limit}`.execute(db);
    return rows.map((row) => row.value);
  };
}
