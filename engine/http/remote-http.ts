import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import {
  type ClientRequest,
  Agent as HttpAgent,
  type IncomingMessage,
  request as requestHttp,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '../errors.ts';
import { answerFailure, isPassing, wayFailure } from './failures.ts';

export type HttpRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string | URL;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array | string;
  /** Statuses that are answers besides 2xx; all others are thrown. Redirects are never followed. */
  expect?: readonly number[];
  /** Whether doing it twice does no harm. By default true for all methods but POST and PATCH. */
  repeatable?: boolean;
  /** The body is (part of) a file: its bytes count as sent, and a long pause in them counts as cut off. */
  file?: boolean;
  maxAnswerBytes?: number;
};

export type HttpAnswer = {
  status: number;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  text(): string;
  /** Throws targets/refused when it is no JSON. */
  json(): unknown;
};

/** HTTP as targets use it; see `createRemoteHttp`. */
export type RemoteHttp = {
  request(request: HttpRequest): Promise<HttpAnswer>;
  /**
   * Writes the body of an answer to a file; gives its digest (`sha256:…`) and length, and where an answer that was
   * expected to send on sends to.
   */
  download(
    request: HttpRequest,
    path: string,
  ): Promise<{ digest: string; sizeBytes: number; location: string | null }>;
  /** Closes idle connections. */
  close(): void;
};

export type RemoteHttpOptions = {
  signal: AbortSignal;
  /** Bytes of files on their way, as they leave. */
  onSent?(bytes: number): void;
  onRetry?(message: string): void;
  tries?: number;
  firstPauseMs?: number;
  /** Without a byte in either direction for so long, a connection counts as dead. */
  idleMs?: number;
};

const longestPauseMs = 8000;
const longestRetryAfterMs = 30_000;
const pieceBytes = 256 * 1024;
const defaultMaxAnswerBytes = 64 * 1024 ** 2;
/** The breaker: so many failures in a row, and nothing is tried for a while. */
const failuresToOpen = 8;
const openMs = 15_000;

/**
 * Requests with up to four tries (after 0.5, 1, 2 … s, or what `Retry-After` says) while the far end is out of reach or
 * answers 408, 429, 502, 503 or 504; what may not be done twice is tried again only where it was not sent. A circuit
 * breaker an origin stops trying after eight failures in a row, for 15 s. Messages name method, host and path, never
 * headers or queries.
 *
 * Errors: targets/unreachable, targets/unauthorized, targets/full, targets/refused, and the reason of `signal`.
 */
export function createRemoteHttp(options: RemoteHttpOptions): RemoteHttp {
  const { signal, tries = 4, firstPauseMs = 500, idleMs = 60_000 } = options;
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  const breakers = new Map<string, { failures: number; openUntilMs: number }>();

  const guarded = async <T>(request: HttpRequest, once: (url: URL) => Promise<T>): Promise<T> => {
    const url = new URL(request.url);
    const where = `${url.host}${url.pathname}`;
    const breaker = breakers.get(url.origin) ?? { failures: 0, openUntilMs: 0 };
    breakers.set(url.origin, breaker);
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      if (breaker.openUntilMs > performance.now()) {
        throw new AssayError('targets/unreachable', `${url.host} failed too often just now.`);
      }
      try {
        const result = await once(url);
        breaker.failures = 0;
        return result;
      } catch (thrown) {
        signal.throwIfAborted();
        const failure = thrown instanceof Passing ? thrown : null;
        if (failure === null) {
          if (thrown instanceof AssayError) throw thrown;
          const way = wayFailure(thrown, url.host);
          throw new AssayError(way.passing ? 'targets/unreachable' : 'targets/refused', way.message, {
            hint: way.fix,
            cause: thrown,
          });
        }
        breaker.failures += 1;
        if (breaker.failures >= failuresToOpen) {
          breaker.failures = 0;
          breaker.openUntilMs = performance.now() + openMs;
        }
        const mayRepeat =
          failure.wasNotSent || (request.repeatable ?? !['POST', 'PATCH'].includes(request.method));
        if (!mayRepeat || attempt >= tries) throw failure.error;
        const pauseMs = failure.retryAfterMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1));
        options.onRetry?.(`${request.method} ${where}: ${failure.error.message} Trying again.`);
        await pause(pauseMs, undefined, { signal });
      }
    }
  };

  const open = async (request: HttpRequest, url: URL): Promise<IncomingMessage> => {
    const progress = request.file === true ? options.onSent : undefined;
    const agent = url.protocol === 'https:' ? agents.https : agents.http;
    const { response, sentAll } = await exchange(request, url, { signal, idleMs, agent, onSent: progress });
    const status = response.statusCode ?? 0;
    const isAnswer = (status >= 200 && status < 300) || (request.expect ?? []).includes(status);
    if (isAnswer) return response;
    const said = await bodyOf(response, 16 * 1024).catch(() => Buffer.alloc(0));
    const error = answerFailure(status, sayingOf(said), `${request.method} ${url.host}${url.pathname}`);
    if (isPassing(status))
      throw new Passing(error, {
        wasNotSent: !sentAll || status !== 504,
        retryAfterMs: retryAfter(response),
      });
    throw error;
  };

  return {
    request: (request) =>
      guarded(request, async (url) => {
        const response = await open(request, url);
        const body = await whole(url, bodyOf(response, request.maxAnswerBytes ?? defaultMaxAnswerBytes));
        return answerOf(response, body, `${url.host}${url.pathname}`);
      }),
    download: (request, path) =>
      guarded(request, async (url) => {
        const response = await open(request, url);
        const hash = createHash('sha256');
        let sizeBytes = 0;
        const read = async function* () {
          for await (const chunk of response as AsyncIterable<Buffer>) {
            hash.update(chunk);
            sizeBytes += chunk.byteLength;
            yield chunk;
          }
        };
        await whole(url, pipeline(read(), createWriteStream(path)));
        const isSentOn = (response.statusCode ?? 0) >= 300;
        const location = isSentOn ? (response.headers.location ?? null) : null;
        return { digest: `sha256:${hash.digest('hex')}`, sizeBytes, location };
      }),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** A failure that may pass. */
class Passing extends Error {
  readonly error: AssayError;
  readonly wasNotSent: boolean;
  readonly retryAfterMs: number | null;

  constructor(
    error: AssayError,
    { wasNotSent, retryAfterMs = null }: { wasNotSent: boolean; retryAfterMs?: number | null },
  ) {
    super(error.message);
    this.error = error;
    this.wasNotSent = wasNotSent;
    this.retryAfterMs = retryAfterMs;
  }
}

function passingWay(thrown: unknown, url: URL, wasNotSent: boolean): unknown {
  const way = wayFailure(thrown, url.host);
  if (!way.passing) return thrown;
  const error = new AssayError('targets/unreachable', way.message, { hint: way.fix, cause: thrown });
  return new Passing(error, { wasNotSent });
}

/** An answer that was cut off counts as a failure of the way. */
async function whole<T>(url: URL, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (thrown) {
    if (thrown instanceof AssayError || isLocal(thrown)) throw thrown;
    throw passingWay(thrown, url, false);
  }
}

function isLocal(thrown: unknown): boolean {
  return thrown instanceof Error && 'syscall' in thrown && thrown.syscall !== 'read';
}

/** Sends a request and resolves with the head of its answer. */
function exchange(
  request: HttpRequest,
  url: URL,
  how: {
    signal: AbortSignal;
    idleMs: number;
    agent: HttpAgent;
    onSent: ((bytes: number) => void) | undefined;
  },
): Promise<{ response: IncomingMessage; sentAll: boolean }> {
  const body = typeof request.body === 'string' ? Buffer.from(request.body, 'utf8') : request.body;
  const needsLength = body !== undefined || ['POST', 'PUT', 'PATCH'].includes(request.method);
  return new Promise((resolve, reject) => {
    let sentAll = false;
    let isConnected = false;
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent: ClientRequest = send(
      url,
      {
        method: request.method,
        agent: how.agent,
        signal: how.signal,
        headers: {
          ...(needsLength ? { 'content-length': body?.byteLength ?? 0 } : {}),
          'user-agent': 'assay',
          ...request.headers,
        },
      },
      (response) => resolve({ response, sentAll }),
    );
    const dead = () => sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' }));
    sent.setTimeout(how.idleMs, dead);
    sent.on('socket', (socket) => {
      isConnected = !socket.connecting;
      // Kept connections come here again and again.
      if (isConnected) return;
      socket.once('connect', () => {
        isConnected = true;
      });
    });
    // Late errors belong to the reader of the answer.
    sent.on('error', (error) => reject(passingWay(error, url, !isConnected)));
    write(sent, body, how.onSent).then(
      () => {
        sentAll = true;
      },
      (error: Error) => sent.destroy(error),
    );
  });
}

async function write(
  sent: ClientRequest,
  body: Uint8Array | undefined,
  onSent: ((bytes: number) => void) | undefined,
): Promise<void> {
  for (let at = 0; body !== undefined && at < body.byteLength && !sent.destroyed; at += pieceBytes) {
    const piece = body.subarray(at, at + pieceBytes);
    const hasRoom = sent.write(piece);
    if (!hasRoom) await drained(sent);
    onSent?.(piece.byteLength);
  }
  sent.end();
}

function drained(sent: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      sent.off('drain', done);
      sent.off('close', done);
      resolve();
    };
    sent.on('drain', done);
    sent.on('close', done);
  });
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      response.destroy();
      throw new AssayError('targets/refused', `An answer is longer than ${maxBytes} bytes.`);
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

function answerOf(response: IncomingMessage, body: Buffer, where: string): HttpAnswer {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
  return {
    status: response.statusCode ?? 0,
    headers,
    body,
    text: () => body.toString('utf8'),
    json() {
      try {
        return JSON.parse(body.toString('utf8'));
      } catch {
        throw new AssayError(
          'targets/refused',
          `${where} does not answer in JSON: is this the right address?`,
        );
      }
    },
  };
}

/** The message in an answer of JSON, or its text; a page for people is nothing to show. */
function sayingOf(body: Buffer): string {
  const text = body.toString('utf8');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      for (const key of ['message', 'detail', 'error', 'error_description']) {
        const value: unknown = Object.hasOwn(parsed, key) ? Reflect.get(parsed, key) : undefined;
        if (typeof value === 'string') return value;
      }
    }
    return text;
  } catch {
    return /^\s*</.test(text) ? text.replace(/<(script|style)[\s\S]*?<\/\1>|<[^>]*>/gi, ' ') : text;
  }
}

function retryAfter(response: IncomingMessage): number | null {
  const value = response.headers['retry-after'];
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.min(longestRetryAfterMs, Math.max(0, ms)) : null;
}
