import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { EngineEvent, EngineEventType } from '../../local-api/contract/index.ts';
import { type Connection, followSharedEvents } from './shared-events.ts';

type EventOf<T extends EngineEventType> = Extract<EngineEvent, { type: T }>;
type Listener = (event: EngineEvent) => void;

/** What happens in the engine, for everything on the page. `reset`: everything shown has to be read again. */
class EventHub {
  #isStarted = false;
  #listeners = new Set<Listener>();
  #resetListeners = new Set<() => void>();
  #connectionListeners = new Set<() => void>();
  #connection: Connection = 'connecting';

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    followSharedEvents({
      onEvent: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
      onReset: () => {
        for (const listener of this.#resetListeners) listener();
      },
      onConnection: (next) => this.#setConnection(next),
    });
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onReset(listener: () => void): () => void {
    this.#resetListeners.add(listener);
    return () => this.#resetListeners.delete(listener);
  }

  readonly onConnection = (listener: () => void): (() => void) => {
    this.#connectionListeners.add(listener);
    return () => this.#connectionListeners.delete(listener);
  };

  readonly connection = (): Connection => this.#connection;

  #setConnection(next: Connection): void {
    if (next === this.#connection) return;
    this.#connection = next;
    for (const listener of this.#connectionListeners) listener();
  }
}

export const events = new EventHub();

/** Calls `handler` for every event of a type while the component is shown. The newest handler is always used. */
export function useEngineEvent<T extends EngineEventType>(
  type: T,
  handler: (data: EventOf<T>['data']) => void,
): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(
    () =>
      events.onEvent((event) => {
        if (event.type === type) latest.current(event.data as EventOf<T>['data']);
      }),
    [type],
  );
}

/** Whether live updates are arriving. */
export function useConnection(): Connection {
  return useSyncExternalStore(events.onConnection, events.connection);
}
