import { sql } from 'kysely';
import {
  DataValidation,
  DataValidationRow,
  DataVerdict,
  type ListQuery,
  type Page,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type ListingSpec, list, type Store } from '../store/index.ts';
import { datasetId } from './schema-store.ts';

function fromSummary(field: keyof DataValidationRow) {
  return sql`json_extract(data_validations.summary, ${sql.lit(`$.${field}`)})`;
}

/** Checks from before there were environments were of training. */
const isOfTraining = sql<boolean>`coalesce(${fromSummary('environment')}, 'training') = 'training'`;

const listing: ListingSpec = {
  name: 'data-validations',
  table: 'data_validations',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('data_validations.id'), indexed: true },
    dataset: { type: 'string', sql: fromSummary('dataset') },
    versionId: { type: 'string', sql: sql.ref('data_validations.version_id'), indexed: true },
    version: { type: 'number', sql: fromSummary('version') },
    dataName: { type: 'string', sql: fromSummary('dataName') },
    schemaVersion: { type: 'number', sql: fromSummary('schemaVersion') },
    environment: { type: 'string', sql: sql`coalesce(${fromSummary('environment')}, 'training')` },
    verdict: { type: 'string', sql: sql.ref('data_validations.verdict') },
    trigger: { type: 'string', sql: fromSummary('trigger') },
    rows: { type: 'number', sql: fromSummary('rows') },
    rules: { type: 'number', sql: fromSummary('rules') },
    failed: { type: 'number', sql: fromSummary('failed') },
    warned: { type: 'number', sql: fromSummary('warned') },
    unknown: { type: 'number', sql: fromSummary('unknown') },
    seconds: { type: 'number', sql: fromSummary('seconds') },
    createdAtMs: { type: 'time', sql: sql.ref('data_validations.created_at_ms') },
  },
  defaultSort: '-createdAtMs',
};

type Checked = DataValidationRow & { versionId: string };

/** Reports of checks in the database. */
export type ValidationStore = {
  /** Kept twice after a crash, it is still one. */
  add(validation: DataValidation): Promise<void>;
  list(query: ListQuery): Promise<Page<DataValidationRow>>;
  /** Errors: data-validations/not-found. */
  get(validationId: string): Promise<DataValidation>;
  verdicts(versionIds: readonly string[]): Promise<Pick<Checked, 'id' | 'versionId' | 'verdict'>[]>;
  /** By the rules of training. */
  newest(versionId: string): Promise<DataValidationRow | null>;
  /** The saved schema that a version was last checked by, up to a moment. */
  schemaBefore(versionId: string, atMs: number): Promise<number | null>;
  remove(validationId: string): Promise<DataValidationRow>;
};

export function openValidationStore(store: Store): ValidationStore {
  const { db } = store;
  const notFound = (id: string) =>
    new AssayError('data-validations/not-found', `There is no check of data ${id}`);
  return {
    async add(validation) {
      await db
        .insertInto('data_validations')
        .values({
          id: validation.id,
          dataset_id: await datasetId(db, validation.dataset),
          version_id: validation.versionId,
          verdict: validation.verdict,
          summary: JSON.stringify(DataValidationRow.parse(validation)),
          body: JSON.stringify(validation),
          created_at_ms: validation.createdAtMs,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    list: (query) =>
      list(db, listing, query, {
        load: async (keys) => {
          const rows = await db
            .selectFrom('data_validations')
            .select(['pk', 'summary'])
            .where('pk', 'in', keys)
            .execute();
          return new Map(rows.map((row) => [row.pk, DataValidationRow.parse(JSON.parse(row.summary))]));
        },
      }),

    async get(id) {
      const row = await db
        .selectFrom('data_validations')
        .select('body')
        .where('id', '=', id)
        .executeTakeFirst();
      if (row === undefined) throw notFound(id);
      return DataValidation.parse(JSON.parse(row.body));
    },

    async verdicts(versionIds) {
      const rows = await db
        .selectFrom('data_validations')
        .select(['id', 'version_id', 'verdict'])
        .where('pk', 'in', (query) =>
          query
            .selectFrom('data_validations')
            .select(({ fn }) => fn.max('pk').as('pk'))
            .where('version_id', 'in', [...versionIds])
            .where(isOfTraining)
            .groupBy('version_id'),
        )
        .execute();
      return rows.flatMap(({ id, version_id: versionId, verdict }) =>
        versionId === null ? [] : [{ id, versionId, verdict: DataVerdict.parse(verdict) }],
      );
    },

    async newest(versionId) {
      const row = await db
        .selectFrom('data_validations')
        .select('summary')
        .where('version_id', '=', versionId)
        .where(isOfTraining)
        .orderBy('pk', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : DataValidationRow.parse(JSON.parse(row.summary));
    },

    async schemaBefore(versionId, atMs) {
      const row = await db
        .selectFrom('data_validations')
        .select(fromSummary('schemaVersion').as('schema'))
        .where('version_id', '=', versionId)
        .where('created_at_ms', '<=', atMs)
        .where(isOfTraining)
        .where(sql<boolean>`${fromSummary('schemaVersion')} IS NOT NULL`)
        .orderBy('pk', 'desc')
        .executeTakeFirst();
      return row === undefined ? null : Number(row.schema);
    },

    async remove(id) {
      const gone = await db
        .deleteFrom('data_validations')
        .where('id', '=', id)
        .returning('summary')
        .executeTakeFirst();
      if (gone === undefined) throw notFound(id);
      return DataValidationRow.parse(JSON.parse(gone.summary));
    },
  };
}
