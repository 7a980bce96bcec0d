import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { type Model, type ModelVersion, Signature, Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type Database, expectedNames } from '../store/index.ts';
import { formatVersion, parseVersion } from './semver.ts';

export type ModelRow = Selectable<Database['models']>;
type VersionRow = Selectable<Database['model_versions']>;

const Metrics = z.record(z.string(), z.number());

function parseJson<T>(schema: z.ZodType<T>, text: string): T {
  const parsed: unknown = JSON.parse(text);
  return schema.parse(parsed);
}

function toVersion(row: VersionRow, model: string, aliases: readonly string[]): ModelVersion {
  return {
    model,
    version: formatVersion(row),
    number: row.number,
    digest: row.digest,
    sizeBytes: row.size_bytes,
    status: row.status,
    runId: row.run_id,
    datasetVersionId: row.dataset_version_id,
    trainer: row.trainer,
    signature: parseJson(Signature, row.signature),
    metrics: parseJson(Metrics, row.metrics),
    card: row.card,
    description: row.description,
    tags: parseJson(Tags, row.tags),
    aliases: [...aliases],
    createdAtMs: row.created_at_ms,
  };
}

/** Versions by their key, with names and aliases. Cost: three queries whatever their number. */
export async function loadVersions(
  db: Kysely<Database>,
  ids: readonly number[],
): Promise<Map<number, ModelVersion>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('model_versions')
    .innerJoin('models', 'models.id', 'model_versions.model_id')
    .selectAll('model_versions')
    .select('models.name as model_name')
    .where('model_versions.id', 'in', ids)
    .execute();
  const aliases = await db
    .selectFrom('model_aliases')
    .select(['version_id', 'alias'])
    .where('version_id', 'in', ids)
    .orderBy('alias')
    .execute();
  return new Map(
    rows.map(({ model_name, ...row }) => {
      const own = aliases.filter(({ version_id }) => version_id === row.id).map(({ alias }) => alias);
      return [row.id, toVersion(row, model_name, own)];
    }),
  );
}

/** Models by their key, each with its newest version. Cost: a handful of queries whatever their number. */
export async function loadModels(db: Kysely<Database>, ids: readonly number[]): Promise<Map<number, Model>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('models').selectAll().where('id', 'in', ids).execute();
  const counts = await db
    .selectFrom('model_versions')
    .select(({ fn }) => ['model_id', fn.countAll<number>().as('versions'), fn.max('number').as('newest')])
    .where('model_id', 'in', ids)
    .groupBy('model_id')
    .execute();
  const newest = await db
    .selectFrom('model_versions')
    .select(['id', 'model_id', 'number'])
    .where('model_id', 'in', ids)
    .execute();
  const aliases = await db
    .selectFrom('model_aliases')
    .innerJoin('model_versions', 'model_versions.id', 'model_aliases.version_id')
    .select(['model_aliases.model_id', 'alias', 'major', 'minor', 'patch'])
    .where('model_aliases.model_id', 'in', ids)
    .orderBy('alias')
    .execute();
  const newestIds = new Map(
    counts.flatMap(({ model_id, newest: number }) => {
      const row = newest.find((version) => version.model_id === model_id && version.number === number);
      return row === undefined ? [] : [[model_id, row.id]];
    }),
  );
  const versions = await loadVersions(db, [...newestIds.values()]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        name: row.name,
        description: row.description,
        tags: parseJson(Tags, row.tags),
        aliases: Object.fromEntries(
          aliases
            .filter(({ model_id }) => model_id === row.id)
            .map((alias) => [alias.alias, formatVersion(alias)]),
        ),
        versions: counts.find(({ model_id }) => model_id === row.id)?.versions ?? 0,
        latest: versions.get(newestIds.get(row.id) ?? -1) ?? null,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      },
    ]),
  );
}

/** Throws models/not-found with near names. */
export async function findModel(db: Kysely<Database>, name: string): Promise<ModelRow> {
  const row = await db.selectFrom('models').selectAll().where('name', '=', name).executeTakeFirst();
  if (row !== undefined) return row;
  const known = await db
    .selectFrom('models')
    .select('name')
    .orderBy('updated_at_ms', 'desc')
    .limit(1000)
    .execute();
  const names = known.map((model) => model.name);
  const advice = names.length === 0 ? 'none is registered yet' : expectedNames(name, names.slice(0, 200));
  throw new AssayError('models/not-found', `There is no model "${name}": ${advice}`);
}

/**
 * Key of a version named `1.2.0` or `@alias`.
 * Throws models/version-not-found or models/alias-not-found with what there is.
 */
export async function findVersionId(db: Kysely<Database>, model: ModelRow, version: string): Promise<number> {
  return version.startsWith('@')
    ? findByAlias(db, model, version.slice(1))
    : findByNumber(db, model, version);
}

async function findByAlias(db: Kysely<Database>, model: ModelRow, alias: string): Promise<number> {
  const aliases = await db
    .selectFrom('model_aliases')
    .select(['alias', 'version_id'])
    .where('model_id', '=', model.id)
    .execute();
  const found = aliases.find((row) => row.alias === alias);
  if (found !== undefined) return found.version_id;
  const names = aliases.map((row) => row.alias);
  const advice = names.length === 0 ? 'it has none' : expectedNames(alias, names);
  throw new AssayError('models/alias-not-found', `"${model.name}" has no alias "${alias}": ${advice}`);
}

async function findByNumber(db: Kysely<Database>, model: ModelRow, version: string): Promise<number> {
  const wanted = parseVersion(version);
  const rows = await db
    .selectFrom('model_versions')
    .select(['id', 'major', 'minor', 'patch'])
    .where('model_id', '=', model.id)
    .orderBy('number', 'desc')
    .execute();
  const found = rows.find(
    (row) =>
      wanted !== null &&
      row.major === wanted.major &&
      row.minor === wanted.minor &&
      row.patch === wanted.patch,
  );
  if (found !== undefined) return found.id;
  const names = rows.slice(0, 10).map(formatVersion);
  const advice = names.length === 0 ? 'it has none' : `the newest are ${names.join(', ')}`;
  throw new AssayError('models/version-not-found', `"${model.name}" has no version "${version}": ${advice}`);
}

/** Key of the newest version that is not archived; of the newest when all are. Throws models/version-not-found when there is none. */
export async function newestVersionId(db: Kysely<Database>, model: ModelRow): Promise<number> {
  const row = await db
    .selectFrom('model_versions')
    .select('id')
    .where('model_id', '=', model.id)
    .orderBy('status', 'desc')
    .orderBy('number', 'desc')
    .executeTakeFirst();
  if (row !== undefined) return row.id;
  throw new AssayError('models/version-not-found', `"${model.name}" has no version yet`);
}
