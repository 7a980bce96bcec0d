import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import {
  JobError,
  type ListQuery,
  type Page,
  TransformDefinition,
  TransformEnd,
  type TransformRun,
  type TransformVersion,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type Database, type ListingSpec, list, type Store } from '../store/index.ts';

export type TransformRow = Selectable<Database['transforms']>;
export type VersionRow = Selectable<Database['transform_versions']>;
export type RunRow = Selectable<Database['transform_runs']>;

export const transformListing: ListingSpec = {
  name: 'transforms',
  table: 'transforms',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('transforms.id'), indexed: true },
    name: { type: 'string', sql: sql.ref('transforms.name'), indexed: true },
    description: { type: 'string', sql: sql.ref('transforms.description') },
    auto: { type: 'boolean', sql: sql.ref('transforms.auto') },
    version: { type: 'number', sql: sql.ref('transforms.version') },
    createdAtMs: { type: 'time', sql: sql.ref('transforms.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('transforms.updated_at_ms') },
  },
  otherFields: ['definition', 'state', 'reasons', 'lastRun'],
  defaultSort: 'name',
};

const runListing: ListingSpec = {
  name: 'transform-runs',
  table: 'transform_runs',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('transform_runs.id'), indexed: true },
    version: { type: 'number', sql: sql.ref('transform_runs.version') },
    state: { type: 'string', sql: sql.ref('transform_runs.state') },
    trigger: { type: 'string', sql: sql.ref('transform_runs.trigger') },
    cached: { type: 'boolean', sql: sql.ref('transform_runs.cached') },
    jobId: { type: 'string', sql: sql.ref('transform_runs.job_id'), nullable: true },
    createdAtMs: { type: 'time', sql: sql.ref('transform_runs.created_at_ms') },
    endedAtMs: { type: 'time', sql: sql.ref('transform_runs.ended_at_ms'), nullable: true },
  },
  otherFields: ['transformId', 'transform', 'inputs', 'outputs', 'error'],
  defaultSort: '-createdAtMs',
};

const Ends = z.array(TransformEnd);

export function toRun(row: RunRow, { id, name }: Pick<TransformRow, 'id' | 'name'>): TransformRun {
  return {
    id: row.id,
    transformId: id,
    transform: name,
    version: row.version,
    state: row.state,
    trigger: row.trigger,
    cached: row.cached === 1,
    jobId: row.job_id,
    inputs: Ends.parse(JSON.parse(row.inputs)),
    outputs: Ends.parse(JSON.parse(row.outputs)),
    error: row.error === null ? null : JobError.parse(JSON.parse(row.error)),
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
  };
}

export const definitionOf = (row: Pick<VersionRow, 'definition'>): TransformDefinition =>
  TransformDefinition.parse(JSON.parse(row.definition));

/** The tables of transforms: rows in, rows out. */
export function createTransformBook(store: Store) {
  const { db } = store;
  const rowOf = async (transform: string): Promise<TransformRow> => {
    const row = await db
      .selectFrom('transforms')
      .selectAll()
      .where((eb) => eb.or([eb('id', '=', transform), eb('name', '=', transform)]))
      .executeTakeFirst();
    if (row === undefined)
      throw new AssayError('transforms/not-found', `There is no transform "${transform}".`);
    return row;
  };
  const byPk = async (pk: number): Promise<TransformRow> =>
    db.selectFrom('transforms').selectAll().where('pk', '=', pk).executeTakeFirstOrThrow();
  const versionRow = async (row: TransformRow, version: number): Promise<VersionRow> => {
    const found = await db
      .selectFrom('transform_versions')
      .selectAll()
      .where('transform_pk', '=', row.pk)
      .where('version', '=', version)
      .executeTakeFirst();
    if (found !== undefined) return found;
    throw new AssayError('transforms/version-not-found', `${row.name} has no version ${version}.`);
  };
  const runRow = async (runId: string): Promise<RunRow> => {
    const row = await db.selectFrom('transform_runs').selectAll().where('id', '=', runId).executeTakeFirst();
    if (row === undefined)
      throw new AssayError('transforms/run-not-found', `There is no run ${runId} of a transform.`);
    return row;
  };
  return {
    rowOf,
    byPk,
    versionRow,
    runRow,
    all: () => db.selectFrom('transforms').selectAll().orderBy('pk').execute(),
    byKeys: async (keys: readonly number[]) =>
      db
        .selectFrom('transforms')
        .selectAll()
        .where('pk', 'in', [...keys])
        .execute(),

    async versions(row: TransformRow): Promise<TransformVersion[]> {
      const rows = await db
        .selectFrom('transform_versions')
        .selectAll()
        .where('transform_pk', '=', row.pk)
        .orderBy('version', 'desc')
        .execute();
      return rows.map(({ version, digest, note, created_at_ms, definition }) => ({
        version,
        digest,
        definition: definitionOf({ definition }),
        note,
        createdAtMs: created_at_ms,
      }));
    },

    runs: (row: TransformRow, query: ListQuery): Promise<Page<TransformRun>> =>
      list(db, runListing, query, {
        scope: { id: String(row.pk), condition: sql`transform_runs.transform_pk = ${row.pk}` },
        load: async (keys) => {
          const rows = await db
            .selectFrom('transform_runs')
            .selectAll()
            .where('pk', 'in', [...keys])
            .execute();
          return new Map(rows.map((run) => [run.pk, toRun(run, row)]));
        },
      }),

    lastRun: (pk: number, state?: RunRow['state']): Promise<RunRow | undefined> =>
      db
        .selectFrom('transform_runs')
        .selectAll()
        .where('transform_pk', '=', pk)
        .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'succeeded'))
        .orderBy('pk', 'desc')
        .executeTakeFirst(),

    running: () => db.selectFrom('transform_runs').selectAll().where('state', '=', 'running').execute(),

    succeeded: (key: string): Promise<RunRow[]> =>
      db
        .selectFrom('transform_runs')
        .selectAll()
        .where('key', '=', key)
        .where('state', '=', 'succeeded')
        .orderBy('pk', 'desc')
        .limit(20)
        .execute(),

    addRun: (run: Omit<RunRow, 'pk'>) => db.insertInto('transform_runs').values(run).execute(),
    changeRun: (runId: string, change: Partial<Omit<RunRow, 'pk'>>) =>
      db.updateTable('transform_runs').set(change).where('id', '=', runId).execute(),
  };
}
export type TransformBook = ReturnType<typeof createTransformBook>;
