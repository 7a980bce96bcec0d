import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { EngineEvent, EngineEventType } from '../../local-api/contract/index.ts';

type EventOf<T extends EngineEventType> = Extract<EngineEvent, { type: T }>;
type Listener = (event: EngineEvent) => void;
export type Connection = 'connecting' | 'open' | 'lost';

const types: EngineEventType[] = [
  'job.changed',
  'run.changed',
  'metrics.logged',
  'experiment.changed',
  'dataset.changed',
  'model.changed',
  'drift-report.changed',
  'traces.changed',
  'view.changed',
  'settings.changed',
];

/**
 * The page's one connection to `/api/v1/events`. The browser reconnects by itself and sends Last-Event-ID;
 * `reset` means that events were missed and everything shown has to be read again.
 */
class EventHub {
  #source: EventSource | null = null;
  #listeners = new Set<Listener>();
  #resetListeners = new Set<() => void>();
  #connectionListeners = new Set<() => void>();
  #connection: Connection = 'connecting';
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #retryMs = 1000;

  start(): void {
    if (this.#source) return;
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.addEventListener('open', () => {
      this.#retryMs = 1000;
      this.#setConnection('open');
    });
    source.addEventListener('error', () => {
      this.#setConnection('lost');
      // A refused connection (engine restarted, session expired) is not tried again by the browser.
      if (source.readyState === EventSource.CLOSED) this.#startAgainLater();
    });
    source.addEventListener('reset', () => this.#reset());
    for (const type of types) {
      source.addEventListener(type, (message) => {
        const event = readEvent(type, message.data);
        if (event) for (const listener of this.#listeners) listener(event);
      });
    }
  }

  stop(): void {
    clearTimeout(this.#retryTimer);
    this.#source?.close();
    this.#source = null;
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

  #startAgainLater(): void {
    this.stop();
    this.#retryTimer = setTimeout(() => {
      this.start();
      this.#reset();
    }, this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, 15_000);
  }

  #reset(): void {
    for (const listener of this.#resetListeners) listener();
  }

  #setConnection(next: Connection): void {
    if (next === this.#connection) return;
    this.#connection = next;
    for (const listener of this.#connectionListeners) listener();
  }
}

/** The engine is the only writer of these messages, so the envelope is trusted once it is an object with data. */
function readEvent(type: EngineEventType, text: unknown): EngineEvent | null {
  if (typeof text !== 'string') return null;
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null) return null;
    const data = 'data' in message ? message.data : message;
    return { type, data } as EngineEvent;
  } catch {
    return null;
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
