import type { Kysely } from 'kysely';
import { type RegisterRequest, Signature, type Tags } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type Database, isUniqueViolation } from '../store/index.ts';
import { findModel, type ModelRow } from './model-rows.ts';
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
    if (!isUniqueViolation(error, 'models.name')) throw error;
    throw new AssayError('models/name-taken', `There is a model "${name}" already`, { cause: error });
  }
}

/**
 * Adds a version with its aliases, and the model when it is new; call it in a transaction. Gives the key of the version.
 * Throws models/version-taken.
 */
export async function insertVersion(
  trx: Kysely<Database>,
  name: string,
  request: RegisterRequest,
  model: RunModel,
  nowMs: number,
): Promise<number> {
  const known = await trx.selectFrom('models').select('id').where('name', '=', name).executeTakeFirst();
  if (known === undefined) await insertModel(trx, { name, description: '', tags: {} }, nowMs);
  const owner = await findModel(trx, name);
  const existing = await trx
    .selectFrom('model_versions')
    .select(['number', 'major', 'minor', 'patch', 'signature'])
    .where('model_id', '=', owner.id)
    .orderBy('major', 'desc')
    .orderBy('minor', 'desc')
    .orderBy('patch', 'desc')
    .execute();
  const { major, minor, patch } = chooseVersion(name, existing, request, model.signature);
  const { id } = await trx
    .insertInto('model_versions')
    .values({
      model_id: owner.id,
      number: 1 + Math.max(0, ...existing.map(({ number }) => number)),
      major,
      minor,
      patch,
      digest: model.digest,
      size_bytes: model.sizeBytes,
      run_id: request.runId,
      dataset_version_id: model.datasetVersionId,
      trainer: model.trainer,
      signature: JSON.stringify(model.signature),
      metrics: JSON.stringify(model.metrics),
      card: model.card,
      description: request.description,
      tags: JSON.stringify(request.tags),
      created_at_ms: nowMs,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const alias of request.aliases) await pointAlias(trx, owner, alias, id);
  await touch(trx, owner, nowMs);
  return id;
}

/** `existing` has the highest version first. */
function chooseVersion(
  name: string,
  existing: readonly (VersionNumber & { signature: string })[],
  request: RegisterRequest,
  signature: Signature,
): VersionNumber {
  const asked = request.version === undefined ? null : parseVersion(request.version);
  if (asked === null) {
    const [highest] = existing;
    if (highest === undefined) return nextVersion(null, signature);
    const parsed: unknown = JSON.parse(highest.signature);
    return nextVersion({ version: highest, signature: Signature.parse(parsed) }, signature);
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
