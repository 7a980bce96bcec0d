import { sql } from 'kysely';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import { checkAliases } from './model-names.ts';
import type { ModelRegistry } from './model-registry.ts';
import {
  findModel,
  findVersionId,
  loadDetails,
  loadModels,
  loadVersions,
  rowKind,
  type VersionRef,
} from './model-rows.ts';
import { only } from './only.ts';
import type { RegistryChanges } from './registry-changes.ts';
import { refuseEnvironmentAliases } from './releases/guards.ts';
import { pointAlias, touch } from './write-models.ts';

type LabelMethods = Pick<ModelRegistry, 'details' | 'setTag' | 'deleteTag' | 'setAlias' | 'deleteAlias'>;

/** The part of the registry that hangs tags and aliases on models and versions. */
export function labelMethods(options: {
  store: Store;
  clock: Clock;
  changes: RegistryChanges;
}): LabelMethods {
  const { store, clock, changes } = options;
  const { db } = store;

  /** Merges one key into the tags; null takes it away (RFC 7396). Gives the model and the number of the version. */
  const patchTag = async (name: string, ref: VersionRef | null, key: string, value: string | null) => {
    const model = await findModel(db, name);
    const tags = sql<string>`json_patch(tags, json_object(${key}, ${value}))`;
    if (ref === null) {
      await db
        .updateTable('models')
        .set({ tags, updated_at_ms: clock.nowMs() })
        .where('id', '=', model.id)
        .execute();
      changes.tell(name, null, 'updated');
      return { model: { name, kind: rowKind(model) }, number: null };
    }
    const id = await findVersionId(db, model, ref);
    await db.updateTable('model_versions').set({ tags }).where('id', '=', id).execute();
    const { version, number } = only(await loadVersions(db, [id]));
    changes.tell(name, version, 'updated');
    return { model: { name, kind: rowKind(model) }, number };
  };

  return {
    details: (names) => loadDetails(db, names),
    async setTag(name, ref, key, value) {
      const { model, number } = await patchTag(name, ref, key, value);
      changes.detail(model, { what: 'tag-set', number, key, value });
    },
    async deleteTag(name, ref, key) {
      const { model, number } = await patchTag(name, ref, key, null);
      changes.detail(model, { what: 'tag-deleted', number, key });
    },
    async setAlias(name, alias, version) {
      checkAliases([alias]);
      const model = await findModel(db, name);
      const id = await findVersionId(db, model, version);
      await store.transaction(async (trx) => {
        await refuseEnvironmentAliases(trx, model, [alias]);
        await pointAlias(trx, model, alias, id);
        await touch(trx, model, clock.nowMs());
      });
      const pointed = only(await loadVersions(db, [id]));
      changes.tell(name, pointed.version, 'alias', `${name} ${pointed.version} is now ${alias}`);
      changes.detail({ name, kind: rowKind(model) }, { what: 'alias-set', alias, number: pointed.number });
      return only(await loadModels(db, [model.id]));
    },
    async deleteAlias(name, alias) {
      const model = await findModel(db, name);
      await findVersionId(db, model, `@${alias}`);
      await store.transaction(async (trx) => {
        await refuseEnvironmentAliases(trx, model, [alias]);
        await trx
          .deleteFrom('model_aliases')
          .where('model_id', '=', model.id)
          .where('alias', '=', alias)
          .execute();
        await touch(trx, model, clock.nowMs());
      });
      changes.tell(name, null, 'alias', `${name} no longer has the alias ${alias}`);
      changes.detail({ name, kind: rowKind(model) }, { what: 'alias-deleted', alias });
    },
  };
}
