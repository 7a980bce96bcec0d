import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newExperiment, newRun } from '../../kit/mlflow.ts';

let api: TestApi;
let mlflow: MlflowCaller;
let experiment: string;
const ids: Record<string, string> = {};

/** Four runs, started one after the other: a, b, c and d; the last has logged nothing. */
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
  experiment = await newExperiment(mlflow, 'search');
  const facts = [
    { name: 'a', user: 'ada', auc: 0.9, depth: '6', team: 'red', note: 'best so far' },
    { name: 'b', user: 'bob', auc: 0.5, depth: '10', team: 'blue', note: '' },
    { name: 'c', user: 'ada', auc: 'NaN', depth: '2', team: 'Red', note: '' },
  ];
  for (const [i, { name, user, auc, depth, team, note }] of facts.entries()) {
    const id = await newRun(mlflow, experiment, { run_name: name, user_id: user, start_time: 1000 + i });
    ids[name] = id;
    await mlflow.post('/runs/log-batch', {
      run_id: id,
      metrics: [
        { key: 'auc', value: auc, timestamp: 1 },
        { key: 'val loss', value: i, timestamp: 1 },
      ],
      params: [
        { key: 'depth', value: depth },
        { key: 'a.b.c', value: `dots ${name}` },
      ],
      tags: [
        { key: 'team', value: team },
        { key: 'user-name', value: 'x_y' },
        ...(note === '' ? [] : [{ key: 'mlflow.note.content', value: note }]),
      ],
    });
  }
  ids.d = await newRun(mlflow, experiment, {
    run_name: 'd',
    start_time: 1003,
    tags: [{ key: 'mlflow.parentRunId', value: ids.a }],
  });
  await mlflow.post('/runs/update', { run_id: ids.b, status: 'FINISHED', end_time: 5000 });
  await mlflow.post('/runs/update', { run_id: ids.c, status: 'FAILED', end_time: 6000 });
  const dataset = { name: 'flights', digest: 'abc', source_type: 'local', source: 's' };
  const tags = [{ key: 'mlflow.data.context', value: 'eval' }];
  await mlflow.post('/runs/log-inputs', { run_id: ids.c, datasets: [{ dataset, tags }] });
});
afterAll(() => api.close());

const search = (body: object) => mlflow.post('/runs/search', { experiment_ids: [experiment], ...body });
const found = async (body: object): Promise<string> => {
  const answer = await search(body);
  expect(answer.status, answer.text).toBe(200);
  const runs = (answer.body.runs ?? []) as { info: { run_name: string } }[];
  return runs.map(({ info }) => info.run_name).join('');
};

describe('filters of runs', () => {
  it.each([
    ['', 'dcba'],
    ['metrics.auc > 0.6', 'a'],
    ['metrics.auc>=0.5', 'ba'],
    // NaN is there and equals nothing; a run without the metric does not match at all.
    ['metrics.auc != 0.5', 'ca'],
    ['metric.`val loss` = 1', 'b'],
    ['metrics."val loss" < 1', 'a'],
    ["params.depth = '6'", 'a'],
    ["param.depth != '6'", 'cb'],
    ["parameters.depth LIKE '1%'", 'b'],
    ["params.a.b.c = 'dots b'", 'b'],
    ['params.depth IS NULL', 'd'],
    ['params.depth is not null', 'cba'],
    ["tags.team = 'red'", 'a'],
    ["tags.team LIKE 'r%'", 'a'],
    ["tag.team ILIKE 'r%'", 'ca'],
    ['tags."user-name" = "x_y"', 'cba'],
    ["tags.`user-name` LIKE 'x__'", 'cba'],
    ["tags.`mlflow.note.content` LIKE '%so far'", 'a'],
    ['tags.mlflow.note.content IS NULL', 'dcb'],
    ["tags.mlflow.note.content != 'x'", 'a'],
    ["tags.mlflow.runName = 'b'", 'b'],
    ["tags.mlflow.user = 'ada'", 'ca'],
    ['tags.mlflow.parentRunId IS NOT NULL', 'd'],
    ["status = 'FINISHED'", 'b'],
    ["attributes.status != 'RUNNING'", 'cb'],
    ["attr.status LIKE 'F%'", 'cb'],
    ["run.status ILIKE 'f%'", 'cb'],
    ["status = 'finished'", ''],
    ["run_name = 'a'", 'a'],
    ["attributes.`Run name` = 'b'", 'b'],
    ["user_id = 'ada' AND metrics.auc > 0", 'a'],
    ['start_time >= 1002', 'dc'],
    ['attributes.Created < 1001', 'a'],
    ['end_time > 5000', 'c'],
    ['end_time != 5000', 'c'],
    ["artifact_uri LIKE 'mlflow-artifacts:/%/artifacts'", 'dcba'],
    ["datasets.name = 'flights'", 'c'],
    ["dataset.digest IN ('abc', 'x') and datasets.context LIKE 'ev%'", 'c'],
    ["datasets.name = 'other'", ''],
    ["params.depth = '6'\n  and\ttags.team='red'", 'a'],
  ])('%s finds %s', async (filter, names) => {
    expect(await found({ filter })).toBe(names);
  });

  it('by ids, in a list or out of it', async () => {
    expect(await found({ filter: `attributes.run_id IN ('${ids.a}', '${ids.c}')` })).toBe('ca');
    expect(await found({ filter: `run_id NOT IN ('${ids.a}')` })).toBe('dcb');
    expect(await found({ filter: `tags."mlflow.parentRunId" = '${ids.a}'` })).toBe('d');
  });

  it.each([
    "metrics.auc > '1'",
    'params.depth = 6',
    'params.depth > "6"',
    'params.depth = six',
    'tags.team = `red`',
    "metrics.auc LIKE '1%'",
    'metrics.auc IS NULL',
    "status IN ('RUNNING')",
    'run_id IN ()',
    "metrics.auc > 1 OR params.depth = '6'",
    "NOT params.depth = '6'",
    "(params.depth = '6')",
    'metrics.auc BETWEEN 0 AND 1',
    'metrics.auc == 1',
    'metrics.auc > 1;',
    'what.ever = 1',
    "nothing = 'x'",
    "datasets.size = '1'",
    "params.depth = '6' AND",
    "params.depth = 'open",
    ' ',
  ])('%s is refused', async (filter) => {
    const answer = await search({ filter });
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});

describe('order of runs', () => {
  it.each([
    [[], 'dcba'],
    [['metrics.auc'], 'bacd'],
    [['metrics.auc DESC'], 'abcd'],
    [['metric.`val loss` desc'], 'cbad'],
    [['tags.team ASC'], 'cbad'],
    [['params.depth'], 'cabd'],
    [['attributes.run_name'], 'abcd'],
    [['user_id', 'run_name DESC'], 'dcab'],
    [['end_time DESC'], 'cbda'],
    [['start_time ASC'], 'abcd'],
    [['status', 'start_time'], 'cbad'],
  ])('%j gives %s', async (order_by, names) => {
    expect(await found({ order_by })).toBe(names);
  });

  it.each([
    [['nothing']],
    [['metrics.auc', 'metrics.auc DESC']],
    [['datasets.name']],
    [['metrics.auc UP']],
    [['']],
  ])('%j is refused', async (order_by) => {
    const answer = await search({ order_by });
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
  });
});

describe('pages of runs', () => {
  it.each([[[]], [['metrics.auc DESC']], [['params.depth']], [['tags.team', 'run_name']]])(
    'of one, ordered by %j, are the whole',
    async (order_by) => {
      const whole = await found({ order_by });
      let names = '';
      let page_token: string | undefined;
      do {
        const { body } = await search({
          order_by,
          max_results: 1,
          ...(page_token === undefined ? {} : { page_token }),
        });
        names += (body.runs as { info: { run_name: string } }[]).map(({ info }) => info.run_name).join('');
        page_token = body.next_page_token as string | undefined;
      } while (page_token !== undefined);
      expect(names).toBe(whole);
    },
  );

  it('of no experiment are empty; a token of another search, and too large a page, are refused', async () => {
    expect((await mlflow.post('/runs/search', {})).body).toEqual({});
    const { body } = await search({ max_results: 1 });
    for (const bad of [
      { page_token: body.next_page_token, filter: "params.depth = '6'" },
      { page_token: 'x' },
      { max_results: 50_001 },
      { experiment_ids: ['x'] },
      { run_view_type: 9 },
    ]) {
      const answer = await search(bad);
      expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    }
  });

  it('hold deleted runs when asked, over several experiments', async () => {
    const other = await newExperiment(mlflow, 'search 2');
    const gone = await newRun(mlflow, other, { run_name: 'z', start_time: 1 });
    await mlflow.post('/runs/delete', { run_id: gone });
    const experiment_ids = [experiment, other];
    expect(await found({ experiment_ids })).toBe('dcba');
    expect(await found({ experiment_ids, run_view_type: 'DELETED_ONLY' })).toBe('z');
    expect(await found({ experiment_ids, run_view_type: 'ALL' })).toBe('dcbaz');
  });
});
