import type { RemoteState } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import { createRemoteHttp } from '../http/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import { announcePush } from './push-handler.ts';
import { findPush, type PushRow, receiptOf } from './push-rows.ts';
import type { Targets } from './targets.ts';

/** What was pushed is looked at about so often. */
const observeEveryMs = 15 * 60_000;
const observedAtOnce = 20;
const observeTimeoutMs = 30_000;

const sentences: Record<Exclude<RemoteState, 'unknown'>, string> = {
  'in-sync': 'is again as it was pushed',
  changed: 'is not as it was pushed any more',
  gone: 'is gone',
};

export type Watch = {
  /** Looks at one push now and keeps what it found. */
  observe(row: PushRow, signal: AbortSignal): Promise<PushRow>;
  /** Ids of pushes whose time has come to be tried again. */
  due(): Promise<string[]>;
  /** The newest pushes of each version that were not looked at lately. */
  stale(): Promise<PushRow[]>;
};

export function createWatch(options: {
  store: Store;
  events: Pick<EventBus, 'emit'>;
  targets: Pick<Targets, 'ready'>;
  clock: Clock;
  logger: Logger;
}): Watch {
  const { store, events, targets, clock, logger } = options;
  const { db } = store;

  const look = async (row: PushRow, signal: AbortSignal): Promise<{ state: RemoteState; detail: string }> => {
    const receipt = receiptOf(row);
    if (receipt === null || row.target_id === null)
      return { state: 'unknown', detail: 'The target was removed.' };
    const { kind, config, hidden } = await targets.ready(row.target_id);
    const ending = AbortSignal.any([signal, AbortSignal.timeout(observeTimeoutMs)]);
    const http = createRemoteHttp({ signal: ending, tries: 2 });
    try {
      const remote = await kind.open(config);
      return await remote.observe(receipt, { http, signal: ending, nowMs: () => clock.nowMs() });
    } catch (thrown) {
      signal.throwIfAborted();
      logger.debug(
        { pushId: row.id, error: withoutSecrets(messageOf(thrown), hidden) },
        'a target could not be asked',
      );
      return { state: 'unknown', detail: withoutSecrets(messageOf(thrown), hidden) };
    } finally {
      http.close();
    }
  };

  return {
    async observe(row, signal) {
      const { state, detail } = await look(row, signal);
      // Out of reach tells nothing new: what was last known stands.
      const sentence = state === 'unknown' || state === row.remote_state ? null : sentences[state];
      const values = { remote_detail: detail, ...(state === 'unknown' ? {} : { remote_state: state }) };
      await db
        .updateTable('pushes')
        .set({ ...values, observed_at_ms: clock.nowMs() })
        .where('id', '=', row.id)
        .execute();
      const now = await findPush(db, row.id);
      const text = sentence === null ? undefined : `${row.model} ${row.version} at ${row.target} ${sentence}`;
      announcePush(events, now, text);
      return now;
    },

    async due() {
      const rows = await db
        .selectFrom('pushes')
        .select('id')
        .where('state', '=', 'waiting')
        .where('next_attempt_at_ms', '<=', clock.nowMs())
        .orderBy('next_attempt_at_ms')
        .limit(observedAtOnce)
        .execute();
      return rows.map(({ id }) => id);
    },

    async stale() {
      const newest = db
        .selectFrom('pushes')
        .select(({ fn }) => fn.max('pk').as('pk'))
        .where('state', '=', 'pushed')
        .where('target_id', 'is not', null)
        .groupBy(['target_id', 'model', 'version']);
      return db
        .selectFrom('pushes')
        .selectAll()
        .where('pk', 'in', newest)
        .where('observed_at_ms', '<', clock.nowMs() - observeEveryMs)
        .orderBy('observed_at_ms')
        .limit(observedAtOnce)
        .execute();
    },
  };
}
