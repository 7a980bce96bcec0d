import type { HttpRequest, HttpResponse } from '../middleware/http-types.ts';

const HEARTBEAT_MS = 15_000;

/** A client that lets this much pile up is too slow or asleep; cut off, it comes back and resumes. */
const MAX_BACKLOG_BYTES = 1024 ** 2;

/** Milliseconds after which a browser reconnects. */
const RETRY_MS = 1000;

type EventSink = {
  /** `id` is what the client sends back as Last-Event-ID. */
  send(message: { event?: string; id?: string; data?: unknown }): void;
};

/**
 * Feeds one open stream: `start` gets where to write and where the client left off, and gives what to do at its end.
 * `lastId` is asked for at every heartbeat, so that a client that is told of few events still resumes near the present.
 */
export type EventFeed = {
  start(sink: EventSink, lastEventId: string | undefined): () => void;
  lastId(): string;
};

/** The open streams of a server, for they must be ended before it can close. */
export type EventStreams = {
  open(request: HttpRequest, response: HttpResponse, feed: EventFeed): void;
  closeAll(): void;
  readonly count: number;
};

/**
 * Server-Sent Events with heartbeats and a bound on what a slow client may keep waiting.
 *
 * Source: WHATWG HTML, "Server-sent events".
 */
export function createEventStreams(heartbeatMs: number = HEARTBEAT_MS): EventStreams {
  const open = new Set<HttpResponse>();
  return {
    open(request, response, feed) {
      response.statusCode = 200;
      response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
      // Small messages leave at once instead of waiting to be put together.
      request.socket.setNoDelay(true);
      response.write(`retry: ${RETRY_MS}\n\n`);
      open.add(response);
      const stop = feed.start({ send: (message) => write(response, frame(message)) }, lastEventIdOf(request));
      const beat = () => write(response, `: still here\n${idLine(feed.lastId())}\n`);
      beat();
      const heartbeat = setInterval(beat, heartbeatMs);
      response.once('close', () => {
        clearInterval(heartbeat);
        open.delete(response);
        stop();
      });
    },
    closeAll() {
      for (const response of open) response.end();
    },
    get count() {
      return open.size;
    },
  };
}

function lastEventIdOf(request: HttpRequest): string | undefined {
  const header = request.headers['last-event-id'];
  return typeof header === 'string' && header !== '' ? header : undefined;
}

function write(response: HttpResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return;
  response.write(text);
  if (response.writableLength > MAX_BACKLOG_BYTES) response.destroy();
}

function frame(message: { event?: string; id?: string; data?: unknown }): string {
  const event = message.event === undefined ? '' : `event: ${message.event}\n`;
  const data = message.data === undefined ? '' : `data: ${JSON.stringify(message.data)}\n`;
  return `${event}${message.id === undefined ? '' : idLine(message.id)}${data}\n`;
}

function idLine(id: string): string {
  return `id: ${id}\n`;
}
