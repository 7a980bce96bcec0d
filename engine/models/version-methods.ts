import type { Kysely } from 'kysely';
import type { ModelVersion, Signature } from '../../local-api/contract/index.ts';
import { withOnnx } from '../onnx/index.ts';
import { type Database, list, listMatching, quoteText, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { storedFields } from './cards/card-fields.ts';
import { changedFields, modelCardOf } from './cards/model-card.ts';
import { dropMlflowCopies, keepMlflowCopy, type MlflowCopies } from './mlflow-copy.ts';
import { versionListing, versionsOf } from './model-listing.ts';
import { checkAliases, checkName } from './model-names.ts';
import type { ModelRegistry } from './model-registry.ts';
import {
  findModel,
  findVersionId,
  loadVersions,
  type ModelRow,
  rowKind,
  type VersionRef,
} from './model-rows.ts';
import { only } from './only.ts';
import { proposeVersion } from './propose-version.ts';
import type { RegistryChanges } from './registry-changes.ts';
import { refuseReleased, refuseReleasedStage } from './releases/guards.ts';
import { datasetOfRun, openRunModel, type RunModelSources, readRunModel, recipeOfRun } from './run-model.ts';
import { insertVersion, modelToFill, type NewVersion, touch } from './write-models.ts';

type VersionMethods = Pick<
  ModelRegistry,
  | 'listVersions'
  | 'listVersionsMatching'
  | 'versionsOfRun'
  | 'register'
  | 'propose'
  | 'registerSource'
  | 'getVersion'
  | 'storageLocation'
  | 'updateVersion'
  | 'card'
  | 'updateCard'
  | 'setStage'
  | 'deleteVersion'
>;

const maxOfRun = 200;

/** The part of the registry that deals with versions. */
export function versionMethods(
  options: { store: Store; clock: Clock; changes: RegistryChanges } & RunModelSources & MlflowCopies,
): VersionMethods {
  const { store, clock, changes } = options;
  const { db } = store;
  const load = async (id: number): Promise<ModelVersion> => only(await loadVersions(db, [id]));
  const find = async (name: string, version: VersionRef) => {
    const model = await findModel(db, name);
    return { model, id: await findVersionId(db, model, version) };
  };

  /** MLflow's clients load a version of ours from a copy in their layout. */
  const keepCopy = async (modelId: number, id: number, version: ModelVersion): Promise<void> => {
    const location = await keepMlflowCopy(options, withOnnx(version), modelId);
    await db.updateTable('model_versions').set({ storage_location: location }).where('id', '=', id).execute();
  };

  const propose = async (name: string, runId: string, signature: Signature | null) => {
    const highest = await db
      .selectFrom('model_versions')
      .innerJoin('models', 'models.id', 'model_versions.model_id')
      .select(['major', 'minor', 'patch', 'model_versions.id'])
      .where('models.name', '=', name)
      .orderBy('major', 'desc')
      .orderBy('minor', 'desc')
      .orderBy('patch', 'desc')
      .executeTakeFirst();
    const datasetVersionId = await datasetOfRun(options, runId);
    const next = { signature, datasetVersionId, recipe: await recipeOfRun(options, runId) };
    if (highest === undefined) return proposeVersion(null, next);
    const before = await load(highest.id);
    const recipe = before.runId === null ? null : await recipeOfRun(options, before.runId);
    return proposeVersion({ ...before, recipe, version: highest }, next);
  };

  const add = async (
    owner: (trx: Kysely<Database>, nowMs: number) => Promise<ModelRow>,
    added: NewVersion,
  ): Promise<ModelVersion> => {
    const nowMs = clock.nowMs();
    const { model, id } = await store.transaction(async (trx) => {
      const found = await owner(trx, nowMs);
      return { model: found, id: await insertVersion(trx, found, added, nowMs) };
    });
    const version = await load(id);
    if (added.model !== null) await keepCopy(model.id, id, version);
    changes.tell(model.name, version.version, 'created', `Registered ${model.name} ${version.version}`);
    changes.detail({ name: model.name, kind: rowKind(model) }, { what: 'version-created', version });
    return version;
  };

  return {
    async listVersions(name, query) {
      const { id } = await findModel(db, name);
      return list(db, versionListing, query, { load: (ids) => loadVersions(db, ids), scope: versionsOf(id) });
    },
    listVersionsMatching: (query) => listMatching(db, versionListing, query, (ids) => loadVersions(db, ids)),

    async versionsOfRun(runId) {
      const query = { filter: `runId = ${quoteText(runId)}`, sort: '-createdAtMs', limit: maxOfRun };
      return (await list(db, versionListing, query, { load: (ids) => loadVersions(db, ids) })).items;
    },

    async register(name, request) {
      checkName(name);
      checkAliases(request.aliases);
      const model = await readRunModel(options, request.runId);
      const source = `runs:/${request.runId}/model`;
      const proposal =
        request.version === undefined ? await propose(name, request.runId, model.signature) : null;
      const place = { source, storageLocation: null, runLink: '', loggedModelId: null };
      return add((trx, nowMs) => modelToFill(trx, name, nowMs), { ...request, ...place, model, proposal });
    },
    async propose(name, runId) {
      const { signature } = await openRunModel(options, runId);
      return propose(name, runId, signature);
    },
    registerSource: (name, version) =>
      add((trx) => findModel(trx, name), { ...version, aliases: [], model: null }),

    async getVersion(name, version) {
      const { id } = await find(name, version);
      return load(id);
    },
    async storageLocation(name, version) {
      const { id } = await find(name, version);
      const row = await db
        .selectFrom('model_versions')
        .select(['source', 'storage_location'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return row.storage_location ?? row.source;
    },

    async updateVersion(name, ref, { description, card, tags, status }) {
      const { model, id } = await find(name, ref);
      const nowMs = clock.nowMs();
      await store.transaction(async (trx) => {
        if (status === 'archived') await refuseReleased(trx, model, id);
        const values = {
          ...(description === undefined ? {} : { description }),
          ...(card === undefined ? {} : { card }),
          ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
          ...(status === undefined ? {} : { status }),
          updated_at_ms: nowMs,
        };
        await trx.updateTable('model_versions').set(values).where('id', '=', id).execute();
        await touch(trx, model, nowMs);
      });
      const updated = await load(id);
      changes.tell(name, updated.version, 'updated');
      return updated;
    },

    async card(name, ref) {
      const { id } = await find(name, ref);
      const version = await load(id);
      return modelCardOf(version, await storedFields(db, id));
    },
    async updateCard(name, ref, change) {
      const { model, id } = await find(name, ref);
      const nowMs = clock.nowMs();
      await store.transaction(async (trx) => {
        const fields = changedFields(await storedFields(trx, id), change);
        const values = { card_fields: JSON.stringify(fields), updated_at_ms: nowMs };
        await trx.updateTable('model_versions').set(values).where('id', '=', id).execute();
        await touch(trx, model, nowMs);
      });
      const version = await load(id);
      changes.tell(name, version.version, 'updated');
      return modelCardOf(version, await storedFields(db, id));
    },

    async setStage(name, ref, stage, { archiveOthers }) {
      const { model, id } = await find(name, ref);
      const nowMs = clock.nowMs();
      await store.transaction(async (trx) => {
        await refuseReleasedStage(trx, model, id, stage);
        const update = () => trx.updateTable('model_versions').where('model_id', '=', model.id);
        if (archiveOthers && stage !== 'archived') {
          await update()
            .where('id', '!=', id)
            .where('stage', '=', stage)
            .where('status', '=', 'ready')
            .set({ status: 'archived', updated_at_ms: nowMs })
            .execute();
        }
        const values =
          stage === 'archived' ? { status: 'archived' as const } : { status: 'ready' as const, stage };
        await update()
          .where('id', '=', id)
          .set({ ...values, updated_at_ms: nowMs })
          .execute();
        await touch(trx, model, nowMs);
      });
      const moved = await load(id);
      changes.tell(name, moved.version, 'updated', `${name} ${moved.version} is now in stage ${stage}`);
      return moved;
    },

    async deleteVersion(name, ref) {
      const { model, id } = await find(name, ref);
      const deleted = await load(id);
      await store.transaction(async (trx) => {
        await refuseReleased(trx, model, id);
        await trx.deleteFrom('model_versions').where('id', '=', id).execute();
        await touch(trx, model, clock.nowMs());
      });
      await dropMlflowCopies(options, model.id, deleted.number);
      changes.tell(name, deleted.version, 'deleted', `Deleted ${name} ${deleted.version}`);
    },
  };
}
