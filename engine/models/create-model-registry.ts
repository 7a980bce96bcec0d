import type { Kysely } from 'kysely';
import type { Model } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { withOnnx } from '../onnx/index.ts';
import { type Database, list, listMatching, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { createExportHandler, submitExport } from './export/export-handler.ts';
import { labelMethods } from './label-methods.ts';
import { dropMlflowCopies } from './mlflow-copy.ts';
import { modelListing } from './model-listing.ts';
import { checkName, parseRef } from './model-names.ts';
import type { ModelRegistry } from './model-registry.ts';
import {
  findModel,
  findVersionId,
  loadModels,
  loadVersions,
  newestVersionId,
  type VersionRef,
} from './model-rows.ts';
import { only } from './only.ts';
import { registryChanges } from './registry-changes.ts';
import { remembered } from './remembered.ts';
import { versionMethods } from './version-methods.ts';
import { insertModel, renameModel } from './write-models.ts';

type ModelRegistryOptions = {
  store: Store;
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact' | 'putFile' | 'deleteFiles'>;
  artifacts: Pick<ArtifactStore, 'read' | 'put' | 'addRoots'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  /** The workspace folder; exports go to its folder `exports` unless they name another. */
  dir: string;
  /** The environment of processes that prove models which may not end; without it they are proven in this one. */
  outside?: () => Record<string, string>;
};

/** The registry over the workspace database. Registers the handler of export jobs. */
export function createModelRegistry(options: ModelRegistryOptions): ModelRegistry {
  const { store, clock } = options;
  const { db } = store;
  const resolved = remembered(async (ref) => {
    const { name, version } = parseRef(ref);
    const model = await findModel(db, name);
    const id =
      version === null
        ? await newestVersionId(db, model)
        : await findVersionId(db, model, versionRef(version));
    return only(await loadVersions(db, [id]));
  });
  const changes = registryChanges(options.events, resolved.forget);
  const load = async (id: number): Promise<Model> => only(await loadModels(db, [id]));
  const registry: ModelRegistry = {
    ...versionMethods({ ...options, changes }),
    ...labelMethods({ store, clock, changes }),
    onChange: changes.onChange,
    aliasMoved(name, alias, to) {
      changes.tell(name, to?.version ?? null, 'alias');
      const model = { name, kind: 'model' } as const;
      if (to === null) changes.detail(model, { what: 'alias-deleted', alias });
      else changes.detail(model, { what: 'alias-set', alias, number: to.number });
    },
    versionChanged: (name, version) => changes.tell(name, version, 'updated'),
    resolve: (ref) => resolved.get(ref),
    list: (query) => list(db, modelListing, query, { load: (ids) => loadModels(db, ids) }),
    listMatching: (query) => listMatching(db, modelListing, query, (ids) => loadModels(db, ids)),

    async create({ name, description = '', tags = {} }) {
      checkName(name);
      const model = await load(await insertModel(db, { name, description, tags }, clock.nowMs()));
      changes.tell(name, null, 'created', `Made room for the ${model.kind} ${name}`);
      changes.detail(model, { what: 'model-created', description, tags });
      return model;
    },
    async get(name) {
      const { id } = await findModel(db, name);
      return load(id);
    },
    async rename(name, newName) {
      checkName(newName);
      const { id } = await findModel(db, name);
      await renameModel(store, id, newName, clock.nowMs());
      changes.tell(name, null, 'deleted');
      changes.tell(newName, null, 'created', `Renamed the model ${name} to ${newName}`);
      return load(id);
    },
    async update(name, { description, tags }) {
      const { id } = await findModel(db, name);
      await db
        .updateTable('models')
        .set({
          updated_at_ms: clock.nowMs(),
          ...(description === undefined ? {} : { description }),
          ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
        })
        .where('id', '=', id)
        .execute();
      changes.tell(name, null, 'updated');
      return load(id);
    },
    async delete(name) {
      const { id } = await findModel(db, name);
      await db.deleteFrom('models').where('id', '=', id).execute();
      await dropMlflowCopies(options, id);
      changes.tell(name, null, 'deleted', `Deleted the model ${name}`);
    },
    async export(name, version, { path, overwrite, withServer = false }, parentJobId = null) {
      const found = withOnnx(await registry.getVersion(name, version));
      return submitExport(options, found, { path, overwrite, withServer }, parentJobId);
    },
  };

  options.artifacts.addRoots(() => modelDigests(db));
  options.jobs.register(
    createExportHandler({
      ...options,
      getVersion: async (name, version) => withOnnx(await registry.getVersion(name, version)),
    }),
  );
  return registry;
}

/** In a reference text, a whole number is the count that MLflow's clients know a version by. */
function versionRef(version: string): VersionRef {
  return /^\d+$/.test(version) ? Number(version) : version;
}

async function* modelDigests(db: Kysely<Database>): AsyncIterable<string> {
  const rows = await db
    .selectFrom('model_versions')
    .select('digest')
    .distinct()
    .where('digest', 'is not', null)
    .execute();
  for (const { digest } of rows) if (digest !== null) yield digest;
}
