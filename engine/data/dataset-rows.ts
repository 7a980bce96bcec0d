import { type Kysely, type Selectable, sql } from 'kysely';
import {
  Column,
  type Dataset,
  type DatasetVersion,
  ReadOptions,
  Tags,
  VersionSource,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { Database, ListingSpec } from '../store/index.ts';

export const datasetListing: ListingSpec = {
  name: 'datasets',
  table: 'datasets',
  key: 'id',
  fields: {
    name: { type: 'string', sql: sql.ref('datasets.name'), indexed: true },
    description: { type: 'string', sql: sql.ref('datasets.description') },
    versions: {
      type: 'number',
      sql: sql`(SELECT count(*) FROM dataset_versions
        WHERE dataset_versions.dataset_id = datasets.id AND dataset_versions.deleted_at_ms IS NULL)`,
    },
    createdAtMs: { type: 'time', sql: sql.ref('datasets.created_at_ms') },
    updatedAtMs: { type: 'time', sql: sql.ref('datasets.updated_at_ms') },
  },
  families: { tags: { kind: 'json', column: sql.ref('datasets.tags'), type: 'string' } },
  otherFields: ['latest'],
  defaultSort: '-updatedAtMs',
};

export const versionListing: ListingSpec = {
  name: 'dataset-versions',
  table: 'dataset_versions',
  key: 'pk',
  fields: {
    id: { type: 'string', sql: sql.ref('dataset_versions.id'), indexed: true },
    version: { type: 'number', sql: sql.ref('dataset_versions.version') },
    dataset: {
      type: 'string',
      sql: sql`(SELECT datasets.name FROM datasets WHERE datasets.id = dataset_versions.dataset_id)`,
    },
    digest: { type: 'string', sql: sql.ref('dataset_versions.digest'), indexed: true },
    rows: { type: 'number', sql: sql.ref('dataset_versions.row_count') },
    sizeBytes: { type: 'number', sql: sql.ref('dataset_versions.size_bytes') },
    addedBytes: { type: 'number', sql: sql.ref('dataset_versions.added_bytes') },
    deletedAtMs: { type: 'time', sql: sql.ref('dataset_versions.deleted_at_ms') },
    sourceName: { type: 'string', sql: sql.ref('dataset_versions.source_name') },
    badRows: { type: 'number', sql: sql.ref('dataset_versions.bad_rows') },
    note: { type: 'string', sql: sql.ref('dataset_versions.note') },
    createdAtMs: { type: 'time', sql: sql.ref('dataset_versions.created_at_ms') },
  },
  families: { tags: { kind: 'json', column: sql.ref('dataset_versions.tags'), type: 'string' } },
  otherFields: ['columns', 'source', 'options', 'files', 'aliases'],
  defaultSort: '-version',
};

/** All columns but the profile, which may be megabytes. */
const versionColumns = [
  'dataset_versions.pk',
  'dataset_versions.id',
  'dataset_versions.dataset_id',
  'dataset_versions.version',
  'dataset_versions.digest',
  'dataset_versions.row_count',
  'dataset_versions.size_bytes',
  'dataset_versions.columns',
  'dataset_versions.source',
  'dataset_versions.source_name',
  'dataset_versions.options',
  'dataset_versions.bad_rows',
  'dataset_versions.note',
  'dataset_versions.tags',
  'dataset_versions.created_at_ms',
  'dataset_versions.added_bytes',
  'dataset_versions.deleted_at_ms',
  'datasets.name as dataset_name',
] as const;

type VersionRow = Omit<Selectable<Database['dataset_versions']>, 'profile'> & {
  dataset_name: string;
  files: number;
};

function toVersion(row: VersionRow, aliases: string[]): DatasetVersion {
  return {
    id: row.id,
    dataset: row.dataset_name,
    version: row.version,
    digest: row.digest,
    rows: row.row_count,
    sizeBytes: row.size_bytes,
    addedBytes: row.added_bytes,
    files: row.files,
    columns: Column.array().parse(JSON.parse(row.columns)),
    source: VersionSource.parse(JSON.parse(row.source)),
    sourceName: row.source_name,
    options: ReadOptions.parse(JSON.parse(row.options)),
    badRows: row.bad_rows,
    note: row.note,
    tags: Tags.parse(JSON.parse(row.tags)),
    aliases,
    createdAtMs: row.created_at_ms,
    deletedAtMs: row.deleted_at_ms,
  };
}

function selectVersions(db: Kysely<Database>) {
  return db
    .selectFrom('dataset_versions')
    .innerJoin('datasets', 'datasets.id', 'dataset_versions.dataset_id')
    .select(versionColumns)
    .select(
      sql<number>`(SELECT count(*) FROM snapshot_chunks
        WHERE snapshot_chunks.snapshot_digest = dataset_versions.digest)`.as('files'),
    );
}

/** The versions by the primary keys of their rows. */
async function toVersions(
  db: Kysely<Database>,
  rows: readonly VersionRow[],
): Promise<Map<number, DatasetVersion>> {
  const names = await db
    .selectFrom('dataset_aliases')
    .select(['version_pk', 'name'])
    .where(
      'version_pk',
      'in',
      rows.map((row) => row.pk),
    )
    .orderBy('name')
    .execute();
  const aliasesOf = Map.groupBy(names, (row) => row.version_pk);
  return new Map(
    rows.map((row) => [
      row.pk,
      toVersion(
        row,
        (aliasesOf.get(row.pk) ?? []).map(({ name }) => name),
      ),
    ]),
  );
}

/** Versions by primary key. */
export async function loadVersions(
  db: Kysely<Database>,
  keys: readonly number[],
): Promise<Map<number, DatasetVersion>> {
  const rows = await selectVersions(db)
    .where('dataset_versions.pk', 'in', [...keys])
    .execute();
  return toVersions(db, rows);
}

/** One that is not deleted. Errors: `datasets/version-not-found`. */
export async function loadVersion(db: Kysely<Database>, versionId: string): Promise<DatasetVersion> {
  const row = await selectVersions(db)
    .where('dataset_versions.id', '=', versionId)
    .where('dataset_versions.deleted_at_ms', 'is', null)
    .executeTakeFirst();
  const version = row === undefined ? undefined : (await toVersions(db, [row])).get(row.pk);
  if (version === undefined) throw versionNotFound(versionId);
  return version;
}

export function versionNotFound(versionId: string): AssayError {
  return new AssayError('datasets/version-not-found', `There is no dataset version ${versionId}`);
}

/** Datasets by primary key, each with its newest version: three queries, however many there are. */
export async function loadDatasets(
  db: Kysely<Database>,
  keys: readonly number[],
): Promise<Map<number, Dataset>> {
  const ids = [...keys];
  const rows = await db.selectFrom('datasets').selectAll().where('id', 'in', ids).execute();
  const counts = await db
    .selectFrom('dataset_versions')
    .select(({ fn }) => ['dataset_id', fn.countAll<number>().as('versions')])
    .where('dataset_id', 'in', ids)
    .where('deleted_at_ms', 'is', null)
    .groupBy('dataset_id')
    .execute();
  const latest = await selectVersions(db)
    .where('dataset_versions.dataset_id', 'in', ids)
    .where(({ eb, selectFrom }) =>
      eb(
        'dataset_versions.version',
        '=',
        selectFrom('dataset_versions as other')
          .select(({ fn }) => fn.max('other.version').as('newest'))
          .whereRef('other.dataset_id', '=', 'dataset_versions.dataset_id')
          .where('other.deleted_at_ms', 'is', null),
      ),
    )
    .execute();
  const newest = await toVersions(db, latest);
  const versionOf = new Map(latest.map((row) => [row.dataset_id, newest.get(row.pk)]));
  const countOf = new Map(counts.map((row) => [row.dataset_id, Number(row.versions)]));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        name: row.name,
        description: row.description,
        tags: Tags.parse(JSON.parse(row.tags)),
        versions: countOf.get(row.id) ?? 0,
        latest: versionOf.get(row.id) ?? null,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      },
    ]),
  );
}

/** Errors: `datasets/not-found`. */
export async function loadDataset(db: Kysely<Database>, name: string): Promise<Dataset> {
  const key = await datasetKey(db, name);
  const dataset = (await loadDatasets(db, [key])).get(key);
  if (dataset === undefined) throw datasetNotFound(name);
  return dataset;
}

function datasetNotFound(name: string): AssayError {
  return new AssayError('datasets/not-found', `There is no dataset "${name}"`);
}

/** A dataset whose versions are all deleted is shown nowhere. */
export const hasVersions = sql<boolean>`EXISTS (SELECT 1 FROM dataset_versions
  WHERE dataset_versions.dataset_id = datasets.id AND dataset_versions.deleted_at_ms IS NULL)`;

/** The primary key of a dataset. Errors: `datasets/not-found`. */
export async function datasetKey(db: Kysely<Database>, name: string): Promise<number> {
  const row = await db
    .selectFrom('datasets')
    .select('id')
    .where('name', '=', name)
    .where(hasVersions)
    .executeTakeFirst();
  if (row === undefined) throw datasetNotFound(name);
  return row.id;
}
