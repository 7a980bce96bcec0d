import type { EngineEvent, SentEvent } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { Store } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import { createActivityLog } from './activity-log.ts';
import type { EventBus } from './event-bus.ts';

/** Events that a client who was away can still get. */
const remembered = 10_000;
/** A run that logs all the time is told of four times a second. */
const coalescedMs = 250;

type Listener = (event: SentEvent) => void;
type MetricsLogged = Extract<EngineEvent, { type: 'metrics.logged' }>;

/** The last events, oldest first, as a ring: adding one costs the same however many were there. */
function createRing(capacity: number) {
  const slots: SentEvent[] = [];
  let next = 0;
  return {
    add(event: SentEvent): void {
      slots[next % capacity] = event;
      next += 1;
    },
    after(id: number): SentEvent[] {
      const oldestSlot = Math.max(0, next - capacity);
      const found: SentEvent[] = [];
      for (let i = next - 1; i >= oldestSlot; i -= 1) {
        const event = slots[i % capacity] as SentEvent;
        if (event.id <= id) break;
        found.push(event);
      }
      return found.reverse();
    },
    oldestId: (): number | null => slots[Math.max(0, next - capacity) % capacity]?.id ?? null,
  };
}

/**
 * Holds back `metrics.logged` of a run that was told of less than 250 ms ago, and joins the keys of what is held back.
 * Nothing is lost: the last one goes out when the time is over, or before another event of that run.
 */
function createCoalescer(send: (event: MetricsLogged) => void) {
  const windows = new Map<string, { keys: Set<string>; timer: NodeJS.Timeout }>();

  const open = (runId: string): void => {
    const timer = setTimeout(() => close(runId, true), coalescedMs);
    timer.unref();
    windows.set(runId, { keys: new Set(), timer });
  };
  const close = (runId: string, reopen: boolean): void => {
    const window = windows.get(runId);
    if (window === undefined) return;
    clearTimeout(window.timer);
    windows.delete(runId);
    if (window.keys.size === 0) return;
    if (reopen) open(runId);
    send({ type: 'metrics.logged', data: { runId, keys: [...window.keys] } });
  };

  return {
    take(event: MetricsLogged): void {
      const window = windows.get(event.data.runId);
      if (window !== undefined) {
        for (const key of event.data.keys) window.keys.add(key);
        return;
      }
      open(event.data.runId);
      send(event);
    },
    flush: (runId: string): void => close(runId, false),
    flushAll(): void {
      for (const runId of [...windows.keys()]) close(runId, false);
    },
  };
}

/**
 * The event bus of a workspace. Ids rise by one from a first one made of the time, so that an id that a client kept from
 * an engine before is older than any of this one.
 */
export function createEventBus(options: { store: Store; clock: Clock; logger: Logger }): EventBus {
  const { clock, logger } = options;
  const ring = createRing(remembered);
  const activity = createActivityLog(options);
  const listeners = new Set<Listener>();
  const firstId = clock.nowMs() * 1000;
  let lastId = firstId - 1;
  let outgoing: SentEvent[] | null = null;

  const tell = (listener: Listener, event: SentEvent): void => {
    try {
      listener(event);
    } catch (thrown) {
      logger.error({ error: messageOf(thrown), type: event.type }, 'a listener failed on an event');
    }
  };

  const send = (event: EngineEvent): void => {
    lastId += 1;
    const sent: SentEvent = { ...event, id: lastId, atMs: clock.nowMs() };
    ring.add(sent);
    // A listener may emit: what it emits comes after, for everybody.
    if (outgoing !== null) {
      outgoing.push(sent);
      return;
    }
    outgoing = [sent];
    for (const each of outgoing) for (const listener of [...listeners]) tell(listener, each);
    outgoing = null;
  };
  const coalescer = createCoalescer(send);

  return {
    emit(event, line) {
      if (event.type === 'metrics.logged') {
        coalescer.take(event);
      } else {
        if (event.type === 'run.changed') coalescer.flush(event.data.runId);
        send(event);
      }
      if (line !== undefined) activity.add({ atMs: clock.nowMs(), type: event.type, ...line });
    },

    subscribe(listener, afterId) {
      let missed = false;
      if (afterId !== undefined && afterId !== lastId) {
        const oldest = ring.oldestId() ?? lastId + 1;
        missed = afterId < oldest - 1 || afterId > lastId;
        for (const event of ring.after(afterId)) tell(listener, event);
      }
      listeners.add(listener);
      return { missed, unsubscribe: () => listeners.delete(listener) };
    },

    lastId: () => lastId,

    activity: (limit, beforeId) => activity.latest(limit, beforeId),

    async close() {
      coalescer.flushAll();
      listeners.clear();
      await activity.flush();
    },
  };
}
