import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { assay, assayJson } from '../../kit/assay.ts';
import { offsetModel } from '../../kit/models/constant-model.ts';
import { registerModel } from '../../kit/models/register-model.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await registerModel(api.workspace, 'late', offsetModel(0));
  await registerModel(api.workspace, 'late', offsetModel(100));
});
afterAll(() => api.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${api.url}/api/v1/endpoints${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const rows = [{ x: 7 }];

describe('endpoints over HTTP', () => {
  test('a prediction says in its headers which arm and version answered, and keeps the id it was given', async () => {
    const route = { kind: 'blueGreen', blue: 'late/1.0.0', green: 'late/1.1.0', active: 'blue' };
    expect((await post('', { name: 'late', route })).status).toBe(201);
    const answer = await post(
      '/late/predict',
      { rows },
      { 'x-request-id': 'mine-1', 'x-timeout-ms': '5000' },
    );
    expect(answer.headers.get('x-assay-arm')).toBe('blue');
    expect(answer.headers.get('x-assay-version')).toBe('1.0.0');
    expect(answer.headers.get('x-request-id')).toBe('mine-1');
    expect(answer.headers.get('deprecation')).toBe(null);
    expect(await answer.json()).toMatchObject({ arm: 'blue', requestId: 'mine-1', value: [7] });
  });

  test('a deprecated version says so', async () => {
    await api.client.releases.deprecate({
      params: { model: 'late', version: '1.0.0' },
      body: { reason: 'old', replacement: '1.1.0', sunsetMs: Date.UTC(2030, 0, 31, 23, 59, 59) },
    });
    const answer = await post('/late/predict', { rows });
    expect(answer.headers.get('deprecation')).toMatch(/^@\d+$/);
    expect(answer.headers.get('sunset')).toBe('Thu, 31 Jan 2030 23:59:59 GMT');
    expect(answer.headers.get('link')).toContain('versions/1.1.0');
  });

  test('a paused endpoint answers 503 and says when to come again', async () => {
    await api.client.endpoints.update({ params: { name: 'late' }, body: { isPaused: true } });
    const answer = await post('/late/predict', { rows });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
    expect(await answer.json()).toMatchObject({ code: 'endpoints/paused' });
    await api.client.endpoints.undo({ params: { name: 'late' }, body: {} });
    expect((await post('/late/predict', { rows })).status).toBe(200);
  });

  test('a deadline that is no number is refused; a route with faults names each', async () => {
    expect((await post('/late/predict', { rows }, { 'x-timeout-ms': 'soon' })).status).toBe(400);
    const route = { kind: 'canary', stable: 'late/1.0.0', canary: 'gone', steps: [{ percent: 200 }] };
    const refused = await post('', { name: 'Not A Name', route });
    expect(refused.status).toBe(400);
    const { problems } = (await refused.json()) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/name', '/route/steps/0/percent']),
    );
  });

  test('a cached answer says so', async () => {
    await api.client.endpoints.update({ params: { name: 'late' }, body: { limits: { cache: {} } } });
    const [first, second] = [await post('/late/predict', { rows }), await post('/late/predict', { rows })];
    expect([first, second].map(({ headers }) => headers.get('x-assay-cache'))).toEqual([null, 'hit']);
    await api.client.endpoints.undo({ params: { name: 'late' }, body: {} });
  });

  test('requests are counted by endpoint, arm and outcome at /metrics', async () => {
    await post('/late/predict', { rows: [{ x: 'seven' }] });
    const metrics = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${api.token}` } });
    const text = await metrics.text();
    expect(text).toMatch(/assay_endpoint_requests_total\{endpoint="late",arm="blue",outcome="ok"\} 5/);
    expect(text).toMatch(/assay_endpoint_requests_total\{endpoint="late",arm="blue",outcome="refused"\} 1/);
    expect(text).toContain('assay_endpoint_request_duration_seconds_bucket');
  });
});

test('the command line deploys, starts a canary, shows it and rolls it back', async () => {
  await api.workspace.announce(api.url);
  const workspace = ['--workspace', api.workspace.dir];
  const deploy = (ref: string, ...more: string[]) =>
    assayJson(['deploy', ref, '--endpoint', 'shop', ...more, ...workspace]);
  expect(await deploy('late/1.0.0')).toMatchObject({ route: { kind: 'single', ref: 'late/1.0.0' } });
  expect(await deploy('late/1.1.0', '--canary', '10,50,100', '--min-requests', '5')).toMatchObject({
    route: { kind: 'canary', stable: 'late/1.0.0', canary: 'late/1.1.0', steps: [{}, {}, { percent: 100 }] },
    canary: { step: 0 },
  });
  const shown = await assay(['endpoint', 'show', 'shop', ...workspace]);
  expect(shown.stdout).toContain('canary late/1.1.0, stable late/1.0.0 at 10 %');
  const back = ['endpoint', 'rollback', 'shop', '--reason', 'not yet'];
  expect(await assayJson([...back, ...workspace])).toMatchObject({ route: { ref: 'late/1.0.0' } });
  const history = await assay(['endpoint', 'history', 'shop', ...workspace]);
  expect(history.stdout).toMatch(/rollback .*not yet/);
  expect((await assay(['endpoint', 'rollback', 'shop', ...workspace])).stderr).toContain('runs no canary');
});

test('the command line serves an ensemble, and replays its requests against one version', async () => {
  await api.workspace.announce(api.url);
  const workspace = ['--workspace', api.workspace.dir];
  const deploy = ['deploy', 'late/1.0.0', '--with', 'late/1.1.0', '--combine', 'mean', '--endpoint', 'both'];
  expect(await assayJson([...deploy, ...workspace])).toMatchObject({
    route: {
      kind: 'ensemble',
      combine: 'mean',
      members: [{ name: 'm1' }, { name: 'm2', ref: 'late/1.1.0' }],
    },
  });
  await api.client.endpoints.update({ params: { name: 'both' }, body: { log: { sampleRate: 1 } } });
  const answer = await post('/both/predict', { rows });
  expect(answer.headers.get('x-assay-version')).toBe('1.0.0, 1.1.0');
  expect(await answer.json()).toMatchObject({ arm: 'ensemble', value: [57] });
  const replay = ['endpoint', 'replay', 'both', '--ref', 'late/1.1.0', ...workspace];
  const shown = (await assay(replay)).stdout;
  expect(shown).toContain('late/1.1.0 answers 1 of 1 rows of 1 requests otherwise');
  expect(shown).toMatch(/57\s+107/);
  const lacking = await assay(['endpoint', 'replay', 'both', ...workspace]);
  expect(lacking.stderr).toContain('Which version should be asked?');
});
