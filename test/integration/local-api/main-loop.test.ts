import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ExportResult, ImportResult, type Job, TrainResult } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';

/** The loop of the product over HTTP on the penguins; every answer is checked against the contract by the server. */
let api: TestApi;
let versionId: string;
let runId: string;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

async function finished(job: Job): Promise<unknown> {
  const ended = await api.client.waitForJob(job.id);
  expect([ended.state, ended.error]).toEqual(['succeeded', null]);
  return ended.result;
}

describe('over the API', () => {
  it('a sample is imported, profiled and read back', async () => {
    const job = await api.client.datasets.import({
      body: { dataset: 'penguins', source: { kind: 'sample', name: 'penguins' } },
    });
    const result = ImportResult.parse(await finished(job));
    versionId = result.versionId;
    expect(result).toMatchObject({ dataset: 'penguins', version: 1, rows: 344, created: true });
    const profile = await api.client.datasetProfiles.get({ params: { versionId } });
    expect(profile.rows).toBe(344);
    const rows = await api.client.datasets.rows({ params: { versionId }, query: { offset: 340, limit: 10 } });
    expect([rows.rows.length, rows.total]).toEqual([4, 344]);
    expect((await api.client.datasets.get({ params: { dataset: 'penguins' } })).latest?.id).toBe(versionId);
    expect((await api.client.datasets.versions({ params: { dataset: 'penguins' } })).items).toHaveLength(1);
  });

  it('an upload becomes a version of its own', async () => {
    const body = new TextEncoder().encode('a,b\n1,x\n2,y\n');
    const { uploadId } = await api.client.uploads.create({ query: { name: 'tiny.csv' }, body });
    const source = { kind: 'upload' as const, uploadId };
    const preview = await api.client.datasets.preview({ body: { source } });
    expect(preview.columns.map(({ name, type }) => `${name}:${type}`)).toEqual(['a:integer', 'b:string']);
    const job = await api.client.datasets.import({
      body: { dataset: 'tiny', source, options: preview.options },
    });
    expect(await finished(job)).toMatchObject({ rows: 2 });
  });

  it('a model is trained in a run that holds all of it', async () => {
    const target = (await api.client.datasets.version({ params: { versionId } })).columns.find(({ name }) =>
      /species/i.test(name),
    );
    if (!target) throw new Error('The penguins have no species.');
    const job = await api.client.training.start({
      body: {
        name: 'species',
        recipe: {
          task: 'classification',
          dataset: versionId,
          target: { column: target.name },
          trainer: { kind: 'linear' },
        },
      },
    });
    const result = TrainResult.parse(await finished(job));
    runId = result.runId;
    expect(result.metrics.accuracy).toBeGreaterThan(0.9);
    const run = await api.client.runs.get({ params: { runId } });
    expect(run).toMatchObject({ name: 'species', status: 'finished', jobId: job.id });
    const { items } = await api.client.runs.artifacts({ params: { runId }, query: { recursive: true } });
    expect(items.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['model/model.onnx', 'recipe.json']),
    );
    const keys = Object.keys(run.metrics);
    const curves = await api.client.runs.metrics({ body: { runIds: [runId], keys } });
    expect(curves.series.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect((await api.client.jobs.logs({ params: { jobId: job.id } })).items.length).toBeGreaterThanOrEqual(
      0,
    );
  });

  it('a recipe that does not fit is refused with every fault', async () => {
    const failure = await api.client.training
      .start({
        body: {
          recipe: {
            task: 'classification',
            dataset: versionId,
            target: { column: 'Speices' },
            features: { include: ['nothing'] },
            trainer: { kind: 'prior' },
          },
        },
      })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 422, code: 'training/bad-recipe' });
    expect(failure).toMatchObject({
      problems: expect.arrayContaining([expect.anything(), expect.anything()]),
    });
  });

  it('a check of a recipe tells faults of its fields, then those against its data, and starts nothing', async () => {
    const before = await api.client.jobs.list({});
    const check = (recipe: unknown) => api.client.training.check({ body: { recipe } });
    const target = { column: 'Species' };
    const good = { task: 'classification', dataset: versionId, target, trainer: { kind: 'prior' } };
    expect(await check(good)).toEqual({ problems: [], warnings: [] });
    expect(await check({ ...good, tusk: 1, trainer: { kind: 'priors' } })).toMatchObject({
      problems: [
        { path: '/recipe/trainer/kind', message: expect.stringContaining('"gbdt"') },
        { path: '/recipe/tusk', message: 'is not a field of a recipe' },
      ],
    });
    expect(await check({ ...good, target: { column: 'Speices' } })).toMatchObject({
      problems: [{ path: '/recipe/target/column', message: expect.stringContaining('"Species"') }],
    });
    expect(await check({ ...good, dataset: 'nothing' })).toMatchObject({
      problems: [{ path: '/recipe/dataset' }],
    });
    expect(await check('no recipe')).toMatchObject({ problems: [{ path: '/recipe' }] });
    expect((await api.client.jobs.list({})).items).toHaveLength(before.items.length);
  });

  it('it is registered, served, downloaded and exported', async () => {
    const model = 'penguin species';
    const version = await api.client.models.register({
      params: { model },
      body: { runId, aliases: ['champion'] },
    });
    expect(version).toMatchObject({ model, version: '1.0.0', runId, aliases: ['champion'] });

    const sample = Object.fromEntries(
      (version.signature?.inputs ?? []).map((input) => [input.name, input.examples[0] ?? null]),
    );
    const answer = await api.client.predictions.predict({
      body: { model: `${model}@champion`, rows: [sample, sample] },
    });
    expect(answer).toMatchObject({ version: '1.0.0', rows: 2, classes: version.signature?.classes });
    expect(answer.probabilities?.[0]?.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);

    const params = { model, version: '@champion' };
    const bytes = Buffer.from(await (await api.client.models.file({ params })).arrayBuffer());
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(version.digest);

    const exported = ExportResult.parse(await finished(await api.client.models.export({ params, body: {} })));
    expect(exported.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['MLmodel']));
  });

  it('a bad row is refused with every fault of it', async () => {
    const failure = await api.client.predictions
      .predict({ body: { model: 'penguin species', rows: [{}, { nothing: 1 }] } })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 422, code: 'predictions/bad-rows' });
  });

  it('data is compared with itself and has not drifted', async () => {
    const body = { referenceVersionId: versionId, currentVersionId: versionId };
    const { reportId } = (await finished(await api.client.driftReports.create({ body }))) as {
      reportId: string;
    };
    const report = await api.client.driftReports.get({ params: { reportId } });
    expect([report.drifted, report.driftedColumns, report.referenceRows]).toEqual([false, 0, 344]);
    const { items } = await api.client.driftReports.list();
    expect(items.map(({ id }) => id)).toEqual([reportId]);
    await api.client.driftReports.delete({ params: { reportId } });
    expect((await api.client.driftReports.list()).items).toEqual([]);
  });

  it('everything shows in the lists, the search, the activity and the metrics', async () => {
    const { items: runs } = await api.client.runs.list({
      query: {
        filter: "metrics.accuracy > 0.9 and params.trainer = 'linear'",
        fields: 'name,metrics.accuracy',
      },
    });
    expect(runs).toMatchObject([{ id: runId, name: 'species' }]);
    const { items: hits } = await api.client.workspace.search({ query: { q: 'penguin' } });
    expect(hits.map(({ type }) => type)).toEqual(expect.arrayContaining(['dataset', 'model']));
    expect((await api.client.events.activity()).items.length).toBeGreaterThan(3);
    const headers = { authorization: `Bearer ${api.token}` };
    const metrics = await (await fetch(`${api.url}/metrics`, { headers })).text();
    expect(metrics).toMatch(/assay_jobs\{kind="train",state="succeeded"\} 1/);
    expect(metrics).toMatch(/assay_training_duration_seconds_count\{trainer="linear"\} 1/);
    expect(metrics).toMatch(
      /assay_predictions_total\{model="penguin species",version="1.0.0",outcome="ok"\} 1/,
    );
    expect(metrics).toMatch(/assay_prediction_rows_total\{model="penguin species",version="1.0.0"\} 2/);
  });
});
