import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newExperiment, newRun } from '../../kit/mlflow.ts';

let api: TestApi;
let mlflow: MlflowCaller;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
});
afterAll(() => api.close());

const errorOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  answer.body.error_code,
];
const get = async (id: string) =>
  (await mlflow.get('/experiments/get', { experiment_id: id })).body.experiment as Record<string, unknown>;

describe('experiments', () => {
  it('start with Default, whose id is 0', async () => {
    expect(await get('0')).toMatchObject({
      experiment_id: '0',
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0',
      lifecycle_stage: 'active',
    });
  });

  it('keep tags, a place for files, and a description that the workbench shows', async () => {
    const id = String(
      (
        await mlflow.post('/experiments/create', {
          name: 'with all',
          artifact_location: 's3://bucket/x/',
          tags: [
            { key: 'team', value: 'a' },
            { key: 'mlflow.note.content', value: 'why' },
          ],
        })
      ).body.experiment_id,
    );
    const experiment = await get(id);
    expect(experiment.artifact_location).toBe('s3://bucket/x');
    expect(experiment.tags).toEqual([
      { key: 'team', value: 'a' },
      { key: 'mlflow.note.content', value: 'why' },
    ]);
    expect(await api.client.experiments.get({ params: { experimentId: id } })).toMatchObject({
      description: 'why',
      tags: { team: 'a' },
    });
  });

  it('refuse a name that is taken, also by a deleted one', async () => {
    const id = await newExperiment(mlflow, 'taken');
    expect(errorOf(await mlflow.post('/experiments/create', { name: 'taken' }))).toEqual([
      400,
      'RESOURCE_ALREADY_EXISTS',
    ]);
    await mlflow.post('/experiments/delete', { experiment_id: id });
    expect(errorOf(await mlflow.post('/experiments/create', { name: 'taken' }))).toEqual([
      400,
      'RESOURCE_ALREADY_EXISTS',
    ]);
  });

  it('are found by name, deleted ones too; others do not exist', async () => {
    expect(
      (await mlflow.get('/experiments/get-by-name', { experiment_name: 'taken' })).body.experiment,
    ).toMatchObject({
      lifecycle_stage: 'deleted',
    });
    for (const answer of [
      await mlflow.get('/experiments/get-by-name', { experiment_name: 'nobody' }),
      await mlflow.get('/experiments/get', { experiment_id: '999' }),
    ]) {
      expect(errorOf(answer)).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    }
    expect(errorOf(await mlflow.get('/experiments/get', { experiment_id: 'abc' }))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
  });

  it('are deleted and restored with all their runs, and only in that order', async () => {
    const id = await newExperiment(mlflow, 'life');
    const runs = [await newRun(mlflow, id), await newRun(mlflow, id)];
    await mlflow.post('/runs/delete', { run_id: runs[0] });
    expect(errorOf(await mlflow.post('/experiments/restore', { experiment_id: id }))).toEqual([
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ]);
    expect((await mlflow.post('/experiments/delete', { experiment_id: id })).status).toBe(200);
    expect(errorOf(await mlflow.post('/experiments/delete', { experiment_id: id }))).toEqual([
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ]);
    expect(errorOf(await mlflow.post('/runs/create', { experiment_id: id }))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    expect(errorOf(await mlflow.post('/experiments/update', { experiment_id: id, new_name: 'x' }))).toEqual([
      400,
      'INVALID_PARAMETER_VALUE',
    ]);
    expect((await mlflow.post('/experiments/restore', { experiment_id: id })).body).toEqual({});
    for (const run_id of runs) {
      const { body } = await mlflow.get('/runs/get', { run_id });
      expect(body.run).toMatchObject({ info: { lifecycle_stage: 'active' } });
    }
  });

  it('are renamed and tagged; a tag that is not there cannot be removed', async () => {
    const id = await newExperiment(mlflow, 'tagged');
    await mlflow.post('/experiments/update', { experiment_id: id, new_name: 'tagged 2' });
    await mlflow.post('/experiments/set-experiment-tag', { experiment_id: id, key: 'k', value: '' });
    expect(await get(id)).toMatchObject({ name: 'tagged 2', tags: [{ key: 'k', value: '' }] });
    expect(
      (await mlflow.post('/experiments/delete-experiment-tag', { experiment_id: id, key: 'k' })).status,
    ).toBe(200);
    expect(
      errorOf(await mlflow.post('/experiments/delete-experiment-tag', { experiment_id: id, key: 'k' })),
    ).toEqual([404, 'RESOURCE_DOES_NOT_EXIST']);
    const long = 'v'.repeat(5001);
    expect(
      errorOf(
        await mlflow.post('/experiments/set-experiment-tag', { experiment_id: id, key: 'k', value: long }),
      ),
    ).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });

  it.each(['runs:/x', 'file:///a#b', 's3://b?x=..'])('refuse the place %s', async (artifact_location) => {
    const answer = await mlflow.post('/experiments/create', {
      name: `at ${artifact_location}`,
      artifact_location,
    });
    expect(errorOf(answer)).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});

describe('search of experiments', () => {
  const names = async (body: object): Promise<string[]> => {
    const answer = await mlflow.post('/experiments/search', body);
    expect(answer.status, answer.text).toBe(200);
    return ((answer.body.experiments ?? []) as { name: string }[]).map(({ name }) => name);
  };
  beforeAll(async () => {
    for (const [name, team] of [
      ['s-alpha', 'x'],
      ['s-beta', 'y'],
      ['S-gamma', 'x'],
    ] as const) {
      const id = await newExperiment(mlflow, name);
      await mlflow.post('/experiments/set-experiment-tag', { experiment_id: id, key: 'team', value: team });
    }
  });

  it('knows names, times, tags and their orders', async () => {
    expect(await names({ filter: "name LIKE 's-%'", order_by: ['name DESC'] })).toEqual([
      's-beta',
      's-alpha',
    ]);
    expect(
      await names({ filter: "name ILIKE 's-%' AND tags.team = 'x'", order_by: ['experiment_id'] }),
    ).toEqual(['s-alpha', 'S-gamma']);
    expect(await names({ filter: "tag.team != 'x' and name like 's%'" })).toEqual(['s-beta']);
    expect(
      await names({
        filter: "attribute.creation_time > 0 and tags.`team` is not null and name ilike 's-%'",
        order_by: ['name'],
      }),
    ).toHaveLength(3);
    expect(await names({ filter: "name = 'nobody'" })).toEqual([]);
  });

  it('shows deleted ones when asked', async () => {
    expect(await names({ view_type: 'DELETED_ONLY' })).toEqual(['taken']);
    expect(await names({ view_type: 3, filter: "name = 'taken'" })).toEqual(['taken']);
    expect(await names({ filter: "name = 'taken'" })).toEqual([]);
  });

  it('gives every one once, page by page, by GET as well', async () => {
    const seen: string[] = [];
    let token = '';
    do {
      const { body } = await mlflow.get('/experiments/search', {
        max_results: '1',
        order_by: ['name'],
        ...(token === '' ? {} : { page_token: token }),
      });
      seen.push(...(body.experiments as { name: string }[]).map(({ name }) => name));
      token = String(body.next_page_token ?? '');
    } while (token !== '');
    expect(seen).toEqual([...new Set(seen)].sort());
    expect(seen).toContain('Default');
  });

  it.each([
    { max_results: 0 },
    { max_results: 50_001 },
    { filter: "name = 'a' OR name = 'b'" },
    { filter: 'name > 3' },
    { filter: '  ' },
    { filter: 'description = 1' },
    { order_by: ['nothing'] },
    { order_by: ['name', 'name DESC'] },
    { page_token: 'garbage' },
    { view_type: 'SOME' },
  ])('refuses %j', async (body) => {
    expect(errorOf(await mlflow.post('/experiments/search', body))).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});
