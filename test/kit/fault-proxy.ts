import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';

/** What a proxy does to a request instead of passing it on. `cutAfter`: bytes of the body that come through before. */
export type Fault =
  | { type: 'answer'; status: number; body?: string; headers?: Record<string, string> }
  | { type: 'cut'; cutAfter: number }
  | { type: 'slow'; pauseMs: number };

export type FaultProxy = {
  url: string;
  /** Requests that came, in order. */
  seen: { method: string; path: string; bytes: number }[];
  /** Asked for each request; null passes it on. */
  fault: (seen: { method: string; path: string; headers: IncomingMessage['headers'] }) => Fault | null;
  close(): Promise<void>;
};

/** Stands between a client and a real server and breaks what it is told to. */
export async function startFaultProxy(far: string): Promise<FaultProxy> {
  const server = createServer((incoming, outgoing) => {
    const seen = { method: incoming.method ?? '', path: incoming.url ?? '', bytes: 0 };
    proxy.seen.push(seen);
    incoming.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.byteLength;
    });
    const fault = proxy.fault({ ...seen, headers: incoming.headers });
    if (fault === null) return forward(far, incoming, outgoing);
    if (fault.type === 'slow') {
      setTimeout(() => forward(far, incoming, outgoing), fault.pauseMs);
      return;
    }
    if (fault.type === 'cut') {
      incoming.on('data', () => {
        if (seen.bytes >= fault.cutAfter) incoming.socket.destroy();
      });
      if (fault.cutAfter === 0) incoming.socket.destroy();
      return;
    }
    incoming.resume();
    incoming.on('end', () => {
      outgoing.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      outgoing.end(fault.body ?? '');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${address.port}`,
    seen: [],
    fault: () => null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return proxy;
}

function forward(far: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host: _, ...headers } = incoming.headers;
  const sent = request(`${far}${incoming.url}`, { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  sent.on('error', () => outgoing.destroy());
  incoming.pipe(sent);
}
