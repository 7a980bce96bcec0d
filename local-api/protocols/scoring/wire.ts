import type { IncomingHttpHeaders } from 'node:http';

/** A request of a scoring protocol, whichever server it came through. */
export type WireRequest = {
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
  /** Aborted when the client has gone or the time is over. */
  signal: AbortSignal;
};

export type WireAnswer = { status: number; headers: Record<string, string>; body: string | Buffer };

/** What one address and method of a protocol does. `name` is the address as a template: it bounds the labels of metrics. */
export type WireRoute = { name: string; answer(request: WireRequest): Promise<WireAnswer> };

/**
 * A scoring protocol without a server. The same code answers in the engine and in the stand-alone server.
 */
export type WireProtocol = {
  /** Null for addresses that are not of this protocol. Errors: `request/not-found`, `request/method-not-allowed`. */
  find(method: string, path: string): WireRoute | null;
  /** Whether the faults of an address are told in the words of this protocol. */
  owns(path: string): boolean;
  fault(thrown: unknown): WireAnswer;
};

export function jsonAnswer(value: unknown, status = 200): WireAnswer {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

export function textAnswer(text: string, status = 200): WireAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
}
