import { type Kysely, type Selectable, sql } from 'kysely';
import { z } from 'zod';
import { type Model, ModelVersion, Signature } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type Database, expectedNames } from '../store/index.ts';
import type { ModelDetails } from './model-registry.ts';
import { formatVersion, parseVersion } from './semver.ts';

export type ModelRow = Selectable<Database['models']>;
type VersionRow = Selectable<Database['model_versions']>;

const Metrics = z.record(z.string(), z.number());
const StoredTags = z.record(z.string(), z.string());
/** Models that carry it are prompts of MLflow's prompt registry, which is this registry. */
const promptTag = 'mlflow.prompt.is_prompt';

function kindOf(tags: Readonly<Record<string, string>>): Model['kind'] {
  return tags[promptTag]?.toLowerCase() === 'true' ? 'prompt' : 'model';
}

function parseJson<T>(schema: z.ZodType<T>, text: string): T {
  const parsed: unknown = JSON.parse(text);
  return schema.parse(parsed);
}

export function rowKind(row: ModelRow): Model['kind'] {
  return kindOf(parseJson(StoredTags, row.tags));
}

function toVersion(row: VersionRow, model: string, aliases: readonly string[]): ModelVersion {
  return {
    model,
    version: formatVersion(row),
    number: row.number,
    digest: row.digest,
    sizeBytes: row.size_bytes,
    status: row.status,
    stage: row.status === 'archived' ? 'archived' : row.stage,
    source: row.source,
    runId: row.run_id,
    runLink: row.run_link,
    loggedModelId: row.logged_model_id,
    datasetVersionId: row.dataset_version_id,
    trainer: row.trainer,
    signature: row.signature === null ? null : parseJson(Signature, row.signature),
    metrics: parseJson(Metrics, row.metrics),
    card: row.card,
    description: row.description,
    tags: parseJson(StoredTags, row.tags),
    aliases: [...aliases],
    deprecation: row.deprecation === null ? null : parseJson(ModelVersion.shape.deprecation, row.deprecation),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
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
  const aliasesOf = Map.groupBy(aliases, ({ version_id }) => version_id);
  return new Map(
    rows.map(({ model_name, ...row }) => {
      const own = (aliasesOf.get(row.id) ?? []).map(({ alias }) => alias);
      return [row.id, toVersion(row, model_name, own)];
    }),
  );
}

/** Models by their key, each with its newest version. Cost: a handful of queries whatever their number. */
export async function loadModels(db: Kysely<Database>, ids: readonly number[]): Promise<Map<number, Model>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('models').selectAll().where('id', 'in', ids).execute();
  // SQLite takes the bare columns of a group from the row that holds its maximum.
  const counts = await db
    .selectFrom('model_versions')
    .select(({ fn }) => [
      'model_id',
      'id',
      fn.countAll<number>().as('versions'),
      fn.max('number').as('newest'),
    ])
    .where('model_id', 'in', ids)
    .groupBy('model_id')
    .execute();
  const aliases = await db
    .selectFrom('model_aliases')
    .innerJoin('model_versions', 'model_versions.id', 'model_aliases.version_id')
    .select(['model_aliases.model_id', 'alias', 'major', 'minor', 'patch'])
    .where('model_aliases.model_id', 'in', ids)
    .orderBy('alias')
    .execute();
  const countOf = new Map(counts.map((count) => [count.model_id, count]));
  const aliasesOf = Map.groupBy(aliases, ({ model_id }) => model_id);
  const versions = await loadVersions(
    db,
    counts.map(({ id }) => id),
  );
  return new Map(
    rows.map((row) => {
      const tags = parseJson(StoredTags, row.tags);
      const count = countOf.get(row.id);
      const own = aliasesOf.get(row.id) ?? [];
      const model: Model = {
        name: row.name,
        kind: kindOf(tags),
        description: row.description,
        tags,
        aliases: Object.fromEntries(own.map((alias) => [alias.alias, formatVersion(alias)])),
        versions: count?.versions ?? 0,
        latest: (count === undefined ? undefined : versions.get(count.id)) ?? null,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
      };
      return [row.id, model];
    }),
  );
}

/** The newest version of each stage, and the aliases with their numbers. Cost: one index range a model. */
export async function loadDetails(
  db: Kysely<Database>,
  names: readonly string[],
): Promise<Map<string, ModelDetails>> {
  const found = new Map(
    names.map((name): [string, ModelDetails] => [name, { latestByStage: [], aliases: [] }]),
  );
  if (names.length === 0) return found;
  const stage = sql<string>`CASE WHEN model_versions.status = 'archived' THEN 'archived' ELSE stage END`;
  const rows = await db
    .selectFrom('model_versions')
    .innerJoin('models', 'models.id', 'model_versions.model_id')
    .select(({ fn }) => ['model_versions.id', fn.max('number').as('newest'), stage.as('of_stage')])
    .where('models.name', 'in', names)
    .groupBy(['model_id', 'of_stage'])
    .execute();
  const versions = await loadVersions(
    db,
    rows.map(({ id }) => id),
  );
  const aliases = await db
    .selectFrom('model_aliases')
    .innerJoin('models', 'models.id', 'model_aliases.model_id')
    .innerJoin('model_versions', 'model_versions.id', 'model_aliases.version_id')
    .select(['models.name', 'alias', 'number'])
    .where('models.name', 'in', names)
    .orderBy('alias')
    .execute();
  for (const version of versions.values()) found.get(version.model)?.latestByStage.push(version);
  for (const { name, alias, number } of aliases) found.get(name)?.aliases.push({ alias, number });
  return found;
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

/** `1.2.0`, `@alias`, or the number that MLflow's clients know a version by. */
export type VersionRef = string | number;

/**
 * Key of a version.
 * Throws models/version-not-found or models/alias-not-found with what there is.
 */
export async function findVersionId(
  db: Kysely<Database>,
  model: ModelRow,
  version: VersionRef,
): Promise<number> {
  if (typeof version === 'number') return findByCount(db, model, version);
  return version.startsWith('@')
    ? findByAlias(db, model, version.slice(1))
    : findByNumber(db, model, version);
}

async function findByCount(db: Kysely<Database>, model: ModelRow, number: number): Promise<number> {
  const row = await db
    .selectFrom('model_versions')
    .select('id')
    .where('model_id', '=', model.id)
    .where('number', '=', number)
    .executeTakeFirst();
  if (row !== undefined) return row.id;
  throw new AssayError('models/version-not-found', `"${model.name}" has no version number ${number}`);
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
