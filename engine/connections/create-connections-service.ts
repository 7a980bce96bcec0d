import { type Selectable, sql } from 'kysely';
import { type Connection, TargetCheck, type TargetFinding } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { createRemoteHttp, findingOf, type RemoteContext } from '../http/index.ts';
import {
  checkSettings,
  onlyGiven,
  type PlainSettings,
  type SecretStore,
  sealedFields,
  withoutSecrets,
} from '../secrets/index.ts';
import { type Database, isUniqueViolation, type Store } from '../store/index.ts';
import type { Clock, Ids } from '../system/index.ts';
import type { ConnectionKind, WholeSettings } from './connection-kind.ts';
import { connectionKind, connectionKindInfo, connectionKinds } from './connection-kinds.ts';
import type { ConnectionsService } from './connections-service.ts';
import { asSourceFailure } from './source-failure.ts';

type ConnectionRow = Selectable<Database['connections']>;

export type ConnectionsOptions = {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  secrets: SecretStore;
  clock: Clock;
  ids: Ids;
};

const CHECK_MS = 45_000;
const MOST_ITEMS = 1000;

/** Connections over the workspace database. */
export function createConnectionsService(options: ConnectionsOptions): ConnectionsService {
  const { store, events, clock, ids } = options;
  const { db } = store;
  const secrets = sealedFields(options.secrets, 'connections');

  const findRow = (connection: string): Promise<ConnectionRow | undefined> =>
    db
      .selectFrom('connections')
      .selectAll()
      .where((where) => where.or([where('id', '=', connection), where('name', '=', connection)]))
      .executeTakeFirst();
  const find = async (connection: string): Promise<ConnectionRow> => {
    const row = await findRow(connection);
    if (row === undefined)
      throw new AssayError('connections/not-found', `There is no connection "${connection}".`);
    return row;
  };
  const present = async (row: ConnectionRow): Promise<Connection> => ({
    id: row.id,
    name: row.name,
    kind: row.kind,
    address: connectionKind(row.kind).address({
      ...configOf(row),
      ...(await secrets.read(row.id).catch(() => ({}))),
    }),
    config: configOf(row),
    secrets: await secrets.names(row.id),
    lastCheck: row.last_check === null ? null : TargetCheck.parse(JSON.parse(row.last_check)),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  });
  const tell = (
    { id: connectionId, name: connection }: Pick<ConnectionRow, 'id' | 'name'>,
    change: 'created' | 'updated' | 'deleted' | 'checked',
    text?: string,
  ) =>
    events.emit(
      { type: 'connection.changed', data: { connectionId, connection, change } },
      text === undefined ? undefined : { text, link: '/connections' },
    );
  const contextOf = (signal: AbortSignal | undefined): RemoteContext => {
    const ending = AbortSignal.any([
      ...(signal === undefined ? [] : [signal]),
      AbortSignal.timeout(CHECK_MS),
    ]);
    const http = createRemoteHttp({ signal: ending, tries: 1, idleMs: 15_000 });
    return { http, signal: ending, nowMs: () => clock.nowMs() };
  };
  const look = async (
    kind: ConnectionKind,
    settings: WholeSettings,
    hidden: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<TargetCheck> => {
    const started = performance.now();
    const context = contextOf(signal);
    let findings: TargetFinding[];
    try {
      findings = await kind.check(settings, context);
    } catch (thrown) {
      findings = [findingOf(thrown)];
    } finally {
      context.http.close();
    }
    return {
      ok: findings.every(({ level }) => level !== 'error'),
      atMs: clock.nowMs(),
      milliseconds: performance.now() - started,
      findings: findings.map((finding) => ({ ...finding, message: withoutSecrets(finding.message, hidden) })),
    };
  };
  const checked = (
    kind: ConnectionKind,
    config: PlainSettings,
    given: Record<string, string>,
  ): PlainSettings =>
    checkSettings({ schema: kind.schema, what: kind.title, code: 'connections/bad-config' }, config, given);
  const ready: ConnectionsService['ready'] = async (connection) => {
    const row = await findRow(connection);
    if (row === undefined) return null;
    const sealed = await secrets.read(row.id);
    const settings = { ...configOf(row), ...sealed };
    return { name: row.name, kind: row.kind, settings, hidden: Object.values(sealed) };
  };

  return {
    kinds: () => connectionKinds.map(connectionKindInfo),
    ready,
    async list() {
      const rows = await db.selectFrom('connections').selectAll().orderBy(sql`name COLLATE NOCASE`).execute();
      return Promise.all(rows.map(present));
    },
    get: async (connection) => present(await find(connection)),

    async create({ name, kind: kindName, config, secrets: given }) {
      const kind = connectionKind(kindName);
      const settings = checked(kind, config, onlyGiven(given));
      const nowMs = clock.nowMs();
      const row: ConnectionRow = {
        id: ids.id('conn'),
        name,
        kind: kindName,
        config: JSON.stringify(settings),
        last_check: null,
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      };
      await naming(name, () => db.insertInto('connections').values(row).execute());
      await secrets.write(row.id, given);
      tell(row, 'created', `Set up the connection ${name}`);
      return present(row);
    },

    async update(connection, { name, config, secrets: given = {} }) {
      const row = await find(connection);
      const kept = { ...(await secrets.read(row.id)), ...onlyGiven(given) };
      for (const [field, value] of Object.entries(given)) if (value === null) delete kept[field];
      const settings = checked(connectionKind(row.kind), config ?? configOf(row), kept);
      const isSame = config === undefined && Object.keys(given).length === 0;
      const patch = {
        name: name ?? row.name,
        config: JSON.stringify(settings),
        last_check: isSame ? row.last_check : null,
        updated_at_ms: clock.nowMs(),
      };
      await naming(patch.name, () =>
        db.updateTable('connections').set(patch).where('id', '=', row.id).execute(),
      );
      await secrets.write(row.id, given);
      tell({ ...row, name: patch.name }, 'updated');
      return present({ ...row, ...patch });
    },

    async delete(connection) {
      const row = await find(connection);
      await db.deleteFrom('connections').where('id', '=', row.id).execute();
      await secrets.drop(row.id);
      tell(row, 'deleted', `Removed the connection ${row.name}`);
    },

    async check(connection, signal) {
      const row = await find(connection);
      const sealed = await secrets.read(row.id);
      const kind = connectionKind(row.kind);
      const found = await look(kind, { ...configOf(row), ...sealed }, Object.values(sealed), signal);
      await db
        .updateTable('connections')
        .set({ last_check: JSON.stringify(found) })
        .where('id', '=', row.id)
        .execute();
      tell(row, 'checked');
      return found;
    },

    async test({ kind: kindName, config, secrets: given, connection }, signal) {
      const kind = connectionKind(kindName);
      const kept = connection === undefined ? {} : await secrets.read((await find(connection)).id);
      const whole: Record<string, string> = { ...kept, ...onlyGiven(given) };
      for (const [field, value] of Object.entries(given)) if (value === null) delete whole[field];
      const settings = checked(kind, config, whole);
      return look(kind, { ...settings, ...whole }, Object.values(whole), signal);
    },

    async tables(connection, prefix, signal) {
      const row = await find(connection);
      const { items } = connectionKind(row.kind);
      if (items === null) return { items: [], truncated: false };
      const sealed = await secrets.read(row.id);
      const context = contextOf(signal);
      try {
        const found = await items({ ...configOf(row), ...sealed }, prefix, MOST_ITEMS + 1, context);
        return { items: found.slice(0, MOST_ITEMS), truncated: found.length > MOST_ITEMS };
      } catch (thrown) {
        throw asSourceFailure(thrown);
      } finally {
        context.http.close();
      }
    },
  };
}

function configOf(row: ConnectionRow): PlainSettings {
  // Written by us after it was checked.
  return JSON.parse(row.config);
}

async function naming<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (thrown) {
    if (!isUniqueViolation(thrown, 'connections.name')) throw thrown;
    throw new AssayError('connections/name-taken', `There is a connection "${name}" already.`, {
      cause: thrown,
    });
  }
}
