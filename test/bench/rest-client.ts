/** One plain client for both sides: connections that stay open, JSON in and out, nothing in between. */
import { Agent, request } from 'node:http';

export type RestClient = {
  /** Throws when the answer is not 200. Gives the body. */
  call(method: string, path: string, body?: unknown): Promise<Buffer>;
  /** As `call`, but looks at the body only as it goes by, whatever its size. Gives the number of its bytes. */
  drain(method: string, path: string): Promise<number>;
  json(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>;
  close(): void;
};

export function createRestClient(baseUrl: string, token: string | null): RestClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const send = (method: string, path: string, body: unknown, take: (chunk: Buffer) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const isFile = Buffer.isBuffer(body);
      const payload = body === undefined ? null : isFile ? body : Buffer.from(JSON.stringify(body));
      const headers = {
        // MLflow's clients name themselves, and both servers may look at it.
        'user-agent': 'mlflow-python-client/3.0',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === null
          ? {}
          : {
              'content-type': isFile ? 'application/octet-stream' : 'application/json',
              'content-length': payload.length,
            }),
      };
      const sent = request(`${baseUrl}${path}`, { method, agent, headers }, (response) => {
        let start = '';
        response.on('data', (chunk: Buffer) => {
          if (response.statusCode === 200) take(chunk);
          else start = (start + chunk.toString()).slice(0, 200);
        });
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`${method} ${path.slice(0, 80)}: ${response.statusCode} ${start}`));
        });
      });
      sent.once('error', reject);
      sent.end(payload);
    });
  /** A server may close a connection at rest in the moment it is used again: then once more on a new one. */
  const call = async (method: string, path: string, body?: unknown): Promise<Buffer> => {
    let chunks: Buffer[] = [];
    const once = () => send(method, path, body, (chunk) => chunks.push(chunk));
    await once().catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'ECONNRESET') throw thrown;
      chunks = [];
      return once();
    });
    return Buffer.concat(chunks);
  };
  return {
    call,
    async drain(method, path) {
      let length = 0;
      await send(method, path, undefined, (chunk) => {
        length += chunk.length;
      });
      return length;
    },
    json: async (method, path, body) => {
      const parsed: unknown = JSON.parse((await call(method, path, body)).toString());
      if (typeof parsed !== 'object' || parsed === null) throw new Error(`${path} answered no object`);
      return { ...parsed };
    },
    close: () => agent.destroy(),
  };
}

/** Calls a second of `width` clients that each send the next call when the last is answered. */
export async function callsPerSecond(
  width: number,
  durationMs: number,
  call: (i: number) => Promise<unknown>,
): Promise<number> {
  let made = 0;
  let next = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (performance.now() - started < durationMs) {
        const i = next;
        next += 1;
        await call(i);
        made += 1;
      }
    }),
  );
  return made / ((performance.now() - started) / 1000);
}

/** Milliseconds of a call: the middle of as many as fit into the time, at least three, after one to warm up. */
export async function callMs(durationMs: number, call: () => Promise<unknown>): Promise<number> {
  await call();
  const taken: number[] = [];
  const started = performance.now();
  while (taken.length < 3 || (performance.now() - started < durationMs && taken.length < 200)) {
    const at = performance.now();
    await call();
    taken.push(performance.now() - at);
  }
  taken.sort((a, b) => a - b);
  return taken[Math.floor(taken.length / 2)] ?? Number.NaN;
}
