import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Explanation, Signature } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { ended, importPenguins } from '../../kit/penguins.ts';

let api: TestApi;
let penguins: string;

const train = async (target: string, task: 'classification' | 'regression', trainer: object) => {
  const recipe = {
    task,
    dataset: penguins,
    target: { column: target },
    trainer: trainer as { kind: 'prior' },
  };
  const job = await api.client.training.start({ body: { experimentId: '0', name: 'a training', recipe } });
  return String((await ended(api.client, job)).runId);
};

async function explain(
  body: Parameters<typeof api.client.explanations.create>[0]['body'],
): Promise<Explanation> {
  const job = await ended(api.client, await api.client.explanations.create({ body }));
  expect([job.state, job.error]).toEqual(['succeeded', null]);
  const { explanationId } = job.result as { explanationId: string };
  return api.client.explanations.get({ params: { explanationId } });
}

async function exampleRow(runId: string) {
  const file = await api.workspace.tracking.findArtifact(runId, 'model/signature.json');
  const signature = Signature.parse(JSON.parse((await api.workspace.artifacts.read(file.digest)).toString()));
  return Object.fromEntries(signature.inputs.map(({ name, examples }) => [name, examples[0] ?? null]));
}

beforeAll(async () => {
  api = await startTestApi();
  penguins = await importPenguins(api.client);
});
afterAll(() => api.close());

describe('a classifier of trees', () => {
  let runId: string;
  beforeAll(async () => {
    runId = await train('Species', 'classification', { kind: 'gbdt', trees: 20 });
    await api.client.models.register({ params: { model: 'species' }, body: { runId } });
  });

  test('tells at once why it answers a row as it does, exactly, for the class that it answers', async () => {
    const row = await exampleRow(runId);
    const made = await api.client.explanations.rows({ body: { runId, rows: [row] } });
    expect(made).toMatchObject({
      method: 'tree-interventional',
      scale: 'score',
      reference: { source: 'Test rows of the training' },
    });
    const [first] = made.rows;
    const sum = first?.features.reduce((total, { contribution }) => total + contribution, first.base);
    expect(sum).toBeCloseTo(first?.prediction ?? Number.NaN, 6);
    const { label, probabilities } = await api.client.predictions.predict({
      body: { model: 'species', rows: [row] },
    });
    expect(first?.output).toBe(label?.[0]);
    expect(first?.answer).toBeCloseTo(Math.max(...(probabilities?.[0] ?? [])), 6);
  });

  test('can be explained as a version, in probabilities of a class of choice, that add up to the answer', async () => {
    const row = await exampleRow(runId);
    const made = await api.client.explanations.rows({
      body: { model: 'species', rows: [row], output: 'Gentoo', scale: 'probability' },
    });
    expect(made.subject).toMatchObject({ model: 'species', version: '1.0.0', runId });
    expect(made.scale).toBe('probability');
    expect(['all-coalitions', 'kernel']).toContain(made.method);
    const [first] = made.rows;
    const sum = first?.features.reduce((total, { contribution }) => total + contribution, first.base);
    expect(sum).toBeCloseTo(first?.answer ?? Number.NaN, 5);
  });

  test('is explained as a whole by a job whose result run and version share', async () => {
    const made = await explain({ runId, rows: 40, repeats: 4 });
    expect(made.shapley.method).toBe('tree-interventional');
    expect(made.importance).toMatchObject({ metric: 'log_loss', higherIsBetter: false, repeats: 4 });
    const strongest = made.importance?.features[0];
    expect(strongest?.pValue).toBeLessThan(0.05);
    expect(strongest?.low).toBeGreaterThan(0);
    for (const { base, contributions, meanAbs } of made.shapley.outputs) {
      expect(Number.isFinite(base)).toBe(true);
      expect(contributions.length).toBe(made.shapley.inputs.length);
      expect(meanAbs.every((size) => size >= 0)).toBe(true);
    }
    expect(made.effects.length).toBeGreaterThan(3);
    for (const { grid, outputs } of made.effects)
      for (const { mean, lines } of outputs) {
        expect(mean.length).toBe(grid.length);
        expect(lines[0]?.length).toBe(grid.length);
      }
    const { digest } = await api.client.models.version({ params: { model: 'species', version: '1.0.0' } });
    const { items } = await api.client.explanations.list({ query: { filter: `digest = '${digest}'` } });
    expect(items.map(({ id }) => id)).toEqual([made.id]);
    await api.client.explanations.delete({ params: { explanationId: made.id } });
    await expect(api.client.explanations.get({ params: { explanationId: made.id } })).rejects.toMatchObject({
      code: 'explanations/not-found',
    });
  });

  test('gives the same figures for the same seed', async () => {
    const body = { model: 'species', rows: 20, repeats: 2 };
    const [a, b] = [await explain(body), await explain(body)];
    expect({ ...b, id: '', seconds: 0, createdAtMs: 0 }).toEqual({
      ...a,
      id: '',
      seconds: 0,
      createdAtMs: 0,
    });
  });

  test('names every fault of what is asked', async () => {
    await expect(
      api.client.explanations.create({ body: { runId, effects: ['no such', 'nor this'] } }),
    ).rejects.toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/effects/0' }, { path: '/effects/1' }],
    });
    await expect(api.client.explanations.rows({ body: { runId, rows: [{}] } })).rejects.toMatchObject({
      code: expect.stringMatching(/predictions\/bad-rows|^$/),
    });
    await expect(
      api.client.explanations.rows({ body: { runId, rows: [await exampleRow(runId)], output: 'Emu' } }),
    ).rejects.toMatchObject({ code: 'request/invalid' });
  });
});

test('a linear regression is explained exactly in the unit of its target, on data that are named', async () => {
  const runId = await train('Body Mass (g)', 'regression', { kind: 'linear' });
  const whole = await explain({ runId, datasetVersionId: penguins, rows: 20, repeats: 2 });
  expect(whole).toMatchObject({ reference: { source: 'penguins v1' }, importance: { metric: 'rmse' } });
  const made = await api.client.explanations.rows({ body: { runId, rows: [await exampleRow(runId)] } });
  expect([made.method, made.scale]).toEqual(['linear', 'value']);
  const [first] = made.rows;
  const sum = first?.features.reduce((total, { contribution }) => total + contribution, first.base) ?? 0;
  expect(Math.abs(sum - (first?.answer ?? Number.NaN)) / Math.abs(sum)).toBeLessThan(1e-5);
});

test('a network is explained by asking it, with what the sampling leaves open told', async () => {
  const runId = await train('Species', 'classification', { kind: 'mlp', epochs: 5 });
  const made = await api.client.explanations.rows({ body: { runId, rows: [await exampleRow(runId)] } });
  expect(['all-coalitions', 'kernel']).toContain(made.method);
  expect(made.scale).toBe('probability');
  expect(made.modelCalls).toBeGreaterThan(100);
  expect(made.notes.join()).toMatch(/mixtures of rows/);
});
