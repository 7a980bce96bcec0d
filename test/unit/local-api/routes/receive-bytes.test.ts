import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../engine/system/index.ts';
import { answerProblems } from '../../../../local-api/middleware/problem-details.ts';
import { receiveBytes } from '../../../../local-api/routes/receive-bytes.ts';

const LIMIT = 100_000;
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A route that counts what it gets, or fails without reading any of it. */
async function serve(options: { fails?: boolean; signal?: AbortSignal } = {}): Promise<string> {
  const app = express();
  app.put('/', async (request, response) => {
    const body = receiveBytes(request, LIMIT, options.signal ?? new AbortController().signal);
    if (options.fails) throw Object.assign(new Error('no such run'), { code: 'runs/not-found' });
    response.json({ received: (await buffer(body)).byteLength });
  });
  app.use(answerProblems({ logger: silentLogger, countError: () => undefined }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}/`;
}

/** Sends without telling the length first. */
async function put(
  url: string,
  bytes: number,
  headers: Record<string, string> = {},
): Promise<[number, unknown]> {
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const size = Math.min(20_000, bytes - sent);
      if (size <= 0) return controller.close();
      sent += size;
      controller.enqueue(new Uint8Array(size));
    },
  });
  const init: RequestInit & { duplex: 'half' } = {
    method: 'PUT',
    body,
    duplex: 'half',
    headers: { 'content-type': 'application/octet-stream', ...headers },
  };
  const response = await fetch(url, init);
  return [response.status, await response.json()];
}

describe('receiveBytes', () => {
  it('passes on what comes, up to the limit', async () => {
    expect(await put(await serve(), LIMIT)).toEqual([200, { received: LIMIT }]);
  });

  it('tells the sender when the body grows past the limit', async () => {
    const [status, problem] = await put(await serve(), LIMIT + 1);
    expect([status, problem]).toEqual([413, expect.objectContaining({ code: 'request/too-large' })]);
  });

  it('tells the sender why nobody read the body', async () => {
    const [status, problem] = await put(await serve({ fails: true }), LIMIT);
    expect([status, problem]).toEqual([404, expect.objectContaining({ code: 'runs/not-found' })]);
  });

  it('ends when the work is given up', async () => {
    const [status, problem] = await put(await serve({ signal: AbortSignal.abort() }), 10);
    expect([status, problem]).toEqual([400, expect.objectContaining({ code: 'request/malformed' })]);
  });

  it.each([{ 'content-type': 'text/csv' }, { 'content-encoding': 'gzip' }])('refuses %j', async (headers) => {
    expect((await put(await serve(), 10, headers))[0]).toBe(415);
  });
});
