import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newExperiment, newRun } from '../../kit/mlflow.ts';

let api: TestApi;
let mlflow: MlflowCaller;
let experiment: string;
let run: string;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
  experiment = await newExperiment(mlflow, 'logged models');
  run = await newRun(mlflow, experiment);
});
afterAll(() => api.close());

type Model = {
  info: { model_id: string; name: string; status: string; tags?: object[] } & Record<string, unknown>;
  data: { params?: object[]; metrics?: Record<string, unknown>[] };
};
const errorOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  answer.body.error_code,
];
const invalid = [400, 'INVALID_PARAMETER_VALUE'];
const absent = [404, 'RESOURCE_DOES_NOT_EXIST'];
const create = async (more: object = {}): Promise<Model> =>
  (await mlflow.post('/logged-models', { experiment_id: experiment, ...more })).body.model as Model;
const get = async (id: string, more = '') =>
  (await mlflow.get(`/logged-models/${id}${more}`)).body.model as Model;

describe('a logged model', () => {
  it('is pending until it is finalized, and keeps its run, type, params and tags', async () => {
    const { info, data } = await create({
      name: 'model',
      model_type: 'classifier',
      source_run_id: run,
      params: [{ key: 'C', value: '1.0' }],
      tags: [{ key: 't', value: 'x' }],
    });
    expect(info).toMatchObject({
      experiment_id: experiment,
      name: 'model',
      status: 'LOGGED_MODEL_PENDING',
      model_type: 'classifier',
      source_run_id: run,
      tags: [{ key: 't', value: 'x' }],
      artifact_uri: `mlflow-artifacts:/${experiment}/models/${info.model_id}/artifacts`,
    });
    expect(info.model_id).toMatch(/^m-[0-9a-f]{32}$/);
    expect(data).toEqual({ params: [{ key: 'C', value: '1.0' }] });
    for (const status of ['LOGGED_MODEL_READY', 2]) {
      const answer = await mlflow.send('PATCH', `/logged-models/${info.model_id}`, {
        body: { model_id: info.model_id, status },
      });
      expect((answer.body.model as Model).info.status).toBe('LOGGED_MODEL_READY');
    }
  });

  it('gets a name when none is given; odd names and deleted experiments are refused', async () => {
    expect((await create()).info.name).toMatch(/^[a-z]+-[a-z]+-\d+$/);
    for (const name of ['a/b', 'a:b', 'a.b', 'a%b', 'a"b', "a'b"]) {
      expect(errorOf(await mlflow.post('/logged-models', { experiment_id: experiment, name }))).toEqual(
        invalid,
      );
    }
    const gone = await newExperiment(mlflow, 'gone');
    await mlflow.post('/experiments/delete', { experiment_id: gone });
    expect(errorOf(await mlflow.post('/logged-models', { experiment_id: gone }))).toEqual(invalid);
    expect(errorOf(await mlflow.post('/logged-models', { experiment_id: '999' }))).toEqual(absent);
  });

  it('takes more params once each, and tags as often as one likes', async () => {
    const { model_id: id } = (await create()).info;
    const params = [{ key: 'p', value: '1' }];
    expect((await mlflow.post(`/logged-models/${id}/params`, { model_id: id, params })).body).toEqual({});
    expect(errorOf(await mlflow.post(`/logged-models/${id}/params`, { model_id: id, params }))).toEqual(
      invalid,
    );
    for (const value of ['1', '2']) {
      const body = { model_id: id, tags: [{ key: 'a/b', value }] };
      expect((await mlflow.send('PATCH', `/logged-models/${id}/tags`, { body })).body).toEqual({});
    }
    expect((await get(id)).info.tags).toEqual([{ key: 'a/b', value: '2' }]);
    const remove = () => mlflow.send('DELETE', `/logged-models/${id}/tags/a%2Fb`);
    expect((await remove()).body).toEqual({});
    expect(errorOf(await remove())).toEqual(absent);
  });

  it('that is deleted is shown only when asked for', async () => {
    const { model_id: id } = (await create()).info;
    expect((await mlflow.send('DELETE', `/logged-models/${id}`)).body).toEqual({});
    expect(errorOf(await mlflow.get(`/logged-models/${id}`))).toEqual(absent);
    expect((await get(id, '?allow_deleted=True')).info.model_id).toBe(id);
    expect(errorOf(await mlflow.send('DELETE', `/logged-models/${id}`))).toEqual(absent);
  });

  it('gets the points that runs log about it, each once', async () => {
    const { model_id } = (await create()).info;
    const point = {
      key: 'auc',
      value: 0.9,
      timestamp: 5,
      step: 2,
      model_id,
      dataset_name: 'd',
      dataset_digest: 'x',
    };
    for (let i = 0; i < 2; i += 1) await mlflow.post('/runs/log-metric', { run_id: run, ...point });
    await mlflow.post('/runs/log-batch', {
      run_id: run,
      metrics: [point, { ...point, value: 'NaN', key: 'nan' }],
    });
    const { metrics = [] } = (await get(model_id)).data;
    expect(metrics).toEqual([
      { ...point, run_id: run },
      { ...point, key: 'nan', value: 'NaN', run_id: run },
    ]);
  });

  it('has files, listed by folder', async () => {
    const { info } = await create();
    const root = `${experiment}/models/${info.model_id}/artifacts`;
    for (const path of ['MLmodel', 'data/w.bin']) {
      await mlflow.send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${root}/${path}`, { text: 'x' });
    }
    const directories = `/logged-models/${info.model_id}/artifacts/directories`;
    expect((await mlflow.get(directories)).body).toEqual({
      root_uri: `mlflow-artifacts:/${root}`,
      files: [
        { path: 'MLmodel', is_dir: false, file_size: 1 },
        { path: 'data', is_dir: true },
      ],
    });
    expect((await mlflow.get(directories, { artifact_directory_path: 'data' })).body.files).toEqual([
      { path: 'data/w.bin', is_dir: false, file_size: 1 },
    ]);
    const file = `/ajax-api/2.0/mlflow/logged-models/${info.model_id}/artifacts/files`;
    expect((await mlflow.get(file, { artifact_file_path: 'data/w.bin' })).text).toBe('x');
    expect(errorOf(await mlflow.get(file))).toEqual([400, 'BAD_REQUEST']);
  });
});

describe('search of logged models', () => {
  let where: string;
  const found = async (body: object): Promise<string> => {
    const answer = await mlflow.post('/logged-models/search', { experiment_ids: [where], ...body });
    expect(answer.status, answer.text).toBe(200);
    return ((answer.body.models ?? []) as Model[]).map(({ info }) => info.name).join('');
  };
  beforeAll(async () => {
    where = await newExperiment(mlflow, 'searched');
    const source = await newRun(mlflow, where);
    for (const [name, auc, depth] of [
      ['a', 0.9, '3'],
      ['b', 0.5, '4'],
      ['c', 0.7, '3'],
    ] as const) {
      const params = [{ key: 'depth', value: depth }];
      const { info } = await create({
        experiment_id: where,
        name,
        params,
        source_run_id: source,
        tags: [{ key: 't', value: name }],
      });
      const of = { key: 'auc', timestamp: 1, model_id: info.model_id };
      await mlflow.post('/runs/log-batch', {
        run_id: source,
        metrics: [
          { ...of, value: auc, dataset_name: 'train', dataset_digest: '1' },
          { ...of, value: 1 - auc, timestamp: 2, dataset_name: 'test', dataset_digest: '2' },
        ],
      });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });

  it('finds by attributes, params, tags and metrics, on some datasets when asked', async () => {
    expect(await found({})).toBe('cba');
    expect(await found({ filter: "name = 'a'" })).toBe('a');
    expect(await found({ filter: "params.depth = '3' AND tags.t != 'a'" })).toBe('c');
    expect(await found({ filter: "attributes.name IN ('a', 'b')" })).toBe('ba');
    expect(await found({ filter: "name NOT IN ('a')" })).toBe('cb');
    expect(await found({ filter: 'metrics.auc >= 0.7' })).toBe('ca');
    expect(await found({ filter: 'metrics.auc >= 0.5', datasets: [{ dataset_name: 'test' }] })).toBe('b');
    expect(await found({ filter: 'creation_timestamp > 0', datasets: [{ dataset_name: 'none' }] })).toBe(
      'cba',
    );
    expect(await found({ filter: "status = 'PENDING'" })).toBe('cba');
  });

  it('sorts by attributes and by the latest point of a metric', async () => {
    expect(await found({ order_by: [{ field_name: 'name' }] })).toBe('abc');
    expect(await found({ order_by: [{ field_name: 'metrics.auc', ascending: false }] })).toBe('bca');
    expect(
      await found({ order_by: [{ field_name: 'metrics.auc', dataset_name: 'train', dataset_digest: '1' }] }),
    ).toBe('bca');
    expect(await found({ order_by: [{ field_name: 'creation_timestamp', ascending: true }] })).toBe('abc');
  });

  it('gives every one once, page by page', async () => {
    let names = '';
    let page_token: string | undefined;
    do {
      const body = {
        experiment_ids: [where],
        max_results: 1,
        ...(page_token === undefined ? {} : { page_token }),
      };
      const answer = await mlflow.post('/logged-models/search', body);
      names += (answer.body.models as Model[])[0]?.info.name;
      page_token = answer.body.next_page_token as string | undefined;
    } while (page_token !== undefined);
    expect(names).toBe('cba');
  });

  it.each([
    { filter: 'metric.auc > 1' },
    { filter: "metrics.auc > '1'" },
    { filter: "what = 'x'" },
    { filter: 'tags.t IS NULL' },
    { order_by: [{ field_name: 'params.depth' }] },
    { order_by: [{}] },
    { datasets: [{}] },
    { page_token: 'x' },
    { max_results: 0 },
  ])('refuses %j', async (body) => {
    expect(errorOf(await mlflow.post('/logged-models/search', { experiment_ids: [where], ...body }))).toEqual(
      invalid,
    );
  });
});
