import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export type FarRequest = {
  method: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: Buffer;
};
export type FarAnswer = {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
};
/** What goes wrong instead of the answer: null lets it pass. "cut" ends the connection, "slow" never answers. */
export type Fault = FarAnswer | 'cut' | 'slow';

export type FarEnd = {
  origin: string;
  /** Method and path of each request, in order. */
  seen: string[];
  requests: FarRequest[];
  /** Asked before each request is handled. */
  fault: ((request: FarRequest) => Fault | null) | null;
};

/** A far end in this process, gone after the test; `handle` answers as the service would. */
export async function farEnd(handle: (request: FarRequest, far: FarEnd) => FarAnswer): Promise<FarEnd> {
  const far: FarEnd = { origin: '', seen: [], requests: [], fault: null };
  const server = createServer(async (incoming, response) => {
    const url = new URL(incoming.url ?? '/', far.origin);
    const head = { method: incoming.method ?? '', url, headers: incoming.headers, body: Buffer.alloc(0) };
    far.seen.push(`${head.method} ${url.pathname}`);
    const early = far.fault?.(head) ?? null;
    if (early === 'cut') {
      // In the middle of what is being sent.
      incoming.once('data', () => incoming.socket.destroy());
      if (incoming.headers['content-length'] === '0' || head.method === 'GET' || head.method === 'HEAD')
        incoming.socket.destroy();
      return;
    }
    const parts: Buffer[] = [];
    try {
      for await (const part of incoming) parts.push(part);
    } catch {
      return;
    }
    if (early === 'slow') return;
    const request = { ...head, body: Buffer.concat(parts) };
    far.requests.push(request);
    answer(response, early ?? handle(request, far));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  far.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return far;
}

function answer(response: ServerResponse, { status, headers = {}, body = '' }: FarAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** Faults for the first `times` requests that match. */
export function firstTimes(
  times: number,
  matches: (request: FarRequest) => boolean,
  fault: Fault,
): (request: FarRequest) => Fault | null {
  let left = times;
  return (request) => {
    if (left === 0 || !matches(request)) return null;
    left -= 1;
    return fault;
  };
}

/** The part of some bytes that a request asks for, all of them where it asks for none. */
export function ranged(range: unknown, bytes: Buffer, headers: Record<string, string> = {}): FarAnswer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(String(range ?? '')) ?? [];
  if (first === undefined) return { status: 200, headers, body: bytes };
  const part = bytes.subarray(Number(first), Number(last) + 1);
  return { status: 206, headers: { ...headers, 'content-length': String(part.byteLength) }, body: part };
}
