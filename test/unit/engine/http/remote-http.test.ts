import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRemoteHttp, type RemoteHttp } from '../../../../engine/http/remote-http.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

let server: Server;
let url: string;
let http: RemoteHttp;
let answer: Answer;
let seen: { method: string; body: Buffer }[];
let sent: number;
const stop = { controller: new AbortController() };

beforeEach(async () => {
  seen = [];
  sent = 0;
  stop.controller = new AbortController();
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (chunk: Buffer) => parts.push(chunk));
    request.on('error', () => {});
    request.on('end', () => {
      const body = Buffer.concat(parts);
      seen.push({ method: request.method ?? '', body });
      answer(request, response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  http = createRemoteHttp({
    signal: stop.controller.signal,
    firstPauseMs: 1,
    idleMs: 300,
    onSent: (bytes) => {
      sent += bytes;
    },
  });
});
afterEach(async () => {
  http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const well: Answer = (_request, response) => response.end('{"ok":true}');
const failing =
  (times: number, status: number): Answer =>
  (request, response, body) => {
    if (seen.length > times) return well(request, response, body);
    response.writeHead(status);
    response.end('not now');
  };

describe('requests to targets', () => {
  it('are tried again while the far end is not ready', async () => {
    answer = failing(3, 503);
    const given = await http.request({ method: 'GET', url });
    expect(given.json()).toEqual({ ok: true });
    expect(seen).toHaveLength(4);
  });

  it('end as unreachable after four tries', async () => {
    answer = failing(99, 502);
    await expect(http.request({ method: 'PUT', url, body: 'x' })).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    expect(seen).toHaveLength(4);
  });

  it('that may not be done twice are not sent again when the far end may have taken them', async () => {
    answer = (request) => request.socket.destroy();
    await expect(http.request({ method: 'POST', url, body: '{}' })).rejects.toMatchObject({
      code: 'targets/unreachable',
    });
    expect(seen).toHaveLength(1);
  });

  it('wait as long as Retry-After says', async () => {
    answer = (request, response, body) => {
      if (seen.length > 1) return well(request, response, body);
      response.writeHead(429, { 'retry-after': '1' });
      response.end();
    };
    const started = performance.now();
    await http.request({ method: 'GET', url });
    expect(performance.now() - started).toBeGreaterThan(900);
  });

  it.each([
    [401, 'targets/unauthorized', ''],
    [403, 'targets/unauthorized', ''],
    [507, 'targets/full', ''],
    [500, 'targets/full', '{"message":"[Errno 28] No space left on device"}'],
    [500, 'targets/refused', '{"message":"boom"}'],
    [302, 'targets/refused', ''],
  ])('say of status %i that it is %s', async (status, code, body) => {
    answer = (_request, response) => {
      response.writeHead(status, { location: 'http://elsewhere.invalid/' });
      response.end(body);
    };
    await expect(http.request({ method: 'GET', url })).rejects.toMatchObject({ code });
    expect(seen).toHaveLength(1);
  });

  it('name host and path in messages, and no query, which may hold a key', async () => {
    answer = failing(99, 500);
    const failure = http.request({ method: 'GET', url: `${url}/a/b?signature=very-secret` });
    await expect(failure).rejects.toThrow(/GET 127\.0\.0\.1:\d+\/a\/b answered 500/);
    await expect(failure).rejects.not.toThrow(/very-secret/);
  });

  it('count the bytes of files, and arrive whole', async () => {
    answer = well;
    const body = Buffer.alloc(1_000_000, 7);
    await http.request({ method: 'PUT', url, body, file: true });
    await http.request({ method: 'PUT', url, body: 'not a file' });
    expect(sent).toBe(1_000_000);
    expect(seen[0]?.body.equals(body)).toBe(true);
  });

  it('give up on a far end that falls silent', async () => {
    answer = () => {};
    await expect(http.request({ method: 'POST', url })).rejects.toMatchObject({
      code: 'targets/unreachable',
      message: expect.stringContaining('in time'),
    });
  });

  it('stop trying for a while after eight failures in a row', async () => {
    answer = failing(99, 503);
    await expect(http.request({ method: 'GET', url })).rejects.toThrow();
    await expect(http.request({ method: 'GET', url })).rejects.toThrow();
    await expect(http.request({ method: 'GET', url })).rejects.toThrow(/failed too often/);
    expect(seen).toHaveLength(8);
  });

  it('end when they are cancelled', async () => {
    answer = () => stop.controller.abort(new Error('enough'));
    await expect(http.request({ method: 'GET', url })).rejects.toThrow('enough');
  });

  it('tell a name that is not known from a port where nothing listens', async () => {
    const once = createRemoteHttp({ signal: stop.controller.signal, tries: 1 });
    await expect(once.request({ method: 'GET', url: 'http://127.0.0.1:9' })).rejects.toThrow(
      /nothing listens/,
    );
    await expect(once.request({ method: 'GET', url: 'https://name.invalid' })).rejects.toThrow(/name/);
    const plain = url.replace('http:', 'https:');
    await expect(once.request({ method: 'GET', url: plain })).rejects.toMatchObject({
      code: 'targets/refused',
    });
    once.close();
  });

  it('that download begin anew when they are cut off, and give the digest of what came', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'assay-download-'));
    try {
      answer = (_request, response) => {
        response.writeHead(200, { 'content-length': 6 });
        response.write('abc');
        if (seen.length === 1) setTimeout(() => response.destroy(), 20);
        else response.end('def');
      };
      const path = join(dir, 'file');
      expect(await http.download({ method: 'GET', url }, path)).toEqual({
        sizeBytes: 6,
        digest: 'sha256:bef57ec7f53a6d40beb640a780a639c83bc29ac8a9816f1fc6c5c6dcd93c4721',
        location: null,
      });
      expect(await readFile(path, 'utf8')).toBe('abcdef');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
