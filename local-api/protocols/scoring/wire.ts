import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** A request of a scoring protocol, whichever server it came through. */
export type WireRequest = {
  /** The one that came with it in `x-request-id`, or a new one. */
  requestId: string;
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

/** An answer with more headers; those that it has already stay. */
export function withHeaders(answer: WireAnswer, headers: Record<string, string>): WireAnswer {
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

/** Items of a list that are written between two chances for others to run: a few milliseconds. */
const itemsPerTurn = 5000;

/** As `jsonAnswer` to the byte, but others may run while a long list among the fields is written. */
export async function longJsonAnswer(fields: object): Promise<WireAnswer> {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: await longJson(fields) };
}

/** As JSON.stringify to the byte; others may run while a long list among the fields is written. */
export async function longJson(fields: object): Promise<string> {
  const written: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text =
      Array.isArray(value) && value.length > itemsPerTurn ? await listText(value) : JSON.stringify(value);
    written.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${written.join(',')}}`;
}

async function listText(list: readonly unknown[]): Promise<string> {
  const parts: string[] = [];
  for (let start = 0; start < list.length; start += itemsPerTurn) {
    parts.push(JSON.stringify(list.slice(start, start + itemsPerTurn)).slice(1, -1));
    await setImmediate();
  }
  return `[${parts.join(',')}]`;
}

export function textAnswer(text: string, status = 200): WireAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: text };
}
