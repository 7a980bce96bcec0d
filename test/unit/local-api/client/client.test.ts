import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError, createClient, urlOf } from '../../../../local-api/client/index.ts';
import { api } from '../../../../local-api/contract/index.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  return `http://127.0.0.1:${address.port}`;
}

describe('urlOf', () => {
  it('escapes params, keeps the slashes of a rest and leaves out what is undefined', () => {
    const path = 'plots/a b?.png';
    expect(urlOf(api.runs.getArtifact, { params: { runId: 'a/../b', path } })).toBe(
      '/api/v1/runs/a%2F..%2Fb/artifacts/plots/a%20b%3F.png',
    );
    expect(urlOf(api.runs.list, { query: { filter: 'a = 1 & b', limit: 5, cursor: undefined } })).toBe(
      '/api/v1/runs?filter=a+%3D+1+%26+b&limit=5',
    );
  });

  it('refuses to build an address that lacks a param', () => {
    expect(() => urlOf(api.runs.get, { params: { runId: '' } })).toThrow('runId');
  });
});

describe('createClient', () => {
  it('sends token, query and JSON, and parses the answer', async () => {
    const seen: { url?: string; authorization?: string; type?: string; body?: string } = {};
    const baseUrl = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const { authorization, 'content-type': type } = request.headers;
        Object.assign(seen, { url: request.url, authorization, type, body });
        response.setHeader('content-type', 'application/json');
        response.end('{"id":"1"}');
      });
    });
    const client = createClient({ baseUrl: `${baseUrl}/`, token: 'abc' });
    const answer = await client.experiments.create({ body: { name: 'x' } });
    expect(answer.id).toBe('1');
    expect(seen).toEqual({
      url: '/api/v1/experiments',
      authorization: 'Bearer abc',
      type: 'application/json',
      body: '{"name":"x"}',
    });
  });

  it('throws problem details as an ApiError with code, hint and problems', async () => {
    const problem = {
      type: '/docs/errors#request/invalid',
      title: 'The request is not valid',
      status: 400,
      code: 'request/invalid',
      detail: 'limit: must be at least 1.',
      hint: 'Correct it.',
      instance: '/api/v1/runs',
      requestId: 'req_1',
      problems: [{ path: 'limit', message: 'must be at least 1' }],
    };
    const baseUrl = await serve((_request, response) => {
      response.statusCode = 400;
      response.end(JSON.stringify(problem));
    });
    const failure = await createClient({ baseUrl })
      .runs.list()
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({
      code: 'request/invalid',
      status: 400,
      requestId: 'req_1',
      hint: 'Correct it.',
    });
    expect(failure).toMatchObject({ message: problem.detail, problems: problem.problems });
  });

  it('says so when something else answers on the port', async () => {
    const baseUrl = await serve((_request, response) => {
      response.statusCode = 502;
      response.end('<html>Bad gateway</html>');
    });
    const failure = await createClient({ baseUrl })
      .runs.list()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 502, message: expect.stringContaining('Bad gateway') });
  });
});

describe('events.stream', () => {
  it('goes on behind the last event after the connection broke, and passes on a reset', async () => {
    const lastIds: (string | undefined)[] = [];
    const baseUrl = await serve((request, response) => {
      lastIds.push(request.headers['last-event-id'] as string | undefined);
      response.setHeader('content-type', 'text/event-stream');
      const data = JSON.stringify({ atMs: 5, data: { keys: ['ui.theme'] } });
      if (lastIds.length === 1) {
        // Cut in the middle of the second message: it must not be delivered half.
        response.write(`retry: 1\n\nevent: settings.changed\nid: 7\ndata: ${data}\n\nevent: sett`, () =>
          response.destroy(),
        );
      } else {
        response.write(`: still here\nid: 9\n\nevent: reset\nid: 9\ndata: {}\n\n`);
        response.write(`event: settings.changed\r\nid: 10\r\ndata: ${data}\r\n\r\n`);
      }
    });
    const seen: string[] = [];
    const stop = new AbortController();
    for await (const event of createClient({ baseUrl }).events.stream({ signal: stop.signal })) {
      seen.push(event.type === 'reset' ? 'reset' : `${event.type} ${event.id}`);
      if (event.type === 'settings.changed') expect(event.data.keys).toEqual(['ui.theme']);
      if (seen.length === 3) stop.abort();
    }
    expect(seen).toEqual(['settings.changed 7', 'reset', 'settings.changed 10']);
    expect(lastIds).toEqual([undefined, '7']);
  });

  it('throws when it is refused instead of asking for ever', async () => {
    const baseUrl = await serve((_request, response) => {
      response.statusCode = 401;
      response.end(JSON.stringify({ code: 'access/token-required', detail: 'no', status: 401 }));
    });
    const stream = createClient({ baseUrl }).events.stream();
    await expect(stream.next()).rejects.toMatchObject({ code: 'access/token-required' });
  });

  it('waits for an engine that is not there, and ends when told to', async () => {
    const stop = new AbortController();
    const stream = createClient({ baseUrl: 'http://127.0.0.1:9' }).events.stream({ signal: stop.signal });
    setTimeout(() => stop.abort(), 50);
    await expect(stream.next()).resolves.toEqual({ done: true, value: undefined });
  });
});

describe('waitForJob', () => {
  it('reports each change of progress once and resolves with the ended job', async () => {
    const states = [
      ['queued', null, ''],
      ['running', 0.5, 'half'],
      ['running', 0.5, 'half'],
      ['failed', 0.5, 'half'],
    ] as const;
    let asked = 0;
    const baseUrl = await serve((_request, response) => {
      const [state, fraction, message] = states[Math.min(asked, states.length - 1)] ?? states[0];
      asked += 1;
      response.end(JSON.stringify({ id: 'job_1', state, progress: { fraction, message } }));
    });
    const seen: string[] = [];
    const job = await createClient({ baseUrl }).waitForJob('job_1', {
      onProgress: (progress, { state }) => seen.push(`${state} ${progress.fraction}`),
    });
    expect(job.state).toBe('failed');
    expect(seen).toEqual(['queued null', 'running 0.5', 'failed 0.5']);
  });
});
