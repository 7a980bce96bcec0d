import type { EngineEvent, EngineEventType } from '../../local-api/contract/index.ts';

export type Connection = 'connecting' | 'open' | 'lost';

/** What the tab that holds the connection tells the others, and itself. `hello` asks how the connection is. */
type Word =
  | { kind: 'event'; id: string; event: EngineEvent }
  | { kind: 'reset' }
  | { kind: 'connection'; connection: Connection }
  | { kind: 'hello' };

type Listener = {
  onEvent(event: EngineEvent): void;
  /** Events were missed: everything shown has to be read again. */
  onReset(): void;
  onConnection(connection: Connection): void;
};

/** As a table, so that none can be forgotten. */
const heard: Record<EngineEventType, true> = {
  'job.changed': true,
  'run.changed': true,
  'metrics.logged': true,
  'experiment.changed': true,
  'dataset.changed': true,
  'transform.changed': true,
  'model.changed': true,
  'view.changed': true,
  'release.changed': true,
  'data-schema.changed': true,
  'data-validation.changed': true,
  'drift-report.changed': true,
  'drift-series.changed': true,
  'explanation.changed': true,
  'traces.changed': true,
  'batch-prediction.changed': true,
  'schedule.changed': true,
  'monitor.changed': true,
  'monitor.alert': true,
  'endpoint.changed': true,
  'endpoint.requests-broken': true,
  'target.changed': true,
  'connection.changed': true,
  'push.changed': true,
  'settings.changed': true,
};
const types = Object.keys(heard) as EngineEventType[];

const name = 'assay.events';
const firstRetryMs = 1000;
const longestRetryMs = 15_000;

/**
 * Listens to `/api/v1/events` over one connection for all tabs of the browser: a browser opens six at most to one address,
 * and more tabs than that would leave none for requests. The tab that holds a lock has the connection and passes on what
 * comes; when it closes, the next one goes on after the last event that it saw. Where tabs cannot find each other (an
 * address that is no secure context), each has a connection of its own.
 *
 * @returns a function that stops it
 */
export function followSharedEvents(listener: Listener): () => void {
  const stopped = new AbortController();
  let lastId = '';
  const hear = (word: Word): void => {
    if (word.kind === 'event') {
      lastId = word.id;
      listener.onEvent(word.event);
    } else if (word.kind === 'reset') listener.onReset();
    else if (word.kind === 'connection') listener.onConnection(word.connection);
  };
  if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
    holdConnection(() => lastId, hear, stopped.signal);
    return () => stopped.abort();
  }

  const channel = new BroadcastChannel(name);
  let connection: Connection | null = null;
  const tell = (word: Word): void => {
    if (word.kind === 'connection') connection = word.connection;
    channel.postMessage(word);
    hear(word);
  };
  channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
    if (data.kind !== 'hello') hear(data);
    else if (connection !== null) channel.postMessage({ kind: 'connection', connection } satisfies Word);
  });
  channel.postMessage({ kind: 'hello' } satisfies Word);
  navigator.locks
    .request(name, { signal: stopped.signal }, () => {
      holdConnection(() => lastId, tell, stopped.signal);
      // The lock is held until the tab closes or stops listening.
      return new Promise<void>((done) => stopped.signal.addEventListener('abort', () => done()));
    })
    // Stopped before its turn came.
    .catch(() => undefined);
  return () => {
    stopped.abort();
    channel.close();
  };
}

/**
 * Holds the connection until `signal` is aborted. The browser reconnects by itself and sends Last-Event-ID; a refused
 * connection (engine restarted, session expired) it does not try again, so that is done here.
 */
function holdConnection(lastId: () => string, tell: (word: Word) => void, signal: AbortSignal): void {
  let retryMs = firstRetryMs;
  const open = (): void => {
    const id = lastId();
    const source = new EventSource(`/api/v1/events${id === '' ? '' : `?after=${encodeURIComponent(id)}`}`);
    const stop = () => source.close();
    signal.addEventListener('abort', stop, { once: true });
    source.addEventListener('open', () => {
      retryMs = firstRetryMs;
      tell({ kind: 'connection', connection: 'open' });
    });
    source.addEventListener('reset', () => tell({ kind: 'reset' }));
    source.addEventListener('error', () => {
      if (signal.aborted) return;
      tell({ kind: 'connection', connection: 'lost' });
      if (source.readyState !== EventSource.CLOSED) return;
      signal.removeEventListener('abort', stop);
      setTimeout(() => {
        if (signal.aborted) return;
        open();
        tell({ kind: 'reset' });
      }, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    });
    for (const type of types) {
      source.addEventListener(type, (message) => {
        const event = readEvent(type, message.data);
        if (event) tell({ kind: 'event', id: message.lastEventId, event });
      });
    }
  };
  open();
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
