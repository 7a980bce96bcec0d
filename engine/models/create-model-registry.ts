import type { Kysely } from 'kysely';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { type Database, list, type Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { createExportHandler, submitExport } from './export/export-handler.ts';
import { modelListing, versionListing, versionsOf } from './model-listing.ts';
import { checkAliases, checkName, parseRef } from './model-names.ts';
import type { ModelRegistry } from './model-registry.ts';
import { findModel, findVersionId, loadModels, loadVersions, newestVersionId } from './model-rows.ts';
import { remembered } from './remembered.ts';
import { readRunModel } from './run-model.ts';
import { insertModel, insertVersion, pointAlias, touch } from './write-models.ts';

type ModelRegistryOptions = {
  store: Store;
  tracking: Pick<TrackingService, 'getRun' | 'findArtifact'>;
  artifacts: Pick<ArtifactStore, 'read' | 'addRoots'>;
  jobs: Pick<JobQueue, 'register' | 'submit'>;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  /** The workspace folder; exports go to its folder `exports` unless they name another. */
  dir: string;
};

/** The registry over the workspace database. Registers the handler of export jobs. */
export function createModelRegistry(options: ModelRegistryOptions): ModelRegistry {
  const { store, clock } = options;
  const { db } = store;
  const resolved = remembered(async (ref) => {
    const { name, version } = parseRef(ref);
    const model = await findModel(db, name);
    const id = version === null ? await newestVersionId(db, model) : await findVersionId(db, model, version);
    return one(await loadVersions(db, [id]));
  });
  const tell = teller(options.events, resolved.forget);
  const registry: ModelRegistry = {
    list: (query) => list(db, modelListing, query, { load: (ids) => loadModels(db, ids) }),
    async create({ name, description = '', tags = {} }) {
      checkName(name);
      const id = await insertModel(db, { name, description, tags }, clock.nowMs());
      tell(name, null, 'created', `Made room for the model ${name}`);
      return one(await loadModels(db, [id]));
    },
    async get(name) {
      const { id } = await findModel(db, name);
      return one(await loadModels(db, [id]));
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
      tell(name, null, 'updated');
      return one(await loadModels(db, [id]));
    },
    async delete(name) {
      const { id } = await findModel(db, name);
      await db.deleteFrom('models').where('id', '=', id).execute();
      tell(name, null, 'deleted', `Deleted the model ${name}`);
    },
    async listVersions(name, query) {
      const { id } = await findModel(db, name);
      return list(db, versionListing, query, { load: (ids) => loadVersions(db, ids), scope: versionsOf(id) });
    },
    async register(name, request) {
      checkName(name);
      checkAliases(request.aliases);
      const model = await readRunModel(options, request.runId);
      const id = await store.transaction((trx) => insertVersion(trx, name, request, model, clock.nowMs()));
      const version = one(await loadVersions(db, [id]));
      tell(name, version.version, 'created', `Registered ${name} ${version.version}`);
      return version;
    },
    async getVersion(name, version) {
      const model = await findModel(db, name);
      return one(await loadVersions(db, [await findVersionId(db, model, version)]));
    },
    resolve: (ref) => resolved.get(ref),
    async updateVersion(name, version, { description, card, tags, status }) {
      const model = await findModel(db, name);
      const id = await findVersionId(db, model, version);
      await store.transaction(async (trx) => {
        const values = {
          ...(description === undefined ? {} : { description }),
          ...(card === undefined ? {} : { card }),
          ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
          ...(status === undefined ? {} : { status }),
        };
        if (Object.keys(values).length > 0)
          await trx.updateTable('model_versions').set(values).where('id', '=', id).execute();
        await touch(trx, model, clock.nowMs());
      });
      const updated = one(await loadVersions(db, [id]));
      tell(name, updated.version, 'updated');
      return updated;
    },
    async deleteVersion(name, version) {
      const model = await findModel(db, name);
      const id = await findVersionId(db, model, version);
      const deleted = one(await loadVersions(db, [id]));
      await store.transaction(async (trx) => {
        await trx.deleteFrom('model_versions').where('id', '=', id).execute();
        await touch(trx, model, clock.nowMs());
      });
      tell(name, deleted.version, 'deleted', `Deleted ${name} ${deleted.version}`);
    },
    async setAlias(name, alias, version) {
      checkAliases([alias]);
      const model = await findModel(db, name);
      const id = await findVersionId(db, model, version);
      await store.transaction(async (trx) => {
        await pointAlias(trx, model, alias, id);
        await touch(trx, model, clock.nowMs());
      });
      const pointed = one(await loadVersions(db, [id]));
      tell(name, pointed.version, 'alias', `${name} ${pointed.version} is now ${alias}`);
      return one(await loadModels(db, [model.id]));
    },
    async deleteAlias(name, alias) {
      const model = await findModel(db, name);
      await findVersionId(db, model, `@${alias}`);
      await store.transaction(async (trx) => {
        await trx
          .deleteFrom('model_aliases')
          .where('model_id', '=', model.id)
          .where('alias', '=', alias)
          .execute();
        await touch(trx, model, clock.nowMs());
      });
      tell(name, null, 'alias', `${name} no longer has the alias ${alias}`);
    },
    async export(name, version, { path, overwrite }, parentJobId = null) {
      const found = await registry.getVersion(name, version);
      return submitExport(options, found, { path, overwrite }, parentJobId);
    },
  };

  options.artifacts.addRoots(() => modelDigests(db));
  options.jobs.register(
    createExportHandler({ ...options, getVersion: (name, version) => registry.getVersion(name, version) }),
  );
  return registry;
}

/** Tells of a committed change; `forget` drops what is out of date by it. */
function teller(events: Pick<EventBus, 'emit'>, forget: () => void) {
  return (
    model: string,
    version: string | null,
    change: 'created' | 'updated' | 'deleted' | 'alias',
    text?: string,
  ): void => {
    forget();
    const gone = change === 'deleted';
    const query = version === null || gone ? '' : `?version=${encodeURIComponent(version)}`;
    const link = gone && version === null ? null : `/models/${encodeURIComponent(model)}${query}`;
    events.emit(
      { type: 'model.changed', data: { model, version, change } },
      ...(text === undefined ? [] : [{ text, link }]),
    );
  };
}

/** The only item of a load by a key that was just found; it may have been deleted in between. */
function one<T>(items: Map<number, T>): T {
  const [item] = items.values();
  if (item === undefined) throw new AssayError('models/not-found', 'The model was deleted at this moment');
  return item;
}

async function* modelDigests(db: Kysely<Database>): AsyncIterable<string> {
  const rows = await db.selectFrom('model_versions').select('digest').distinct().execute();
  for (const { digest } of rows) yield digest;
}
