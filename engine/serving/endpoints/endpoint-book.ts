import type { Selectable } from 'kysely';
import {
  type EndpointChange,
  EndpointLimits,
  type EndpointSettings,
  RequestValidation,
  type ServingEndpoint,
} from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import { type Database, isUniqueViolation, type Store } from '../../store/index.ts';
import type { Clock } from '../../system/index.ts';
import { type CanaryState, newCanary, progressOf } from './canary.ts';

/** An endpoint in memory. `settings` are replaced, never changed; `canary` counts in place. */
export type Entry = {
  readonly id: number;
  readonly name: string;
  readonly createdAtMs: number;
  settings: EndpointSettings;
  canary: CanaryState | null;
  revision: number;
  updatedAtMs: number;
  /** Whether the canary has counted what is not written yet. */
  isCounting: boolean;
};

type ChangeRow = Selectable<Database['endpoint_changes']>;
type Change = {
  kind: EndpointChange['kind'];
  after: EndpointSettings;
  actor: string;
  reason: string;
};

export type EndpointBook = {
  all(): Promise<Entry[]>;
  find(name: string): Promise<Entry>;
  /** As `find`, for names that may be those of something else. */
  get(name: string): Promise<Entry | undefined>;
  create(name: string, change: Change): Promise<Entry>;
  /**
   * Changes an endpoint as its history tells; `make` sees the endpoint as it is when its turn has come, and null changes nothing.
   * A canary starts anew when the route has changed.
   */
  change(name: string, make: (entry: Entry) => Change | null): Promise<Entry>;
  /** Replaces the state of the canary, durable when it resolves; `make` gives null to leave it. */
  setCanary(name: string, make: (entry: Entry) => CanaryState | null): Promise<Entry>;
  /** Writes what canaries have counted. */
  saveCounts(): Promise<void>;
  delete(name: string): Promise<void>;
  changes(entry: Entry, query: { limit: number; before?: number | undefined }): Promise<EndpointChange[]>;
};

/** Endpoints with their history. Read from the database once; changes follow one another and are durable before they show. */
export function createEndpointBook(options: {
  store: Store;
  clock: Clock;
  events: Pick<EventBus, 'emit'>;
}): EndpointBook {
  const { store, clock, events } = options;
  const { db } = store;
  let loading: Promise<Map<string, Entry>> | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done;
  };
  const entries = (): Promise<Map<string, Entry>> => {
    loading ??= load(store).catch((thrown: unknown) => {
      loading = null;
      throw thrown;
    });
    return loading;
  };
  const get = async (name: string): Promise<Entry | undefined> => (await entries()).get(name);
  const find = async (name: string): Promise<Entry> => {
    const entry = await get(name);
    if (entry === undefined) throw new AssayError('endpoints/not-found', `There is no endpoint "${name}".`);
    return entry;
  };
  const tell = (endpoint: string, kind: EndpointChange['kind'], reason: string): void => {
    const told = toldAs[kind];
    events.emit(
      { type: 'endpoint.changed', data: { endpoint, change: told.change } },
      {
        text: [`${told.text} ${endpoint}`, reason].filter(Boolean).join(': '),
        link: `/endpoints/${endpoint}`,
      },
    );
  };
  const saveCanary = async (entry: Entry): Promise<void> => {
    entry.isCounting = false;
    await db
      .updateTable('serving_endpoints')
      .set({ canary: entry.canary === null ? null : JSON.stringify(entry.canary) })
      .where('id', '=', entry.id)
      .execute();
  };

  return {
    all: async () => [...(await entries()).values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    find,
    get,

    create: (name, { kind, after, actor, reason }) =>
      inTurn(async () => {
        const known = await entries();
        const nowMs = clock.nowMs();
        const canary = after.route.kind === 'canary' ? newCanary(nowMs) : null;
        const id = await store
          .transaction(async (trx) => {
            const row = await trx
              .insertInto('serving_endpoints')
              .values({
                name,
                settings: JSON.stringify(after),
                canary: canary === null ? null : JSON.stringify(canary),
                revision: 1,
                created_at_ms: nowMs,
                updated_at_ms: nowMs,
              })
              .returning('id')
              .executeTakeFirstOrThrow();
            await trx
              .insertInto('endpoint_changes')
              .values({
                endpoint_id: row.id,
                revision: 1,
                kind,
                actor,
                reason,
                before: null,
                after: JSON.stringify(after),
                at_ms: nowMs,
              })
              .execute();
            return row.id;
          })
          .catch((thrown: unknown) => {
            if (!isUniqueViolation(thrown, 'serving_endpoints.name')) throw thrown;
            throw new AssayError('endpoints/name-taken', `There is an endpoint "${name}" already.`, {
              cause: thrown,
            });
          });
        const entry: Entry = {
          id,
          name,
          settings: after,
          canary,
          revision: 1,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
          isCounting: false,
        };
        known.set(name, entry);
        tell(name, kind, reason);
        return entry;
      }),

    change: (name, make) =>
      inTurn(async () => {
        const entry = await find(name);
        const change = make(entry);
        if (change === null) return entry;
        const { kind, after, actor, reason } = change;
        const nowMs = clock.nowMs();
        const before = JSON.stringify(entry.settings);
        const isSameRoute = JSON.stringify(entry.settings.route) === JSON.stringify(after.route);
        const canary = isSameRoute ? entry.canary : after.route.kind === 'canary' ? newCanary(nowMs) : null;
        const revision = entry.revision + 1;
        await store.transaction(async (trx) => {
          await trx
            .updateTable('serving_endpoints')
            .set({
              settings: JSON.stringify(after),
              canary: canary === null ? null : JSON.stringify(canary),
              revision,
              updated_at_ms: nowMs,
            })
            .where('id', '=', entry.id)
            .execute();
          await trx
            .insertInto('endpoint_changes')
            .values({
              endpoint_id: entry.id,
              revision,
              kind,
              actor,
              reason,
              before,
              after: JSON.stringify(after),
              at_ms: nowMs,
            })
            .execute();
        });
        Object.assign(entry, { settings: after, canary, revision, updatedAtMs: nowMs });
        tell(name, kind, reason);
        return entry;
      }),

    setCanary: (name, make) =>
      inTurn(async () => {
        const entry = await find(name);
        const canary = make(entry);
        if (canary === null) return entry;
        const before = entry.canary;
        entry.canary = canary;
        try {
          await saveCanary(entry);
        } catch (thrown) {
          entry.canary = before;
          throw thrown;
        }
        events.emit({ type: 'endpoint.changed', data: { endpoint: name, change: 'step' } });
        return entry;
      }),

    saveCounts: () =>
      inTurn(async () => {
        for (const entry of (await entries()).values()) if (entry.isCounting) await saveCanary(entry);
      }),

    delete: (name) =>
      inTurn(async () => {
        const { id } = await find(name);
        await db.deleteFrom('serving_endpoints').where('id', '=', id).execute();
        (await entries()).delete(name);
        events.emit(
          { type: 'endpoint.changed', data: { endpoint: name, change: 'deleted' } },
          { text: `Deleted the endpoint ${name}`, link: '/endpoints' },
        );
      }),

    async changes({ id }, { limit, before }) {
      let query = db
        .selectFrom('endpoint_changes')
        .selectAll()
        .where('endpoint_id', '=', id)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== undefined) query = query.where('id', '<', before);
      return (await query.execute()).map(toChange);
    },
  };
}

export function toServingEndpoint(entry: Entry): ServingEndpoint {
  return {
    name: entry.name,
    ...entry.settings,
    canary: entry.canary === null ? null : progressOf(entry.canary),
    revision: entry.revision,
    createdAtMs: entry.createdAtMs,
    updatedAtMs: entry.updatedAtMs,
  };
}

const toldAs = {
  create: { change: 'created', text: 'Made the endpoint' },
  update: { change: 'updated', text: 'Changed the endpoint' },
  pause: { change: 'updated', text: 'Paused the endpoint' },
  resume: { change: 'updated', text: 'Resumed the endpoint' },
  promote: { change: 'promoted', text: 'Promoted the canary of' },
  rollback: { change: 'rolled-back', text: 'Rolled back the canary of' },
  undo: { change: 'updated', text: 'Took back the last change of' },
} as const;

async function load({ db }: Store): Promise<Map<string, Entry>> {
  const rows = await db.selectFrom('serving_endpoints').selectAll().execute();
  return new Map(
    rows.map((row) => [
      row.name,
      {
        id: row.id,
        name: row.name,
        // Written by us after it was checked, as is the canary.
        settings: readSettings(row.settings),
        canary: row.canary === null ? null : JSON.parse(row.canary),
        revision: row.revision,
        createdAtMs: row.created_at_ms,
        updatedAtMs: row.updated_at_ms,
        isCounting: false,
      },
    ]),
  );
}

/** Limits and checks came later than endpoints: those written before have the usual ones. */
function readSettings(text: string): EndpointSettings {
  return { limits: EndpointLimits.parse({}), validation: RequestValidation.parse({}), ...JSON.parse(text) };
}

function toChange(row: ChangeRow): EndpointChange {
  return {
    id: row.id,
    revision: row.revision,
    kind: row.kind,
    actor: row.actor,
    reason: row.reason,
    before: row.before === null ? null : readSettings(row.before),
    after: readSettings(row.after),
    atMs: row.at_ms,
  };
}
