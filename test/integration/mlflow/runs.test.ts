import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newExperiment, newRun } from '../../kit/mlflow.ts';

let api: TestApi;
let mlflow: MlflowCaller;
let experiment: string;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
  experiment = await newExperiment(mlflow, 'runs');
});
afterAll(() => api.close());

type Entry = { key: string; value: unknown; timestamp?: number; step?: number };
type RunJson = {
  info: Record<string, unknown>;
  data: { metrics?: Entry[]; params?: Entry[]; tags?: Entry[] };
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
};
const errorOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  answer.body.error_code,
];
const invalid = [400, 'INVALID_PARAMETER_VALUE'];
const absent = [404, 'RESOURCE_DOES_NOT_EXIST'];
const runOf = async (id: string) => (await mlflow.get('/runs/get', { run_id: id })).body.run as RunJson;
const tagOf = async (id: string, key: string) =>
  (await runOf(id)).data.tags?.find((tag) => tag.key === key)?.value;

describe('a run', () => {
  it('is created with what the client says, and shows the same in the workbench', async () => {
    const { body } = await mlflow.post('/runs/create', {
      experiment_id: experiment,
      user_id: 'ada',
      run_name: 'first',
      start_time: '1700000000123',
      tags: [
        { key: 'mlflow.note.content', value: 'a note' },
        { key: 'mlflow.source.name', value: 'train.py' },
        { key: 'mlflow.parentRunId', value: 'f'.repeat(32) },
        { key: 'team', value: 'x' },
      ],
    });
    const run = body.run as RunJson;
    const id = String(run.info.run_id);
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(run.info).toEqual({
      run_id: id,
      run_uuid: id,
      experiment_id: experiment,
      run_name: 'first',
      user_id: 'ada',
      status: 'RUNNING',
      start_time: 1_700_000_000_123,
      artifact_uri: `mlflow-artifacts:/${experiment}/${id}/artifacts`,
      lifecycle_stage: 'active',
    });
    expect(Object.fromEntries((run.data.tags ?? []).map(({ key, value }) => [key, value]))).toEqual({
      'mlflow.runName': 'first',
      'mlflow.user': 'ada',
      'mlflow.source.name': 'train.py',
      'mlflow.note.content': 'a note',
      'mlflow.parentRunId': 'f'.repeat(32),
      team: 'x',
    });
    expect(await api.client.runs.get({ params: { runId: id } })).toMatchObject({
      name: 'first',
      user: 'ada',
      source: 'train.py',
      notes: 'a note',
      parentRunId: 'f'.repeat(32),
      tags: { team: 'x' },
      startedAtMs: 1_700_000_000_123,
    });
  });

  it('goes to experiment 0 and gets a name when nothing is said; an unknown experiment does not exist', async () => {
    const { info } = (await mlflow.post('/runs/create')).body.run as RunJson;
    expect(info).toMatchObject({ experiment_id: '0', user_id: '' });
    expect(String(info.run_name)).toMatch(/^[a-z]+-[a-z]+-\d+$/);
    expect(errorOf(await mlflow.post('/runs/create', { experiment_id: '777' }))).toEqual(absent);
  });

  it('cannot have two names', async () => {
    const tags = [{ key: 'mlflow.runName', value: 'b' }];
    expect(errorOf(await mlflow.post('/runs/create', { run_name: 'a', tags }))).toEqual(invalid);
    expect((await mlflow.post('/runs/create', { tags })).body.run).toMatchObject({ info: { run_name: 'b' } });
  });

  it('is updated by what is given only; an empty name is none; RUNNING may come back', async () => {
    const id = await newRun(mlflow, experiment, { run_name: 'before' });
    const ended = await mlflow.post('/runs/update', { run_id: id, status: 3, end_time: 2000 });
    expect(ended.body.run_info).toMatchObject({ status: 'FINISHED', end_time: 2000, run_name: 'before' });
    await mlflow.post('/runs/update', { run_uuid: id, run_name: 'after' });
    await mlflow.post('/runs/update', { run_id: id, run_name: '' });
    expect(await tagOf(id, 'mlflow.runName')).toBe('after');
    const again = await mlflow.post('/runs/update', { run_id: id, status: 'RUNNING' });
    expect(again.body.run_info).toMatchObject({ status: 'RUNNING', run_name: 'after' });
    expect(again.body.run_info).not.toHaveProperty('end_time');
  });

  it('takes its name, note, user and parent from tags, and gives them back after the workbench changed them', async () => {
    const id = await newRun(mlflow, experiment);
    for (const [key, value] of [
      ['mlflow.runName', 'by tag'],
      ['mlflow.note.content', 'n1'],
    ] as const) {
      await mlflow.post('/runs/set-tag', { run_id: id, key, value });
    }
    expect(await api.client.runs.get({ params: { runId: id } })).toMatchObject({
      name: 'by tag',
      notes: 'n1',
    });
    await api.client.runs.update({ params: { runId: id }, body: { name: 'by page', notes: 'n2' } });
    expect((await runOf(id)).info.run_name).toBe('by page');
    expect(await tagOf(id, 'mlflow.note.content')).toBe('n2');
    await mlflow.post('/runs/delete-tag', { run_id: id, key: 'mlflow.note.content' });
    expect(await tagOf(id, 'mlflow.note.content')).toBeUndefined();
    expect(
      errorOf(await mlflow.post('/runs/delete-tag', { run_id: id, key: 'mlflow.note.content' })),
    ).toEqual(absent);
  });

  it('is deleted and restored as often as asked; while deleted it takes nothing', async () => {
    const id = await newRun(mlflow, experiment);
    for (const path of ['/runs/delete', '/runs/delete', '/runs/restore', '/runs/restore', '/runs/delete']) {
      expect((await mlflow.post(path, { run_id: id })).body).toEqual({});
    }
    expect((await runOf(id)).info.lifecycle_stage).toBe('deleted');
    const writes = [
      ['/runs/log-metric', { key: 'm', value: 1, timestamp: 1 }],
      ['/runs/log-parameter', { key: 'p', value: '1' }],
      ['/runs/set-tag', { key: 't', value: '1' }],
      ['/runs/delete-tag', { key: 't' }],
      ['/runs/log-batch', { params: [{ key: 'p', value: '1' }] }],
      ['/runs/log-inputs', { datasets: [] }],
      ['/runs/outputs', { models: [{ model_id: 'm-1', step: 0 }] }],
      ['/runs/update', { status: 'FAILED' }],
    ] as const;
    for (const [path, body] of writes) {
      expect([path, ...errorOf(await mlflow.post(path, { run_id: id, ...body }))]).toEqual([
        path,
        ...invalid,
      ]);
    }
  });

  it('that is not there does not exist, whatever is asked of it', async () => {
    for (const answer of [
      await mlflow.get('/runs/get', { run_id: 'nope' }),
      await mlflow.post('/runs/delete', { run_id: 'nope' }),
      await mlflow.post('/runs/log-metric', { run_id: 'nope', key: 'm', value: 1, timestamp: 1 }),
    ]) {
      expect(errorOf(answer)).toEqual(absent);
    }
    expect(errorOf(await mlflow.get('/runs/get'))).toEqual(invalid);
  });
});

describe('params and tags', () => {
  it('a param is written once; the same again is fine, another value is not', async () => {
    const id = await newRun(mlflow, experiment);
    const log = (value: unknown) => mlflow.post('/runs/log-parameter', { run_id: id, key: 'depth', value });
    expect([(await log('6')).status, (await log('6')).status]).toEqual([200, 200]);
    expect(errorOf(await log('7'))).toEqual(invalid);
    const batch = {
      run_id: id,
      params: [
        { key: 'new', value: '1' },
        { key: 'depth', value: '9' },
      ],
    };
    expect(errorOf(await mlflow.post('/runs/log-batch', batch))).toEqual(invalid);
    expect((await runOf(id)).data.params).toEqual([{ key: 'depth', value: '6' }]);
  });

  it('long values are cut, empty ones kept, tags overwritten', async () => {
    const id = await newRun(mlflow, experiment);
    await mlflow.post('/runs/log-parameter', { run_id: id, key: 'long', value: 'p'.repeat(7000) });
    await mlflow.post('/runs/log-parameter', { run_id: id, key: 'none' });
    await mlflow.post('/runs/set-tag', { run_id: id, key: 'long', value: 't'.repeat(9000) });
    await mlflow.post('/runs/set-tag', { run_id: id, key: 'over', value: '1' });
    await mlflow.post('/runs/set-tag', { run_id: id, key: 'over', value: '' });
    const { params = [] } = (await runOf(id)).data;
    expect(params.map(({ value }) => String(value).length)).toEqual([6000, 0]);
    expect(String(await tagOf(id, 'long'))).toHaveLength(8000);
    expect(await tagOf(id, 'over')).toBe('');
  });

  it.each(['a//b', '../a', '/a', 'a/', '.', 'a?b', 'a#b', 'k'.repeat(251), 'a/../b'])(
    'the key "%s" is refused',
    async (key) => {
      const id = await newRun(mlflow, experiment);
      expect(errorOf(await mlflow.post('/runs/log-parameter', { run_id: id, key, value: '1' }))).toEqual(
        invalid,
      );
      expect(
        errorOf(await mlflow.post('/runs/log-metric', { run_id: id, key, value: 1, timestamp: 1 })),
      ).toEqual(invalid);
    },
  );

  it.each(['a b', 'a/b.c-d_e', 'train:loss', 'größe', 'k'.repeat(250)])(
    'the key "%s" is taken',
    async (key) => {
      const id = await newRun(mlflow, experiment);
      expect((await mlflow.post('/runs/set-tag', { run_id: id, key, value: '1' })).status).toBe(200);
    },
  );
});

describe('log-batch', () => {
  it('takes up to 1,000 entries, 100 params and 100 tags', async () => {
    const id = await newRun(mlflow, experiment);
    const metrics = (n: number) =>
      Array.from({ length: n }, (_, step) => ({ key: 'm', value: step, timestamp: 1, step }));
    const entries = (n: number) => Array.from({ length: n }, (_, i) => ({ key: `k${i}`, value: String(i) }));
    const log = (body: object) => mlflow.post('/runs/log-batch', { run_id: id, ...body });
    expect((await log({ metrics: metrics(800), params: entries(100), tags: entries(100) })).body).toEqual({});
    for (const body of [
      { metrics: metrics(1001) },
      { params: entries(101) },
      { tags: entries(101) },
      { metrics: metrics(901), params: entries(100) },
    ]) {
      expect(errorOf(await log(body))).toEqual(invalid);
    }
    expect((await log({})).body).toEqual({});
  });

  it('refuses a param that comes twice and lets the last of equal tags win', async () => {
    const id = await newRun(mlflow, experiment);
    const twice = [
      { key: 'a', value: '1' },
      { key: 'a', value: '1' },
    ];
    expect(errorOf(await mlflow.post('/runs/log-batch', { run_id: id, params: twice }))).toEqual(invalid);
    await mlflow.post('/runs/log-batch', {
      run_id: id,
      tags: [
        { key: 'a', value: '1' },
        { key: 'a', value: '2' },
      ],
    });
    expect(await tagOf(id, 'a')).toBe('2');
  });
});

describe('inputs and outputs', () => {
  const dataset = (name: string, source: string) => ({
    tags: [
      { key: 'mlflow.data.context', value: 'training' },
      { key: 'other', value: 'x' },
    ],
    dataset: { name, digest: 'd1', source_type: 'local', source, schema: '{"a":1}', profile: '{"rows":3}' },
  });

  it('a dataset is linked once and keeps its first description', async () => {
    const id = await newRun(mlflow, experiment);
    await mlflow.post('/runs/log-inputs', {
      run_id: id,
      datasets: [dataset('flights', 'a'), dataset('flights', 'b')],
    });
    await mlflow.post('/runs/log-inputs', {
      run_id: id,
      datasets: [dataset('flights', 'c')],
      models: [{ model_id: 'm-in' }],
    });
    await mlflow.post('/runs/outputs', { run_id: id, models: [{ model_id: 'm-out', step: 4 }] });
    const run = await runOf(id);
    expect(run.inputs).toEqual({
      dataset_inputs: [dataset('flights', 'a')],
      model_inputs: [{ model_id: 'm-in' }],
    });
    expect(run.outputs).toEqual({ model_outputs: [{ model_id: 'm-out', step: 4 }] });
    const found = await mlflow.post('/runs/search', {
      experiment_ids: [experiment],
      filter: `run_id = '${id}'`,
    });
    const [hit] = found.body.runs as RunJson[];
    expect(hit?.inputs).toEqual({ dataset_inputs: [dataset('flights', 'a')] });
    expect(hit?.outputs).toEqual(run.outputs);
    const summaries = await mlflow.post('/ajax-api/2.0/mlflow/experiments/search-datasets', {
      experiment_ids: [experiment],
    });
    expect(summaries.body.dataset_summaries).toEqual([
      { experiment_id: experiment, name: 'flights', digest: 'd1', context: 'training' },
    ]);
  });

  it('a digest of more than 36 characters, or a dataset without a source, is refused', async () => {
    const id = await newRun(mlflow, experiment);
    for (const change of [{ digest: 'd'.repeat(37) }, { source: '' }]) {
      const bad = { ...dataset('x', 'a'), dataset: { ...dataset('x', 'a').dataset, ...change } };
      expect(errorOf(await mlflow.post('/runs/log-inputs', { run_id: id, datasets: [bad] }))).toEqual(
        invalid,
      );
    }
  });

  it('models told the old way pile up in a tag', async () => {
    const id = await newRun(mlflow, experiment);
    const model = { artifact_path: 'model', flavors: { sklearn: {} }, utc_time_created: 'now', run_id: id };
    for (let i = 0; i < 2; i += 1) {
      await mlflow.post('/runs/log-model', { run_id: id, model_json: JSON.stringify(model) });
    }
    expect(JSON.parse(String(await tagOf(id, 'mlflow.log-model.history')))).toEqual([model, model]);
    for (const text of ['{', '{"flavors": {}}']) {
      expect(errorOf(await mlflow.post('/runs/log-model', { run_id: id, model_json: text }))).toEqual(
        invalid,
      );
    }
  });
});
