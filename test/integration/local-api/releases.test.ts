import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GateReport } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { ended, importPenguins } from '../../kit/penguins.ts';

const model = 'penguin species';
let api: TestApi;
let versionId: string;

const train = async (trainer: object, seed = 0) => {
  const job = await api.client.training.start({
    body: {
      experimentId: '0',
      name: 'a training',
      recipe: {
        task: 'classification',
        dataset: versionId,
        target: { column: 'Species' },
        trainer: trainer as { kind: 'prior' },
        seed,
      },
    },
  });
  return String((await ended(api.client, job)).runId);
};
const register = (runId: string) => api.client.models.register({ params: { model }, body: { runId } });
const params = { model };

beforeAll(async () => {
  api = await startTestApi();
  versionId = await importPenguins(api.client);
  await register(await train({ kind: 'gbdt', trees: 20 }));
  await register(await train({ kind: 'prior' }));
});
afterAll(() => api.close());

describe('the way of a trained model to production', () => {
  let report: GateReport;

  test('a good model passes gates that measure it', async () => {
    await api.client.releases.setPolicy({
      params: { model, environment: 'production' },
      body: {
        gates: [
          { kind: 'metric', metric: 'accuracy', min: 0.9 },
          { kind: 'champion', metric: 'log_loss' },
          { kind: 'latency', p95Ms: 5000 },
          { kind: 'size', maxBytes: 5_000_000 },
          { kind: 'slices', column: 'Island', metric: 'accuracy', min: 0.7, minRows: 5 },
          { kind: 'golden' },
          { kind: 'signature' },
          { kind: 'drift' },
          { kind: 'card', minCompleteness: 0.2 },
        ],
        champion: true,
      },
    });
    const told = await api.client.releases.promote({
      params,
      body: { version: '1.0.0', environment: 'production', reason: 'the first', actor: 'ana' },
    });
    report = await api.client.releases.gateReport({ params: { reportId: told.gateReportId ?? '' } });
    expect(report.gates.map(({ kind, verdict }) => [kind, verdict])).toEqual([
      ['metric', 'pass'],
      ['champion', 'skipped'],
      ['latency', 'pass'],
      ['size', 'pass'],
      ['slices', 'pass'],
      ['golden', 'pass'],
      ['signature', 'skipped'],
      ['drift', 'skipped'],
      ['card', 'pass'],
    ]);
    expect(report.gates[4]?.reason).toMatch(/^accuracy by Island, the worst first: .*Biscoe .* rows\)/);
    const predicted = await api.client.predictions.predict({
      body: { model: `${model}@champion`, rows: [{ Island: 'Biscoe' }] },
    });
    expect(predicted.version).toBe('1.0.0');
  });

  test('a bad one is refused with every gate that failed, the comparison with the champion among them', async () => {
    const promote = api.client.releases.promote({
      params,
      body: { version: '1.1.0', environment: 'production' },
    });
    await expect(promote).rejects.toMatchObject({
      code: 'releases/gates-failed',
      status: 409,
      problems: [{ path: '/gates/0' }, { path: '/gates/1' }, { path: '/gates/4' }],
    });
    const { items } = await api.client.releases.gateReports({ params, query: { limit: 1 } });
    const failed = await api.client.releases.gateReport({ params: { reportId: items[0]?.id ?? '' } });
    expect(failed.champion).toBe('1.0.0');
    expect(failed.gates[1]?.reason).toMatch(
      /^log_loss is 1\.0\d*, that of 1\.0\.0 0\.\d+; difference 0\.\d+ \(95 %: 0\.\d+ to \d\.\d+\), by a paired bootstrap over \d+ rows with 2000 resamples\.$/,
    );
    expect(failed.gates[6]).toMatchObject({ kind: 'signature', verdict: 'pass' });
  });

  test('an override brings it in all the same, and a rollback takes it back', async () => {
    const told = await api.client.releases.promote({
      params,
      body: {
        version: '1.1.0',
        environment: 'production',
        override: { reason: 'for the demo of a rollback' },
        expectedCurrent: '1.0.0',
      },
    });
    expect(told).toMatchObject({ from: '1.0.0', overrideReason: 'for the demo of a rollback' });
    const back = await api.client.releases.rollback({
      params,
      body: { environment: 'production', reason: 'it knows nothing' },
    });
    expect(back).toMatchObject({ kind: 'rollback', version: '1.0.0', from: '1.1.0' });
    const { environments } = await api.client.releases.board({ params });
    expect(environments.map(({ environment, version }) => [environment, version])).toEqual([
      ['dev', null],
      ['test', null],
      ['staging', null],
      ['production', '1.0.0'],
    ]);
    expect((await api.client.models.get({ params })).aliases).toEqual({
      champion: '1.0.0',
      production: '1.0.0',
    });
  });

  test('MLflow sees the version of production in its stage Production', async () => {
    const address = `${api.url}/api/2.0/mlflow/model-versions/get?name=${encodeURIComponent(model)}&version=1`;
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${api.token}` } });
    expect(await answer.json()).toMatchObject({ model_version: { current_stage: 'Production' } });
  });
});

describe('a deprecated version', () => {
  const predict = async (ref: string) => {
    const answer = await fetch(`${api.url}/api/v1/predictions`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${api.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: ref, rows: [{ Island: 'Biscoe' }] }),
    });
    expect(answer.status).toBe(200);
    return answer.headers;
  };

  test('says so in the headers of its predictions, until it is taken back', async () => {
    expect((await predict(`${model}/1.1.0`)).get('Deprecation')).toBeNull();
    const version = { params: { model, version: '1.1.0' } };
    await api.client.releases.deprecate({
      ...version,
      body: {
        reason: 'worse',
        fromMs: 1688169599000,
        sunsetMs: Date.UTC(2030, 0, 31, 23, 59, 59),
        replacement: '1.0.0',
      },
    });
    const headers = await predict(`${model}/1.1.0`);
    // The example of RFC 9745, section 2.1, and the date form of RFC 8594.
    expect(headers.get('Deprecation')).toBe('@1688169599');
    expect(headers.get('Sunset')).toBe('Thu, 31 Jan 2030 23:59:59 GMT');
    expect(headers.get('Link')).toBe(
      '</api/v1/models/penguin%20species/versions/1.0.0>; rel="successor-version"',
    );
    await api.client.releases.undeprecate(version);
    expect((await predict(`${model}/1.1.0`)).get('Deprecation')).toBeNull();
  });
});

describe('a new version', () => {
  const byPolicy = async () => {
    const { items } = await api.client.releases.history({ params, query: { filter: "actor = 'policy'" } });
    return items.map(({ version, environment }) => `${version} ${environment}`);
  };

  test('goes where policies bring it, as far as its gates let it', async () => {
    const onRegister = 'promote';
    const gates = [{ kind: 'metric', metric: 'accuracy', min: 0.9 }, { kind: 'golden' }] as const;
    const unreachable = [{ kind: 'metric', metric: 'accuracy', min: 1.1 }] as const;
    await api.client.releases.setPolicy({
      params: { model, environment: 'dev' },
      body: { gates: [...gates], onRegister },
    });
    await api.client.releases.setPolicy({
      params: { model, environment: 'test' },
      body: { gates: [...unreachable], onRegister },
    });
    const { version } = await register(await train({ kind: 'gbdt', trees: 20 }, 3));
    await expect
      .poll(async () => (await api.client.releases.gateReports({ params, query: { limit: 1 } })).items[0], {
        timeout: 60_000,
      })
      .toMatchObject({ version, environment: 'test', passed: false });
    expect(await byPolicy()).toEqual([`${version} dev`]);
    const { environments } = await api.client.releases.board({ params });
    expect(environments.map((state) => state.version)).toEqual([version, null, null, '1.0.0']);
  });
});

describe('a policy', () => {
  test.each([
    ['without limits', { gates: [{ kind: 'metric', metric: 'auc' }] }],
    ['with a gate that there is not', { gates: [{ kind: 'luck' }] }],
    ['with a misspelt field', { gates: [{ kind: 'size', maxByte: 3 }] }],
  ])('%s is refused', async (_name, body) => {
    const answer = await fetch(`${api.url}/api/v1/models/${encodeURIComponent(model)}/policies/dev`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${api.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
  });

  test('for an environment that there is not is refused with those there are', async () => {
    const set = api.client.releases.setPolicy({ params: { model, environment: 'prod' }, body: {} });
    await expect(set).rejects.toMatchObject({ code: 'releases/environment-not-found' });
  });
});
