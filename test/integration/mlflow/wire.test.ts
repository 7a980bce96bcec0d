import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller } from '../../kit/mlflow.ts';
import { rawRequest } from '../../kit/raw-request.ts';

let api: TestApi;
let mlflow: MlflowCaller;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
});
afterAll(() => api.close());

describe('addresses', () => {
  it('the same call works under /api and /ajax-api, with a slash at the end or without', async () => {
    for (const prefix of ['/api/2.0', '/ajax-api/2.0']) {
      for (const slash of ['', '/']) {
        const answer = await mlflow.get(`${prefix}/mlflow/experiments/get${slash}`, { experiment_id: '0' });
        expect(answer.body.experiment).toMatchObject({ name: 'Default', lifecycle_stage: 'active' });
      }
    }
  });

  it.each([
    '/api/2.0/mlflow/nothing',
    '/api/3.0/mlflow/experiments/get',
    '/ajax-api/2.0/x',
    '/api/2.0/preview/mlflow/runs/get',
  ])('%s answers ENDPOINT_NOT_FOUND in JSON', async (path) => {
    const answer = await mlflow.get(path);
    expect([answer.status, answer.body.error_code]).toEqual([404, 'ENDPOINT_NOT_FOUND']);
  });

  it('another method than the offered one is no endpoint', async () => {
    expect((await mlflow.send('PUT', '/runs/create', { body: {} })).body.error_code).toBe(
      'ENDPOINT_NOT_FOUND',
    );
  });

  it('what only the web interface calls is offered under /ajax-api alone', async () => {
    const path = '/mlflow/metrics/get-history-bulk?run_id=x&metric_key=m';
    expect((await mlflow.get(`/api/2.0${path}`)).status).toBe(404);
    expect((await mlflow.get(`/ajax-api/2.0${path}`)).status).toBe(200);
  });

  it('version, server-info and health answer as clients expect', async () => {
    const version = await mlflow.get('/version');
    expect(version.text).toMatch(/^3\.\d+\.\d+$/);
    expect(Number(version.text.split('.')[1])).toBeGreaterThanOrEqual(4);
    const info = await mlflow.get('/api/3.0/mlflow/server-info');
    expect(info.body).toEqual({ store_type: 'SqlStore', workspaces_enabled: false });
    const health = await mlflow.send('GET', '/health', {
      headers: { 'user-agent': 'mlflow-python-client/3.0.0' },
    });
    expect(health.text).toBe('OK');
    expect((await mlflow.get('/health')).body).toEqual({ status: 'ok' });
  });
});

describe('who may come in', () => {
  const path = '/api/2.0/mlflow/experiments/get?experiment_id=0';

  it('the token as bearer, or as password of Basic with any name', async () => {
    const basic = `Basic ${Buffer.from(`anybody:${api.token}`).toString('base64')}`;
    for (const authorization of [`Bearer ${api.token}`, basic]) {
      expect((await rawRequest(api.url, path, { headers: { authorization } })).status).toBe(200);
    }
  });

  it('no or another token is UNAUTHENTICATED, a foreign host or origin PERMISSION_DENIED, in words of MLflow', async () => {
    const codeOf = async (headers: Record<string, string>) => {
      const answer = await rawRequest(api.url, path, { headers });
      return [answer.status, (JSON.parse(answer.body) as { error_code: string }).error_code];
    };
    const authorization = `Bearer ${api.token}`;
    expect(await codeOf({})).toEqual([401, 'UNAUTHENTICATED']);
    expect(await codeOf({ authorization: `Basic ${Buffer.from('a:b').toString('base64')}` })).toEqual([
      401,
      'UNAUTHENTICATED',
    ]);
    expect(await codeOf({ authorization, origin: 'http://evil.example' })).toEqual([
      403,
      'PERMISSION_DENIED',
    ]);
    expect(await codeOf({ authorization, host: 'evil.example' })).toEqual([403, 'PERMISSION_DENIED']);
  });
});

describe('messages', () => {
  it('take camelCase, unknown fields, text twice encoded, no body, and a charset', async () => {
    const named = await mlflow.post('/experiments/create', {
      name: 'camel',
      artifactLocation: 's3://b/c',
      what: 1,
    });
    expect(named.status).toBe(200);
    const twice = await mlflow.send('POST', '/experiments/search', {
      text: JSON.stringify('{"max_results": "5"}'),
    });
    expect(twice.body.experiments).toHaveLength(2);
    expect((await mlflow.send('POST', '/experiments/search', { text: '' })).status).toBe(200);
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    expect((await mlflow.send('POST', '/experiments/search', { text: '{}', headers })).status).toBe(200);
  });

  it.each([
    ['another content type', { text: '{}', headers: { 'content-type': 'text/plain' } }],
    ['what is no JSON', { text: '{"a":' }],
    ['a list', { text: '[]' }],
    ['a number', { text: '5' }],
  ])('%s is refused as INVALID_PARAMETER_VALUE', async (_what, options) => {
    const answer = await mlflow.send('POST', '/experiments/search', options);
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it('name every field that is missing or wrong', async () => {
    const answer = await mlflow.post('/runs/log-batch', {
      run_id: 'x',
      metrics: [{ key: 'a', value: 'x' }, {}],
      tags: 5,
    });
    expect(answer.status).toBe(400);
    for (const path of ["'metrics[0].value'", "'metrics[0].timestamp'", "'metrics[1].key'", "'tags'"]) {
      expect(answer.body.message).toContain(path);
    }
  });

  it('an empty text does not count as given where a field is required', async () => {
    const answer = await mlflow.post('/experiments/create', { name: '' });
    expect(answer.body.message).toContain("Missing value for required parameter 'name'");
  });
});
