import type { Kysely } from 'kysely';
import { Signature, type Tags, type VersionProposal } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type Database, isUniqueViolation, type Store } from '../store/index.ts';
import { findModel, type ModelRow } from './model-rows.ts';
import { awaitPromotion } from './releases/awaited-promotions.ts';
import { refuseEnvironmentAliases } from './releases/guards.ts';
import type { RunModel } from './run-model.ts';
import { formatVersion, nextVersion, parseVersion, type VersionNumber } from './semver.ts';

/** Gives the key of the new model. Throws models/name-taken. */
export async function insertModel(
  db: Kysely<Database>,
  { name, description, tags }: { name: string; description: string; tags: Tags },
  nowMs: number,
): Promise<number> {
  try {
    const { id } = await db
      .insertInto('models')
      .values({ name, description, tags: JSON.stringify(tags), created_at_ms: nowMs, updated_at_ms: nowMs })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  } catch (error) {
    throw isUniqueViolation(error, 'models.name') ? nameTaken(name, error) : error;
  }
}

function nameTaken(name: string, cause: unknown): AssayError {
  return new AssayError('models/name-taken', `There is a model "${name}" already`, { cause });
}

/** The versions get a new time of change, too: their name changed. Throws models/name-taken. */
export async function renameModel(store: Store, id: number, name: string, nowMs: number): Promise<void> {
  try {
    await store.transaction(async (trx) => {
      await trx.updateTable('models').set({ name, updated_at_ms: nowMs }).where('id', '=', id).execute();
      await trx
        .updateTable('model_versions')
        .set({ updated_at_ms: nowMs })
        .where('model_id', '=', id)
        .execute();
    });
  } catch (error) {
    throw isUniqueViolation(error, 'models.name') ? nameTaken(name, error) : error;
  }
}

/** What is kept of a version besides its name; `version` is the next free one when left out. */
export type NewVersion = {
  version?: string | undefined;
  /** Taken when no version is asked for, unless there is a higher one by now. */
  proposal?: VersionProposal | null;
  aliases: readonly string[];
  description: string;
  tags: Tags;
  source: string;
  storageLocation: string | null;
  runId: string | null;
  runLink: string;
  loggedModelId: string | null;
  /** Null without an ONNX file. */
  model: RunModel | null;
};

/** Adds a version with its aliases to a model that exists; call it in a transaction. Throws models/version-taken. */
export async function insertVersion(
  trx: Kysely<Database>,
  owner: ModelRow,
  added: NewVersion,
  nowMs: number,
): Promise<number> {
  const { model } = added;
  const existing = await trx
    .selectFrom('model_versions')
    .select(['major', 'minor', 'patch', 'signature'])
    .where('model_id', '=', owner.id)
    .orderBy('major', 'desc')
    .orderBy('minor', 'desc')
    .orderBy('patch', 'desc')
    .execute();
  const { major, minor, patch } = chooseVersion(
    owner.name,
    existing,
    added.version,
    model?.signature ?? null,
    added.proposal ?? null,
  );
  const { last_number } = await trx
    .updateTable('models')
    .set(({ eb }) => ({ last_number: eb('last_number', '+', 1), updated_at_ms: nowMs }))
    .where('id', '=', owner.id)
    .returning('last_number')
    .executeTakeFirstOrThrow();
  const { id } = await trx
    .insertInto('model_versions')
    .values({
      model_id: owner.id,
      number: last_number,
      major,
      minor,
      patch,
      digest: model?.digest ?? null,
      size_bytes: model?.sizeBytes ?? null,
      source: added.source,
      storage_location: added.storageLocation,
      run_id: added.runId,
      run_link: added.runLink,
      logged_model_id: added.loggedModelId,
      dataset_version_id: model?.datasetVersionId ?? null,
      trainer: model?.trainer ?? '',
      signature: model === null ? null : JSON.stringify(model.signature),
      metrics: JSON.stringify(model?.metrics ?? {}),
      card: model?.card ?? '',
      description: added.description,
      tags: JSON.stringify(added.tags),
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (model !== null) await awaitPromotion(trx, owner, id);
  await refuseEnvironmentAliases(trx, owner, added.aliases);
  for (const alias of added.aliases) await pointAlias(trx, owner, alias, id);
  return id;
}

/** The model of this name, made when it is new. */
export async function modelToFill(trx: Kysely<Database>, name: string, nowMs: number): Promise<ModelRow> {
  const known = await trx.selectFrom('models').select('id').where('name', '=', name).executeTakeFirst();
  if (known === undefined) await insertModel(trx, { name, description: '', tags: {} }, nowMs);
  return findModel(trx, name);
}

/** `existing` has the highest version first. */
function chooseVersion(
  name: string,
  existing: readonly (VersionNumber & { signature: string | null })[],
  wanted: string | undefined,
  signature: Signature | null,
  proposal: VersionProposal | null,
): VersionNumber {
  const asked = wanted === undefined ? null : parseVersion(wanted);
  if (asked === null) {
    const [highest] = existing;
    const proposed = proposal === null ? null : parseVersion(proposal.version);
    const isCurrent = proposal?.comparedWith === (highest === undefined ? null : formatVersion(highest));
    if (proposed !== null && isCurrent) return proposed;
    if (highest === undefined) return nextVersion(null, signature);
    const parsed = highest.signature === null ? null : Signature.parse(JSON.parse(highest.signature));
    return nextVersion({ version: highest, signature: parsed }, signature);
  }
  const text = formatVersion(asked);
  if (existing.some((version) => formatVersion(version) === text))
    throw new AssayError('models/version-taken', `"${name}" has a version ${text} already`);
  return asked;
}

/** Points an alias at a version, wherever it pointed before. */
export async function pointAlias(
  trx: Kysely<Database>,
  model: ModelRow,
  alias: string,
  versionId: number,
): Promise<void> {
  await trx
    .insertInto('model_aliases')
    .values({ model_id: model.id, alias, version_id: versionId })
    .onConflict((conflict) => conflict.columns(['model_id', 'alias']).doUpdateSet({ version_id: versionId }))
    .execute();
}

/** Notes that something about a model changed. */
export async function touch(trx: Kysely<Database>, model: ModelRow, nowMs: number): Promise<void> {
  await trx.updateTable('models').set({ updated_at_ms: nowMs }).where('id', '=', model.id).execute();
}
