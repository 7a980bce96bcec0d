import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ProblemDetails } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type RawAnswer, rawBytes, rawRequest } from '../../kit/raw-request.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

function send(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  return rawRequest(api.url, path, {
    method,
    headers: { authorization: `Bearer ${api.token}`, ...type, ...headers },
    ...(body === undefined ? {} : { body }),
  });
}

const problemIn = (answer: RawAnswer): ProblemDetails => ProblemDetails.parse(JSON.parse(answer.body));

describe('bodies', () => {
  it('that are not JSON are refused with line, column and offset', async () => {
    const answer = await send('POST', '/api/v1/experiments', '{\n  "name": late flights\n}');
    expect(answer.status).toBe(400);
    expect(problemIn(answer)).toMatchObject({
      code: 'request/malformed',
      detail: expect.stringContaining('line 2, column 11'),
      problems: [{ path: '12', expected: 'a value' }],
    });
  });

  it('that end too early are refused at their end', async () => {
    const problem = problemIn(await send('POST', '/api/v1/experiments', '{"name": "x"'));
    expect(problem.detail).toContain('the body ends at line 1, column 13');
  });

  it('that are too large are refused with 413, announced or not', async () => {
    const large = Buffer.alloc(9 * 1024 ** 2, 0x20);
    const announced = await send('POST', '/api/v1/experiments', large);
    expect([announced.status, problemIn(announced).code]).toEqual([413, 'request/too-large']);
    const chunked = await send('POST', '/api/v1/experiments', large, { 'transfer-encoding': 'chunked' });
    expect([chunked.status, problemIn(chunked).code]).toEqual([413, 'request/too-large']);
  });

  it('that grow too large when decompressed are refused', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2, 0x20));
    expect(bomb.byteLength).toBeLessThan(100_000);
    const answer = await send('POST', '/api/v1/experiments', bomb, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(413);
  });

  it('of another type or encoding are refused with 415', async () => {
    for (const headers of [
      { 'content-type': 'application/xml' },
      { 'content-type': 'application/json; charset=latin1' },
      { 'content-encoding': 'zip' },
    ]) {
      const answer = await send('POST', '/api/v1/experiments', '{"name":"x"}', headers);
      expect([answer.status, problemIn(answer).code]).toEqual([415, 'request/unsupported-media-type']);
    }
  });

  it('may be left out when every field has a default', async () => {
    const answer = await send('POST', '/api/v1/runs');
    expect(answer.status).toBe(201);
  });

  it('with text beyond ASCII arrive whole', async () => {
    const name = 'Verspätung – 遅延 🛫';
    const created = await api.client.experiments.create({ body: { name } });
    expect((await api.client.experiments.get({ params: { experimentId: created.id } })).name).toBe(name);
  });

  it('with wrong fields are refused with all of them', async () => {
    const body = JSON.stringify({ nam: 'x', tags: { a: 1 }, description: null });
    const problem = problemIn(await send('POST', '/api/v1/experiments', body));
    expect(problem.code).toBe('request/invalid');
    expect(problem.problems?.map(({ path }) => path)).toEqual(['/name', '/description', '/tags/a', '/nam']);
  });
});

describe('who asks before sending a body', () => {
  const ask = (authorization: string) =>
    rawBytes(
      api.url,
      `POST /api/v1/experiments HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\nExpect: 100-continue\r\n` +
        'Content-Type: application/json\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"name":"ex"}',
    );

  it('is told to go on', async () => {
    expect(await ask(`Bearer ${api.token}`)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201/);
  });

  it('is told why not, without having to send it', async () => {
    expect(await ask('Bearer wrong')).toMatch(/^HTTP\/1.1 401/);
  });
});

describe('addresses', () => {
  it('may be as long as the longest filter', async () => {
    const filter = `name in (${Array.from({ length: 2000 }, (_, index) => `'n${index}'`).join(', ')})`;
    const answer = await send('GET', `/api/v1/runs?filter=${encodeURIComponent(filter)}`);
    expect([answer.status, filter.length > 16_000]).toEqual([200, true]);
  });

  it('that do not exist are told so as problem details', async () => {
    const answer = await send('GET', '/api/v1/nothing');
    expect([answer.status, problemIn(answer).code]).toEqual([404, 'request/not-found']);
  });

  it('with another method answer 405 and say which are offered', async () => {
    const answer = await send('DELETE', '/api/v1/runs');
    expect([answer.status, problemIn(answer).code]).toEqual([405, 'request/method-not-allowed']);
    expect(String(answer.headers.allow).split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
  });

  it('of a thing that is called like an endpoint still work', async () => {
    const answer = await send('GET', '/api/v1/datasets/preview');
    expect(problemIn(answer).code).toBe('datasets/not-found');
  });

  it('answer HEAD with the headers of GET and no body', async () => {
    const answer = await send('HEAD', '/api/v1/runs');
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(answer.headers['content-type']).toBe('application/json');
  });
});

describe('answers', () => {
  it('of a kilobyte and more are compressed for those who take it', async () => {
    for (let index = 0; index < 10; index += 1)
      await api.client.runs.create({ body: { name: `run ${index}` } });
    for (const [accept, encoding] of [
      ['gzip, br', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip', 'gzip'],
      ['identity', undefined],
      ['zstd', undefined],
    ] as const) {
      const response = await fetch(`${api.url}/api/v1/runs`, {
        headers: { authorization: `Bearer ${api.token}`, 'accept-encoding': accept },
      });
      expect(response.headers.get('content-encoding') ?? undefined, accept).toBe(encoding);
      expect(response.headers.get('vary')).toBe('Accept-Encoding');
      const { items } = (await response.json()) as { items: unknown[] };
      expect(items.length).toBeGreaterThanOrEqual(10);
    }
  });
});

describe('metrics', () => {
  it('count by route template and never by address', async () => {
    await send('GET', '/api/v1/runs/00000000000000000000000000000000');
    await send('GET', '/api/v1/a-path-nobody-declared');
    const { body, headers } = await send('GET', '/metrics');
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toMatch(
      /duration_seconds_count\{route="\/api\/v1\/runs\/\{runId\}",method="GET",status="404"\} [1-9]/,
    );
    expect(body).toMatch(/assay_http_errors_total\{endpoint="runs.get",code="runs\/not-found"\} [1-9]/);
    expect(body).not.toContain('000000000000');
    expect(body).not.toContain('a-path-nobody-declared');
  });

  it('tell of database, storage, jobs and process', async () => {
    const { body } = await send('GET', '/metrics');
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
    expect(value('assay_database_page_size_bytes')).toBeGreaterThanOrEqual(512);
    expect(value('assay_database_pages')).toBeGreaterThan(5);
    expect(value('assay_artifact_stored_bytes')).toBeGreaterThanOrEqual(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1e6);
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    expect(value('assay_http_requests_in_flight')).toBe(1);
  });
});
