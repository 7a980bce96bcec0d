import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { urlOf } from '../../../local-api/client/index.ts';
import { api, type Endpoint, errorTable, ProblemDetails } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { smallestValue } from '../../kit/smallest-value.ts';

let server: TestApi;
beforeAll(async () => {
  server = await startTestApi();
});
afterAll(() => server.close());

const QueryFields = z.record(z.string(), z.unknown());

const endpoints: Endpoint[] = Object.values(api).flatMap((group) => Object.values(group));

function call(endpoint: Endpoint, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { authorization: `Bearer ${server.token}` };
  if (body !== undefined) headers['content-type'] = 'application/json';
  return fetch(server.url + path, {
    method: endpoint.method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

describe('every example of the contract', () => {
  it.each(
    endpoints.filter((endpoint) => endpoint.example).map((endpoint) => [endpoint.id, endpoint] as const),
  )('%s is answered with the declared status and schema', async (_id, endpoint) => {
    const { params = {}, query = {}, body } = endpoint.example ?? {};
    const response = await call(endpoint, urlOf(endpoint, { params, query }), body);
    const text = await response.text();
    expect([response.status, text.slice(0, 500)]).toEqual([endpoint.status ?? 200, expect.any(String)]);
    if (typeof endpoint.response === 'string') throw new Error('An example has a JSON answer.');
    const parsed = endpoint.response.safeParse(JSON.parse(text));
    expect(parsed.error?.issues ?? []).toEqual([]);
  });
});

describe('what is not there', () => {
  /** Bodies with rules that a JSON schema does not tell. */
  const bodies: Record<string, unknown> = {
    'models.setAlias': { version: '1.0.0' },
    'objects.log': { objects: [{ kind: 'text', key: 'a', content: 'b' }] },
    'endpoints.predict': { rows: [{}] },
  };
  const withParams = endpoints.filter((endpoint) => endpoint.params && endpoint.body !== 'bytes');
  it.each(withParams.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s answers with one of its declared codes',
    async (_id, endpoint) => {
      const params = Object.fromEntries(
        Object.keys(endpoint.params?.shape ?? {}).map((name) => [name, 'nothing-here']),
      );
      const query = QueryFields.parse(endpoint.query ? smallestValue(endpoint.query) : {});
      const body =
        endpoint.body === undefined || endpoint.body === 'bytes'
          ? undefined
          : (bodies[endpoint.id] ?? smallestValue(endpoint.body));
      const response = await call(endpoint, urlOf(endpoint, { params, query }), body);
      const problem = ProblemDetails.parse(await response.json());
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(endpoint.errors, problem.detail).toContain(problem.code);
      expect(response.status).toBe(errorTable[problem.code as keyof typeof errorTable].status);
      expect(problem).toMatchObject({ status: response.status, type: `/docs/errors#${problem.code}` });
      expect(problem.requestId).toBe(response.headers.get('x-request-id'));
      expect(problem.detail).not.toMatch(/undefined|SQLITE|\n/);
    },
  );
});

describe('lists', () => {
  const lists = endpoints.filter(
    (endpoint) => endpoint.query && 'filter' in endpoint.query.shape && !endpoint.params,
  );
  it.each(lists.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s tells where a wrong filter is wrong',
    async (_id, endpoint) => {
      const response = await call(endpoint, urlOf(endpoint, { query: { filter: "name = 'a' and and" } }));
      const problem = ProblemDetails.parse(await response.json());
      expect([response.status, problem.code]).toEqual([400, 'request/bad-filter']);
      expect(Number(problem.problems?.[0]?.path)).toBe(15);
    },
  );

  const paged = lists.filter((endpoint) => endpoint.query && 'cursor' in endpoint.query.shape);
  it.each(paged.map((endpoint) => [endpoint.id, endpoint] as const))(
    '%s refuses a cursor that it did not give',
    async (_id, endpoint) => {
      const response = await call(endpoint, urlOf(endpoint, { query: { cursor: 'bm90IG91cnM' } }));
      const problem = ProblemDetails.parse(await response.json());
      expect([response.status, problem.code]).toEqual([400, 'request/bad-cursor']);
    },
  );
});
