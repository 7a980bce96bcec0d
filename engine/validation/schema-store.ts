import type { Kysely, Selectable } from 'kysely';
import {
  DataCheckSettings,
  DataSchema,
  type DataSchemaRow,
  type DataSchemaVersion,
  SchemaOrigin,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database, Store } from '../store/index.ts';

/** Schemas and settings of datasets in the database. Every function throws datasets/not-found. */
export type SchemaStore = {
  list(dataset: string): Promise<DataSchemaRow[]>;
  /** `version` null: the active one. Null when there is none. */
  find(dataset: string, version: number | null): Promise<DataSchemaVersion | null>;
  add(dataset: string, schema: NewSchema): Promise<DataSchemaVersion>;
  activate(dataset: string, version: number): Promise<void>;
  remove(dataset: string, version: number): Promise<void>;
  settings(dataset: string): Promise<DataCheckSettings>;
  setSettings(dataset: string, settings: DataCheckSettings): Promise<void>;
};

export type NewSchema = {
  schema: DataSchema;
  note: string;
  author: string;
  origin: SchemaOrigin;
  activate: boolean;
  atMs: number;
};

export function openSchemaStore(store: Store): SchemaStore {
  const { db } = store;
  return {
    async list(dataset) {
      const id = await datasetId(db, dataset);
      const rows = await db
        .selectFrom('data_schemas')
        .selectAll()
        .where('dataset_id', '=', id)
        .orderBy('version', 'desc')
        .execute();
      return rows.map((row) => {
        const { schema, ...rest } = toVersion(dataset, row);
        return { ...rest, columns: schema.columns.length, rules: countRules(schema) };
      });
    },

    async find(dataset, version) {
      const id = await datasetId(db, dataset);
      const query = db.selectFrom('data_schemas').selectAll().where('dataset_id', '=', id);
      const row = await (version === null
        ? query.where('is_active', '=', 1)
        : query.where('version', '=', version)
      ).executeTakeFirst();
      return row === undefined ? null : toVersion(dataset, row);
    },

    add: (dataset, { schema, note, author, origin, activate, atMs }) =>
      store.transaction(async (trx) => {
        const id = await datasetId(trx, dataset);
        const newest = await trx
          .selectFrom('data_schemas')
          .select('version')
          .where('dataset_id', '=', id)
          .orderBy('version', 'desc')
          .executeTakeFirst();
        if (activate)
          await trx.updateTable('data_schemas').set({ is_active: 0 }).where('dataset_id', '=', id).execute();
        const row = {
          dataset_id: id,
          version: (newest?.version ?? 0) + 1,
          is_active: activate ? (1 as const) : (0 as const),
          body: JSON.stringify(schema),
          note,
          author,
          origin,
          created_at_ms: atMs,
        };
        await trx.insertInto('data_schemas').values(row).execute();
        return toVersion(dataset, row);
      }),

    activate: (dataset, version) =>
      store.transaction(async (trx) => {
        const id = await datasetId(trx, dataset);
        await trx.updateTable('data_schemas').set({ is_active: 0 }).where('dataset_id', '=', id).execute();
        await trx
          .updateTable('data_schemas')
          .set({ is_active: 1 })
          .where('dataset_id', '=', id)
          .where('version', '=', version)
          .execute();
      }),

    async remove(dataset, version) {
      const id = await datasetId(db, dataset);
      await db
        .deleteFrom('data_schemas')
        .where('dataset_id', '=', id)
        .where('version', '=', version)
        .execute();
    },

    async settings(dataset) {
      const row = await db
        .selectFrom('data_check_settings')
        .select('settings')
        .where('dataset_id', '=', await datasetId(db, dataset))
        .executeTakeFirst();
      return DataCheckSettings.parse(row === undefined ? {} : JSON.parse(row.settings));
    },

    async setSettings(dataset, settings) {
      const values = { dataset_id: await datasetId(db, dataset), settings: JSON.stringify(settings) };
      await db
        .insertInto('data_check_settings')
        .values(values)
        .onConflict((conflict) => conflict.column('dataset_id').doUpdateSet({ settings: values.settings }))
        .execute();
    },
  };
}

export async function datasetId(db: Kysely<Database>, name: string): Promise<number> {
  const row = await db.selectFrom('datasets').select('id').where('name', '=', name).executeTakeFirst();
  if (row === undefined) throw new AssayError('datasets/not-found', `There is no dataset "${name}"`);
  return row.id;
}

export function countRules(schema: DataSchema): number {
  return schema.columns.reduce((sum, { rules }) => sum + rules.length, schema.rows.length);
}

function toVersion(
  dataset: string,
  row: Omit<Selectable<Database['data_schemas']>, 'pk' | 'dataset_id'>,
): DataSchemaVersion {
  return {
    dataset,
    version: row.version,
    isActive: row.is_active === 1,
    schema: DataSchema.parse(JSON.parse(row.body)),
    note: row.note,
    author: row.author,
    origin: SchemaOrigin.parse(row.origin),
    createdAtMs: row.created_at_ms,
  };
}
