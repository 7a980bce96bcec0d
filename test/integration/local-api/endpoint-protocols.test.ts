import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CreateEndpoint, type Signature } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { offsetModel } from '../../kit/models/constant-model.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { echoModel, lateModel, regressionSignature } from '../../kit/models/sample-models.ts';

let api: TestApi;
const wide: Signature['inputs'] = [
  { name: 'x', type: 'float', nullable: true, examples: [0.5] },
  { name: 'port', type: 'string', nullable: false, examples: ['ATL'] },
];

beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  await registerModel(api.workspace, 'fare', offsetModel(0), { aliases: ['champion'] });
  await registerModel(api.workspace, 'fare', offsetModel(100));
  await registerModel(api.workspace, 'late', lateModel());
  await registerModel(api.workspace, 'wide', {
    signature: regressionSignature(wide),
    bytes: echoModel(wide),
  });
});
beforeEach(async () => {
  for (const { name } of (await api.client.endpoints.list()).items)
    await api.client.endpoints.delete({ params: { name } });
});
afterAll(() => api.close());

const serve = (name: string, route: object, more: object = {}) =>
  api.workspace.endpoints.create(CreateEndpoint.parse({ name, route, log: { sampleRate: 1 }, ...more }));
const single = (ref: string) => ({ kind: 'single', ref });
const infer = (x: number, id?: string) => ({
  ...(id === undefined ? {} : { id }),
  inputs: [{ name: 'x', datatype: 'FP64', shape: [1], data: [x] }],
});

async function ask(path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.url}${path}`, {
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined
      ? {}
      : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.trim() === '' ? null : JSON.parse(text),
  };
}

test('KServe asks an endpoint by its name: the route answers and says which arm and version it was', async () => {
  await serve('fares', single('fare@champion'));
  const { status, body, headers } = await ask('/v2/models/fares/infer', infer(7, 'order-7'));
  expect([status, body]).toEqual([
    200,
    {
      model_name: 'fares',
      model_version: '1.0.0',
      id: 'order-7',
      outputs: [{ name: 'value', datatype: 'FP32', shape: [1], data: [7] }],
    },
  ]);
  const told = ['x-assay-arm', 'x-assay-version', 'x-request-id'].map((name) => headers.get(name));
  expect(told).toEqual(['main', '1.0.0', 'order-7']);
});

test('what comes by either protocol is logged under its request id and counted, as by our own', async () => {
  await serve('fares', single('fare/1.1.0'));
  await ask('/v2/models/fares/infer', infer(1, 'by-kserve'));
  await ask('/endpoints/fares/invocations', { instances: [2] }, { 'x-request-id': 'by-mlflow' });
  await ask('/v1/models/fares:predict', { instances: [{ x: 3 }] }, { 'x-request-id': 'by-v1' });
  const params = { name: 'fares' };
  const { items } = await api.client.endpoints.requests({ params });
  expect(items.map(({ requestId, input, answers }) => ({ requestId, input, answers }))).toEqual([
    { requestId: 'by-v1', input: { columns: { x: [3] } }, answers: [103] },
    { requestId: 'by-mlflow', input: { columns: { x: [2] } }, answers: [102] },
    { requestId: 'by-kserve', input: { columns: { x: [1] } }, answers: [101] },
  ]);
  expect((await api.client.endpoints.stats({ params })).arms).toMatchObject([{ arm: 'main', requests: 3 }]);
});

test('an endpoint comes before a model of its name, and a version or an alias is that of the model', async () => {
  await serve('fare', single('fare/1.0.0'));
  const answerOf = async (path: string) => {
    const { body } = await ask(`/v2/models/${path}/infer`, infer(1));
    return body.outputs[0].data[0];
  };
  expect(await answerOf('fare')).toBe(1);
  expect(await answerOf('fare/versions/1.1.0')).toBe(101);
  await api.workspace.models.setAlias('fare', 'newest', '1.1.0');
  expect(await answerOf('fare@newest')).toBe(101);
  expect((await ask('/endpoints/fare/invocations', { instances: [1] })).body).toEqual({
    predictions: [{ value: 1 }],
  });
  expect((await ask('/v2/models/fare')).body).toMatchObject({
    platform: 'assay_endpoint',
    versions: ['1.1.0', '1.0.0'],
  });
  expect((await ask('/v2/models/fare/versions/1.0.0')).body).toMatchObject({
    platform: 'onnx_onnxv1',
    versions: ['1.0.0'],
  });
  expect((await ask('/v2/repository/index', {})).body).toEqual([
    { name: 'fare', state: 'READY' },
    { name: 'fare', version: '1.1.0', state: 'READY' },
    { name: 'late', version: '1.0.0', state: 'READY' },
    { name: 'wide', version: '1.0.0', state: 'READY' },
  ]);
  expect((await ask('/v1/models')).body).toEqual({ models: ['fare', 'late', 'wide'] });
});

test('a header or a column decides over the arm, and the same key meets the same arm in every protocol', async () => {
  const arms = [
    { name: 'a', ref: 'fare/1.0.0', weight: 1 },
    { name: 'b', ref: 'fare/1.1.0', weight: 1 },
  ];
  await serve('by-header', { kind: 'ab', arms, stickyBy: { from: 'header', name: 'x-customer' } });
  await serve('by-column', { kind: 'ab', arms, stickyBy: { from: 'column', name: 'x' } });
  const armsOf = async (endpoint: string, x: number, customer: string) => {
    const own = await ask(
      `/api/v1/endpoints/${endpoint}/predict`,
      { rows: [{ x }] },
      { 'x-customer': customer },
    );
    const kserve = await ask(`/v2/models/${endpoint}/infer`, infer(x), { 'x-customer': customer });
    const mlflow = await ask(
      `/endpoints/${endpoint}/invocations`,
      { inputs: { x: [x] } },
      { 'x-customer': customer },
    );
    return [own, kserve, mlflow].map(({ headers }) => headers.get('x-assay-arm'));
  };
  const seen = new Set<string>();
  for (let i = 0; i < 12; i += 1)
    for (const met of [await armsOf('by-header', 1, `c${i}`), await armsOf('by-column', i, 'same')]) {
      expect(new Set(met).size).toBe(1);
      seen.add(String(met[0]));
    }
  expect([...seen].sort()).toEqual(['a', 'b']);
});

test('kept answers, shadows and deprecated versions are what they are by our own protocol', async () => {
  const route = { kind: 'shadow', live: 'fare/1.0.0', shadows: [{ name: 'next', ref: 'fare/1.1.0' }] };
  await serve('fares', route, { limits: { cache: { entries: 10, seconds: 60 } } });
  const csv = () => ask('/endpoints/fares/invocations', 'x\n4\n', { 'content-type': 'text/csv' });
  expect((await csv()).body).toEqual({ predictions: [{ value: 4 }] });
  expect((await csv()).headers.get('x-assay-cache')).toBe('hit');
  await expect
    .poll(async () => (await api.client.endpoints.stats({ params: { name: 'fares' } })).shadows)
    .toMatchObject([{ arm: 'next', compared: 2, disagreements: 2, maxDifference: 100 }]);
  await api.client.releases.deprecate({
    params: { model: 'fare', version: '1.0.0' },
    body: { reason: 'old', fromMs: 1688169599000 },
  });
  expect((await ask('/v2/models/fares/infer', infer(1))).headers.get('deprecation')).toBe('@1688169599');
});

test('an ensemble answers with the mean of its members, all of them named', async () => {
  const members = [
    { name: 'low', ref: 'fare/1.0.0' },
    { name: 'high', ref: 'fare/1.1.0' },
  ];
  await serve('both', { kind: 'ensemble', combine: 'mean', members });
  const { body } = await ask('/v2/models/both/infer', infer(1));
  expect(body).toMatchObject({ model_version: '1.0.0, 1.1.0', outputs: [{ data: [51] }] });
});

test('metadata list the columns of every version of the route, and a request that fits them reaches each', async () => {
  const arms = [
    { name: 'a', ref: 'fare/1.0.0', weight: 1 },
    { name: 'b', ref: 'wide', weight: 1 },
  ];
  await serve('mixed', { kind: 'ab', arms });
  expect((await ask('/v2/models/mixed')).body).toEqual({
    name: 'mixed',
    platform: 'assay_endpoint',
    inputs: [
      { name: 'x', datatype: 'FP64', shape: [-1] },
      { name: 'port', datatype: 'BYTES', shape: [-1] },
    ],
    outputs: [{ name: 'value', datatype: 'FP32', shape: [-1] }],
  });
  const port = { name: 'port', datatype: 'BYTES', shape: [1], data: ['ATL'] };
  const answered = new Set<string | null>();
  for (let i = 0; i < 20; i += 1) {
    const { status, headers } = await ask('/v2/models/mixed/infer', { inputs: [...infer(1).inputs, port] });
    expect(status).toBe(200);
    answered.add(headers.get('x-assay-arm'));
  }
  expect([...answered].sort()).toEqual(['a', 'b']);
  expect(await ask('/v2/models/mixed/infer', infer(1))).toMatchObject({
    status: 400,
    body: { error: 'an input is absent: port' },
  });
});

test('probabilities are in one order, whichever version answers', async () => {
  await registerModel(api.workspace, 'turned', lateModel({ isLateFirst: true }));
  const arms = [
    { name: 'a', ref: 'late', weight: 1 },
    { name: 'b', ref: 'turned', weight: 1 },
  ];
  await serve('delays', { kind: 'ab', arms });
  const answered = new Set<string | null>();
  for (let i = 0; i < 20; i += 1) {
    const { body, headers } = await ask('/v2/models/delays/infer', infer(5));
    expect(body.outputs[0].data).toEqual(['late']);
    expect(body.outputs[1].data[1]).toBeCloseTo(1 / (1 + Math.exp(-5)), 5);
    answered.add(headers.get('x-assay-arm'));
  }
  expect([...answered].sort()).toEqual(['a', 'b']);
  const { body } = await ask('/endpoints/delays/invocations', { instances: [5] });
  expect(Object.keys(body.predictions[0])).toEqual(['label', 'probability_on time', 'probability_late']);
});

test('a paused endpoint refuses in the words of each protocol and says when to come again', async () => {
  await serve('fares', single('fare/1.0.0'));
  await api.client.settings.update({ body: { 'serving.defaultModel': 'fares' } });
  expect((await ask('/invocations', { instances: [1] })).body).toEqual({ predictions: [{ value: 1 }] });
  await api.client.endpoints.update({ params: { name: 'fares' }, body: { isPaused: true } });
  const kserve = await ask('/v2/models/fares/infer', infer(1));
  expect([kserve.status, kserve.body, kserve.headers.get('retry-after')]).toEqual([
    503,
    { error: 'The endpoint "fares" is paused.' },
    '30',
  ]);
  const mlflow = await ask('/invocations', { instances: [1] });
  expect([mlflow.status, mlflow.body, mlflow.headers.get('retry-after')]).toEqual([
    503,
    { error_code: 'TEMPORARILY_UNAVAILABLE', message: 'The endpoint "fares" is paused.' },
    '30',
  ]);
  expect(await ask('/v2/models/fares/ready')).toMatchObject({
    status: 404,
    body: { name: 'fares', ready: false },
  });
  expect((await ask('/ping')).status).toBe(404);
  expect((await ask('/v2/repository/index', { ready: true })).body).not.toContainEqual({
    name: 'fares',
    state: 'READY',
  });
});

test('a deadline is honoured, and one that is none is refused', async () => {
  await serve('fares', single('fare/1.0.0'));
  const many = { inputs: { x: Array.from({ length: 50_000 }, (_, i) => i) } };
  expect(await ask('/endpoints/fares/invocations', many, { 'x-timeout-ms': '1' })).toMatchObject({
    status: 504,
    body: { error_code: 'DEADLINE_EXCEEDED' },
  });
  const kserve = await ask('/v2/models/fares/infer', infer(1), { 'x-timeout-ms': 'soon' });
  expect([kserve.status, Object.keys(kserve.body)]).toEqual([400, ['error']]);
});

test('rows that do not fit are refused with their place', async () => {
  await serve('fares', single('fare/1.0.0'));
  const bad = { inputs: [{ name: 'x', datatype: 'FP64', shape: [2], data: [1, 'much'] }] };
  expect(await ask('/v2/models/fares/infer', bad)).toMatchObject({
    status: 400,
    body: { error: expect.stringContaining('"much"') },
  });
  expect(await ask('/endpoints/fares/invocations', { dataframe_records: [{ x: 'much' }] })).toMatchObject({
    status: 400,
    body: { error_code: 'BAD_REQUEST', message: expect.stringContaining('/columns/x/0') },
  });
});

test('loading an endpoint warms its versions; it is paused, not unloaded', async () => {
  await serve('fares', single('fare/1.0.0'));
  expect((await ask('/v2/repository/models/fares/load', {})).status).toBe(200);
  expect(await ask('/v2/repository/models/fares/unload', {})).toMatchObject({
    status: 400,
    body: { error: '"fares" is an endpoint: pause it to have it refuse requests' },
  });
  expect((await ask('/v2/models/fares/infer', infer(1))).status).toBe(200);
});
