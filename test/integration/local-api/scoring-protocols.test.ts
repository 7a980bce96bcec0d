import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { lateModel } from '../../kit/models/sample-models.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  await registerModel(api.workspace, 'late', lateModel());
  await registerModel(api.workspace, 'late', lateModel(), { aliases: ['champion'] });
});
afterAll(() => api.close());

const infer = { inputs: [{ name: 'x', datatype: 'FP64', shape: [1], data: [5] }] };

function ask(
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${api.url}${path}`, {
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { method: 'POST', body }),
  });
}

test('KServe clients address models by name, alias and either kind of version', async () => {
  const paths = [
    'late',
    'late@champion',
    'late/versions/1.0.0',
    'late/versions/2',
    'late/versions/@champion',
  ];
  const versions = await Promise.all(
    paths.map(async (path) => {
      const answer = await ask(`/v2/models/${path}/infer`, JSON.stringify(infer));
      const body: unknown = await answer.json();
      expect(body).toMatchObject({ outputs: [{ data: ['late'] }, { shape: [1, 2] }] });
      return Object(body).model_version;
    }),
  );
  expect(versions).toEqual(['1.1.0', '1.1.0', '1.0.0', '1.1.0', '1.1.0']);
  expect(await (await ask('/v2/models/late')).json()).toMatchObject({ versions: ['1.1.0', '1.0.0'] });
  expect(await (await ask('/v2/repository/index', '{}')).json()).toEqual([
    { name: 'late', version: '1.1.0', state: 'READY' },
  ]);
});

test('bodies may be compressed', async () => {
  const packed = Uint8Array.from(gzipSync(JSON.stringify(infer)));
  const answer = await ask('/v2/models/late/infer', packed, {
    'content-encoding': 'gzip',
  });
  expect(answer.status).toBe(200);
  const cut = await ask('/v2/models/late/infer', packed.subarray(0, 20), {
    'content-encoding': 'gzip',
  });
  expect([cut.status, Object.keys(Object(await cut.json()))]).toEqual([400, ['error']]);
});

test('strangers and faults are told in the words of the protocol', async () => {
  const stranger = await fetch(`${api.url}/v2/models/late`);
  expect([stranger.status, Object.keys(Object(await stranger.json()))]).toEqual([401, ['error']]);
  const mlflow = await fetch(`${api.url}/invocations`, { method: 'POST', body: '{}' });
  expect([mlflow.status, await mlflow.json()]).toEqual([
    401,
    { error_code: 'UNAUTHENTICATED', message: expect.any(String) },
  ]);
});

test('/invocations asks the model that the setting names', async () => {
  const body = JSON.stringify({ instances: [5] });
  expect((await ask('/invocations', body)).status).toBe(404);
  expect((await ask('/ping')).status).toBe(404);
  await api.client.settings.update({ body: { 'serving.defaultModel': 'late@champion' } });
  expect(await (await ask('/invocations', body)).json()).toMatchObject({ predictions: [{ label: 'late' }] });
  expect((await ask('/ping')).status).toBe(200);
  expect(await (await ask('/endpoints/late%2F1.0.0/invocations', body)).json()).toMatchObject({
    predictions: [{ label: 'late' }],
  });
});

test('requests are counted by the template of their address', async () => {
  const metrics = await (await ask('/metrics')).text();
  expect(metrics).toContain('route="/v2/models/{model}/infer",method="POST",status="200"');
  expect(metrics).not.toContain('late@champion/infer');
});

test('every protocol says in its headers that the version which answered is deprecated', async () => {
  const instances = JSON.stringify({ instances: [5] });
  const asked: [string, string][] = [
    ['/v2/models/late/versions/1.0.0/infer', JSON.stringify(infer)],
    [
      '/v2/models/late/versions/1.0.0/infer',
      JSON.stringify({ ...infer, parameters: { binary_data_output: true } }),
    ],
    ['/v1/models/old:predict', instances],
    ['/endpoints/late%2F1.0.0/invocations', instances],
  ];
  await registerModel(api.workspace, 'old', lateModel());
  const told = () =>
    Promise.all(
      asked.map(async ([path, body]) => {
        const { status, headers } = await ask(path, body);
        return [status, ...['deprecation', 'sunset', 'link'].map((name) => headers.get(name))];
      }),
    );
  const versions = [
    { model: 'late', version: '1.0.0' },
    { model: 'old', version: '1.0.0' },
  ];
  expect(await told()).toEqual(asked.map(() => [200, null, null, null]));
  for (const params of versions)
    await api.client.releases.deprecate({
      params,
      body: {
        reason: 'worse',
        fromMs: 1688169599000,
        sunsetMs: Date.UTC(2030, 0, 31, 23, 59, 59),
        ...(params.model === 'late' ? { replacement: '1.1.0' } : {}),
      },
    });
  // The example of RFC 9745, section 2.1, and the date form of RFC 8594.
  const sunset = ['@1688169599', 'Thu, 31 Jan 2030 23:59:59 GMT'];
  const link = '</api/v1/models/late/versions/1.1.0>; rel="successor-version"';
  expect(await told()).toEqual([link, link, null, link].map((successor) => [200, ...sunset, successor]));
  const other = await ask('/v2/models/late/versions/1.1.0/infer', JSON.stringify(infer));
  expect(other.headers.get('deprecation')).toBe(null);
});
