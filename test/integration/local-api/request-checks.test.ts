import { afterAll, beforeAll, expect, test } from 'vitest';
import { DataValidationResult, ImportResult } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { assay } from '../../kit/assay.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { echoModel, regressionSignature } from '../../kit/models/sample-models.ts';

let api: TestApi;
let versionId: string;
beforeAll(async () => {
  api = await startTestApi();
  const text = 'x,port,y\n1,ATL,2\n2,JFK,3\n3,ATL,4\n';
  const started = await api.client.datasets.import({
    body: { dataset: 'flights', source: { kind: 'text', text } },
  });
  versionId = ImportResult.parse((await api.workspace.jobs.wait(started.id)).result).versionId;
  await api.client.dataSchemas.save({
    params: { dataset: 'flights' },
    body: {
      schema: {
        columns: [
          { name: 'x', type: 'integer', rules: [{ kind: 'range', min: 0, max: 10 }] },
          {
            name: 'port',
            type: 'string',
            rules: [{ kind: 'pattern', pattern: '^[A-Z]{3}$' }, { kind: 'unique' }],
          },
          { name: 'y', rules: [{ kind: 'missing' }] },
        ],
        rows: [{ kind: 'condition', sql: "port <> 'JFK' OR x < 5", severity: 'warn' }],
      },
    },
  });
  const inputs = [
    { name: 'x', type: 'float' as const, nullable: true, examples: [0.5] },
    { name: 'port', type: 'string' as const, nullable: true, examples: ['ATL'] },
  ];
  const wide = { signature: { ...regressionSignature(inputs), target: 'y' }, bytes: echoModel(inputs) };
  await registerModel(api.workspace, 'wide', wide, { trainedOn: versionId });
  await registerModel(api.workspace, 'orphan', wide);
});
afterAll(() => api.close());

async function ask(path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}
const predict = (rows: object[], id = 'r') =>
  ask('/api/v1/endpoints/wide/predict', { rows }, { 'x-request-id': id });
const bad = { x: 42, port: 'atl' };

test('rows that break the schema of the training are counted by rule, and answered', async () => {
  await api.client.endpoints.create({
    body: {
      name: 'wide',
      route: { kind: 'single', ref: 'wide' },
      validation: { mode: 'log' },
      log: { redact: [{ column: 'port', how: 'mask' }] },
    },
  });
  expect((await predict([{ x: 1, port: 'ATL' }], 'r1')).status).toBe(200);
  expect((await predict([bad, { x: 7, port: 'JFK' }], 'r2')).status).toBe(200);
  const found = await api.client.endpoints.validation({ params: { name: 'wide' } });
  expect(found).toMatchObject({
    mode: 'log',
    schema: { dataset: 'flights', version: 1 },
    requests: 2,
    broken: 1,
    refused: 0,
  });
  const broken = found.rules.filter(({ broken: rows }) => rows > 0);
  expect(
    broken.map(({ ruleId, refuses, broken: rows, examples }) => [ruleId, refuses, rows, examples[0]?.value]),
  ).toEqual([
    ['x.range', true, 1, 42],
    ['port.pattern', true, 1, '***'],
    ['condition', false, 1, null],
  ]);
  expect(found.leftOut.map(({ ruleId }) => ruleId)).toEqual(['port.unique']);
});

test('an endpoint that refuses tells every fault with its row and column, in the words of each protocol', async () => {
  await api.client.endpoints.update({ params: { name: 'wide' }, body: { validation: { mode: 'reject' } } });
  const own = await predict([{ x: 1, port: 'ATL' }, bad]);
  expect(own.status).toBe(422);
  expect(own.body).toMatchObject({
    code: 'predictions/breaks-schema',
    problems: [
      { path: '/rows/1/x', message: '"x" is 42', expected: '0 to 10' },
      { path: '/rows/1/port', message: '"port" is "atl"', expected: 'matches ^[A-Z]{3}$' },
    ],
  });
  const kserve = await ask('/v2/models/wide/infer', {
    inputs: [
      { name: 'x', datatype: 'FP64', shape: [1], data: [42] },
      { name: 'port', datatype: 'BYTES', shape: [1], data: ['ATL'] },
    ],
  });
  expect(kserve).toEqual({
    status: 422,
    body: { error: expect.stringContaining('/columns/x/0: "x" is 42') },
  });
  const mlflow = await ask('/endpoints/wide/invocations', { dataframe_records: [bad] });
  expect(mlflow).toMatchObject({
    status: 422,
    body: { error_code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining('/columns/port/0') },
  });
  // A row that only warns, and one without the column that the model predicts.
  expect((await predict([{ x: 7, port: 'JFK' }])).status).toBe(200);
});

test('the counts are at /metrics, and an event tells of them', async () => {
  const told: object[] = [];
  const { unsubscribe } = api.workspace.events.subscribe(({ type, data }) => {
    if (type === 'endpoint.requests-broken') told.push(data);
  });
  await api.workspace.endpoints.check();
  unsubscribe();
  const text = await (
    await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${api.token}` } })
  ).text();
  expect(text).toContain('assay_endpoint_checked_requests_total{endpoint="wide",outcome="refused"} 3');
  expect(text).toContain('assay_endpoint_broken_rows_total{endpoint="wide",rule="x.range"} 4');
  expect(told.length).toBeLessThanOrEqual(1);
});

test('without a schema the setting is refused, and a chosen one does', async () => {
  const route = { kind: 'single' as const, ref: 'orphan' };
  const refused = await ask('/api/v1/endpoints', { name: 'orphan', route, validation: { mode: 'log' } });
  expect(refused).toMatchObject({ status: 422, body: { code: 'endpoints/no-schema' } });
  await api.client.endpoints.create({ body: { name: 'orphan', route } });
  await api.workspace.announce(api.url);
  const asked = ['endpoint', 'checks', 'orphan', '--validate', 'reject', '--schema', 'flights@1'];
  const shown = await assay([...asked, '--workspace', api.workspace.dir]);
  expect(shown.stdout).toContain('by schema 1 of flights, chosen');
  expect(await ask('/api/v1/endpoints/orphan/predict', { rows: [{ port: 'ATL' }] })).toMatchObject({
    status: 422,
    body: { problems: [{ path: '/rows/x', message: 'the column "x" is absent' }] },
  });
});

test('what models predict need not be there where data are checked for serving', async () => {
  const started = await api.client.datasets.import({
    body: { dataset: 'flights', source: { kind: 'text', text: 'x,port\n1,ATL\n' } },
  });
  const { versionId: without } = ImportResult.parse((await api.workspace.jobs.wait(started.id)).result);
  const verdict = async (environment: string) => {
    const job = await api.client.dataValidations.create({ body: { versionId: without, environment } });
    const { validationId } = DataValidationResult.parse((await api.workspace.jobs.wait(job.id)).result);
    return api.client.dataValidations.get({ params: { validationId } });
  };
  expect(await verdict('training')).toMatchObject({ verdict: 'failed', environment: 'training' });
  expect(await verdict('serving')).toMatchObject({ verdict: 'passed', environment: 'serving' });
});
