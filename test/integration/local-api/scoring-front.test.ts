import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { lateModel } from '../../kit/models/sample-models.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  await registerModel(api.workspace, 'late', lateModel());
  await api.client.endpoints.create({ body: { name: 'flights', route: { kind: 'single', ref: 'late' } } });
});
afterAll(() => api.close());

const own = { path: '/api/v1/predictions', body: { model: 'late', columns: { x: [5] } } };
const ofEndpoint = { path: '/api/v1/endpoints/flights/predict', body: { rows: [{ x: 5 }] } };
const kserve = {
  path: '/v2/models/late/infer',
  body: { inputs: [{ name: 'x', datatype: 'FP64', shape: [1], data: [5] }] },
};
const mlflow = { path: '/endpoints/late/invocations', body: { instances: [{ x: 5 }] } };
const everyWay = [own, ofEndpoint, kserve, mlflow];

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Sends the body only when told to go on, as curl does with long ones. */
async function postWhenAsked(path: string, body: string) {
  const sent = request(`${api.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${api.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      expect: '100-continue',
    },
  });
  let isAsked = false;
  sent.once('continue', () => {
    isAsked = true;
    sent.end(body);
  });
  sent.flushHeaders();
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('There was no answer.');
  return { isAsked, status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

async function metrics(): Promise<string> {
  const answer = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${api.token}` } });
  return answer.text();
}

/** Requests being answered; the one that asks for the metrics is one of them. */
async function inFlight(): Promise<number> {
  return Number(/^assay_http_requests_in_flight (\d+)$/m.exec(await metrics())?.[1]);
}

/** Requests that the metrics have seen at an address, by status. */
async function seen(route: string): Promise<Record<string, number>> {
  const lines = (await metrics()).matchAll(
    /^assay_http_request_duration_seconds_count\{route="([^"]+)",method="POST",status="(\d+)"\} (\d+)$/gm,
  );
  return Object.fromEntries(
    [...lines].flatMap(([, name, status, count]) =>
      name === route && status !== undefined ? [[status, Number(count)]] : [],
    ),
  );
}

describe.each(everyWay)('a prediction at $path', ({ path, body }) => {
  test('is answered with the headers of every answer', async () => {
    const answer = await post(path, body, { 'x-request-id': 'mine-1' });
    expect(answer.status).toBe(200);
    expect(JSON.stringify(await answer.json())).toContain('late');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-request-id': 'mine-1',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
  });

  test('is answered when the client waits to be asked for the body', async () => {
    const { isAsked, status, headers, body: answer } = await postWhenAsked(path, JSON.stringify(body));
    expect([isAsked, status]).toEqual([true, 200]);
    expect(headers['x-request-id']).toBeDefined();
    expect(answer).toContain('late');
  });

  test('is refused before the body is sent when that is announced as too large', async () => {
    const sent = request(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${api.token}`,
        'content-type': 'application/json',
        'content-length': 65 * 1024 ** 2,
        expect: '100-continue',
      },
    });
    sent.flushHeaders();
    const [answer]: IncomingMessage[] = await once(sent, 'response');
    expect(answer?.statusCode).toBe(413);
    sent.destroy();
  });

  test('is for holders of the token', async () => {
    const answer = await post(path, body, { authorization: 'Bearer another' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('is refused to pages of others', async () => {
    expect((await post(path, body, { origin: 'http://evil.example' })).status).toBe(403);
    expect((await post(path, body, { 'sec-fetch-site': 'same-site' })).status).toBe(403);
  });

  test('that is no JSON is told as such', async () => {
    const answer = await post(path, '{"rows": [', { 'x-request-id': 'mine-2' });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('x-request-id')).toBe('mine-2');
    expect(await answer.text()).toMatch(/not JSON/);
  });
});

test('a request is counted once, whether it is answered or refused', async () => {
  const { path } = own;
  const before = await seen(path);
  await (await post(path, own.body)).text();
  await (await post(path, { ...own.body, columns: { x: ['five'] } })).text();
  const after = await seen(path);
  expect((after['200'] ?? 0) - (before['200'] ?? 0)).toBe(1);
  expect((after['422'] ?? 0) - (before['422'] ?? 0)).toBe(1);
  expect(await inFlight()).toBe(1);
});

test('a request whose sender has gone is being answered no more', async () => {
  const { predict } = api.workspace.serving;
  const started = Promise.withResolvers<void>();
  api.workspace.serving.predict = (_request, signal) => {
    started.resolve();
    return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  const client = new AbortController();
  const asked = fetch(`${api.url}${own.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(own.body),
    signal: client.signal,
  }).catch(() => 'gone');
  await started.promise;
  client.abort();
  expect(await asked).toBe('gone');
  await expect.poll(inFlight, { timeout: 10_000 }).toBe(1);
  api.workspace.serving.predict = predict;
});

test('every fault of the shape of a request is listed, with the fields there are', async () => {
  const answer = await post(own.path, { model: 7, rows: {}, colums: {} });
  expect(await answer.json()).toMatchObject({
    code: 'request/invalid',
    instance: own.path,
    problems: [
      { path: '/model' },
      { path: '/rows', expected: 'a list of objects' },
      { path: '/colums', message: 'is not a field of this request' },
    ],
  });
});

test('an address with a wrong percent sign, and one that is no endpoint, are told by their own words', async () => {
  expect((await post('/api/v1/endpoints/%E0%A4%A/predict', ofEndpoint.body)).status).toBe(400);
  const missing = await post('/api/v1/endpoints/nowhere/predict', ofEndpoint.body);
  expect(await missing.json()).toMatchObject({ code: 'endpoints/not-found' });
  expect((await post('/v2/models/late/guess', {})).status).toBe(404);
});

test('an answer is the same to the byte when it is asked for again', async () => {
  const texts = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer: unknown = await (await post(own.path, own.body)).json();
      return JSON.stringify({ ...Object(answer), milliseconds: 0 });
    }),
  );
  expect(new Set(texts).size).toBe(1);
});
