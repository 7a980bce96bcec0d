/** A client that costs as little as it can, for it shares the cores with what it measures. */
import { connect, type Socket } from 'node:net';

export type Load = { perSecond: number; p50Ms: number; p99Ms: number };

export type Asked = { url: string; token: string | null; path: string; body: string };

const warmUpRequests = 20;

/** Puts `width` connections to work that each send the next request when the last is answered; what warms up is not counted. */
export async function measureLoad(width: number, durationMs: number, asked: Asked): Promise<Load> {
  const { hostname, port } = new URL(asked.url);
  const bytes = requestBytes(asked);
  const connections = await Promise.all(
    Array.from({ length: width }, () => openConnection(hostname, Number(port))),
  );
  try {
    for (let i = 0; i < warmUpRequests; i += 1) await connections[i % width]?.ask(bytes);
    const taken: number[] = [];
    const started = performance.now();
    await Promise.all(
      connections.map(async ({ ask }) => {
        while (performance.now() - started < durationMs) {
          const at = performance.now();
          await ask(bytes);
          taken.push(performance.now() - at);
        }
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    taken.sort((a, b) => a - b);
    const quantile = (q: number) =>
      taken[Math.min(taken.length - 1, Math.floor(taken.length * q))] ?? Number.NaN;
    return { perSecond: taken.length / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
  } finally {
    for (const { socket } of connections) socket.destroy();
  }
}

/** The request as it goes over the wire, made once. */
function requestBytes({ url, token, path, body }: Asked): Buffer {
  const payload = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
    'Content-Type: application/json',
    `Content-Length: ${payload.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), payload]);
}

type Connection = { socket: Socket; ask(request: Buffer): Promise<void> };

const endOfHead = Buffer.from('\r\n\r\n');

async function openConnection(host: string, port: number): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  let waiting: { resolve(): void; reject(fault: Error): void } | null = null;
  /** The start of the answer until its head is there; all of an answer that is a fault. */
  let kept: Buffer = Buffer.alloc(0);
  /** Bytes of the body still to come; null while the head is being read. */
  let left: number | null = null;
  let isFault = false;
  const fail = (fault: Error) => waiting?.reject(fault);
  socket.on('data', (chunk: Buffer) => {
    if (left === null || isFault) kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
    if (left === null) {
      const end = kept.indexOf(endOfHead);
      if (end < 0) return;
      const head = kept.toString('latin1', 0, end);
      const length = /^content-length: *(\d+)/im.exec(head)?.[1];
      if (length === undefined) return fail(new Error(`An answer without a length: ${head}`));
      isFault = !head.startsWith('HTTP/1.1 200');
      left = Number(length) - (kept.length - end - endOfHead.length);
    } else left -= chunk.length;
    if (left > 0) return;
    if (isFault) return fail(new Error(kept.toString('utf8', 0, 2500)));
    left = null;
    kept = Buffer.alloc(0);
    waiting?.resolve();
  });
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('The server closed the connection.')));
  return {
    socket,
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        socket.write(request);
      }),
  };
}
