import { type Kysely, type Selectable, sql } from 'kysely';
import { type PushTarget, TargetCheck, type TargetConfig } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { onlyGiven, type SecretStore, sealedFields } from '../secrets/index.ts';
import { type Database, isUniqueViolation, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import { targetKind } from './kinds.ts';
import type { RemotesService } from './remotes-service.ts';
import { checkConfig, type WholeConfig } from './settings-of-target.ts';
import type { TargetKind } from './target.ts';

type TargetRow = Selectable<Database['targets']>;

/** What is needed to reach a target. `hidden` are the values that must not be seen in messages. */
export type ReadyTarget = { row: TargetRow; kind: TargetKind; config: WholeConfig; hidden: string[] };

export type Targets = Pick<RemotesService, 'list' | 'get' | 'create' | 'update' | 'delete'> & {
  ready(target: string): Promise<ReadyTarget>;
  keepCheck(targetId: string, check: TargetCheck): Promise<void>;
};

export function createTargets(options: {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  secrets: SecretStore;
  clock: Clock;
  ids: Ids;
}): Targets {
  const { store, events, clock, ids } = options;
  const { db } = store;
  const secrets = sealedFields(options.secrets, 'targets');

  const find = async (target: string): Promise<TargetRow> => {
    const row = await db
      .selectFrom('targets')
      .selectAll()
      .where((where) => where.or([where('id', '=', target), where('name', '=', target)]))
      .executeTakeFirst();
    if (row === undefined) throw new AssayError('targets/not-found', `There is no target "${target}".`);
    return row;
  };
  const present = async (row: TargetRow): Promise<PushTarget> => {
    const kind = targetKind(row.kind);
    const config = configOf(row);
    return {
      id: row.id,
      name: row.name,
      kind: row.kind,
      // Secrets are no part of an address: a field that only they fill is left out.
      address: kind.address({ ...config, ...(await secrets.read(row.id).catch(() => ({}))) }),
      config,
      secrets: await secrets.names(row.id),
      lastCheck: row.last_check === null ? null : TargetCheck.parse(JSON.parse(row.last_check)),
      ...(await counts(db, row.id)),
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
    };
  };
  const tell = (
    { id: targetId, name: target }: Pick<TargetRow, 'id' | 'name'>,
    change: 'created' | 'updated' | 'deleted' | 'checked',
    text?: string,
  ) =>
    events.emit(
      { type: 'target.changed', data: { targetId, target, change } },
      text === undefined ? undefined : { text, link: '/targets' },
    );

  return {
    async list() {
      const rows = await db.selectFrom('targets').selectAll().orderBy(sql`name COLLATE NOCASE`).execute();
      return Promise.all(rows.map(present));
    },
    get: async (target) => present(await find(target)),

    async create({ name, kind: kindName, config, secrets: given }) {
      const kind = targetKind(kindName);
      const settings = checkConfig(kind, config, onlyGiven(given));
      const nowMs = clock.nowMs();
      const row: TargetRow = {
        id: ids.id('target'),
        name,
        kind: kindName,
        config: JSON.stringify(settings),
        last_check: null,
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      };
      await naming(name, () => db.insertInto('targets').values(row).execute());
      await secrets.write(row.id, given);
      tell(row, 'created', `Set up the target ${name}`);
      return present(row);
    },

    async update(target, { name, config, secrets: given = {} }) {
      const row = await find(target);
      const kind = targetKind(row.kind);
      const kept = { ...(await secrets.read(row.id)), ...onlyGiven(given) };
      for (const [field, value] of Object.entries(given)) if (value === null) delete kept[field];
      const settings = checkConfig(kind, config ?? configOf(row), kept);
      const patch = {
        name: name ?? row.name,
        config: JSON.stringify(settings),
        last_check: config === undefined && Object.keys(given).length === 0 ? row.last_check : null,
        updated_at_ms: clock.nowMs(),
      };
      await naming(patch.name, () => db.updateTable('targets').set(patch).where('id', '=', row.id).execute());
      await secrets.write(row.id, given);
      await db
        .updateTable('pushes')
        .set({ next_attempt_at_ms: clock.nowMs() })
        .where('target_id', '=', row.id)
        .where('state', '=', 'waiting')
        .execute();
      tell({ ...row, name: patch.name }, 'updated');
      return present({ ...row, ...patch });
    },

    async delete(target) {
      const row = await find(target);
      await db
        .updateTable('pushes')
        .set({ state: 'cancelled', next_attempt_at_ms: null, ended_at_ms: clock.nowMs() })
        .where('target_id', '=', row.id)
        .where('state', '=', 'waiting')
        .execute();
      await db.deleteFrom('targets').where('id', '=', row.id).execute();
      await secrets.drop(row.id);
      tell(row, 'deleted', `Removed the target ${row.name}`);
    },

    async ready(target) {
      const row = await find(target);
      const kind = targetKind(row.kind);
      const sealed = await secrets.read(row.id);
      return { row, kind, config: { ...configOf(row), ...sealed }, hidden: Object.values(sealed) };
    },

    async keepCheck(targetId, check) {
      const row = await find(targetId);
      await db
        .updateTable('targets')
        .set({ last_check: JSON.stringify(check) })
        .where('id', '=', row.id)
        .execute();
      tell(row, 'checked');
    },
  };
}

function configOf(row: TargetRow): TargetConfig {
  // Written by us after it was checked.
  return JSON.parse(row.config);
}

async function naming<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (!isUniqueViolation(thrown, 'targets.name')) throw thrown;
    throw new AssayError('targets/name-taken', `There is a target "${name}" already.`, { cause: thrown });
  }
}

async function counts(db: Kysely<Database>, targetId: string): Promise<{ pushes: number; waiting: number }> {
  const rows = await db
    .selectFrom('pushes')
    .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
    .where('target_id', '=', targetId)
    .where('state', 'in', ['pushed', 'waiting'])
    .groupBy('state')
    .execute();
  const of = (state: 'pushed' | 'waiting') => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { pushes: of('pushed'), waiting: of('waiting') };
}
