import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { type MlflowCaller, mlflowCaller, newRun } from '../../kit/mlflow.ts';

let api: TestApi;
let mlflow: MlflowCaller;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  mlflow = mlflowCaller(api);
});
afterAll(() => api.close());

type Point = { key: string; value: unknown; timestamp: number; step: number; run_id?: string };
const errorOf = (answer: { status: number; body: Record<string, unknown> }) => [
  answer.status,
  answer.body.error_code,
];
const invalid = [400, 'INVALID_PARAMETER_VALUE'];
const latest = async (id: string) => {
  const { run } = (await mlflow.get('/runs/get', { run_id: id })).body as {
    run: { data: { metrics?: Point[] } };
  };
  return run.data.metrics ?? [];
};
const history = async (id: string, key: string, more: Record<string, string> = {}) => {
  const { body } = await mlflow.get('/metrics/get-history', { run_id: id, metric_key: key, ...more });
  return { points: (body.metrics ?? []) as Point[], token: body.next_page_token as string | undefined };
};
const logMany = async (
  id: string,
  key: string,
  points: [step: number, timestamp: number, value: number][],
) => {
  for (let start = 0; start < points.length; start += 1000) {
    const metrics = points
      .slice(start, start + 1000)
      .map(([step, timestamp, value]) => ({ key, step, timestamp, value }));
    const answer = await mlflow.post('/runs/log-batch', { run_id: id, metrics });
    expect(answer.status, answer.text).toBe(200);
  }
};

describe('log-metric', () => {
  it('keeps numbers, NaN and infinities, however they are written; sending again changes nothing', async () => {
    const id = await newRun(mlflow, '0');
    const written = ['1.5', '"NaN"', 'NaN', '"Infinity"', '-Infinity', 'true', '"2"', '1e300'];
    for (let round = 0; round < 2; round += 1) {
      for (const [step, value] of written.entries()) {
        const text = `{"run_id": "${id}", "key": "m", "value": ${value}, "timestamp": "100", "step": ${step}}`;
        expect((await mlflow.send('POST', '/runs/log-metric', { text })).body).toEqual({});
      }
    }
    const { points } = await history(id, 'm');
    expect(points.map(({ value }) => value)).toEqual([
      1.5,
      'NaN',
      'NaN',
      Number.MAX_VALUE,
      -Number.MAX_VALUE,
      1,
      2,
      1e300,
    ]);
  });

  it.each([
    ['no value', { timestamp: 1 }],
    ['no time', { value: 1 }],
    ['a time before 1970', { value: 1, timestamp: -1 }],
    ['a text for a value', { value: 'much', timestamp: 1 }],
    ['half a step', { value: 1, timestamp: 1, step: 0.5 }],
  ])('%s is refused', async (_what, body) => {
    const id = await newRun(mlflow, '0');
    expect(errorOf(await mlflow.post('/runs/log-metric', { run_id: id, key: 'm', ...body }))).toEqual(
      invalid,
    );
  });

  it('the last point is the one with the greatest step, then time, then value', async () => {
    const id = await newRun(mlflow, '0');
    await logMany(id, 'm', [
      [5, 10, 1],
      [5, 20, 2],
      [-3, 99, 7],
      [5, 20, 1.5],
    ]);
    expect(await latest(id)).toEqual([{ key: 'm', value: 2, timestamp: 20, step: 5 }]);
  });
});

describe('get-history', () => {
  it('is sorted by time, step and value, also when times do not follow the steps', async () => {
    const id = await newRun(mlflow, '0');
    await logMany(id, 'm', [
      [1, 30, 1],
      [2, 20, 2],
      [3, 10, 3],
      [4, 10, 4],
    ]);
    expect((await history(id, 'm')).points.map(({ step }) => step)).toEqual([3, 4, 2, 1]);
    await logMany(id, 'ordered', [
      [1, 10, 1],
      [2, 20, 2],
    ]);
    await logMany(id, 'ordered', [[3, 5, 3]]);
    expect((await history(id, 'ordered')).points.map(({ step }) => step)).toEqual([3, 1, 2]);
  });

  it.each(['times that follow the steps', 'times that do not'])(
    'comes whole or page by page, with %s',
    async (what) => {
      const id = await newRun(mlflow, '0');
      const points = Array.from({ length: 2500 }, (_, step): [number, number, number] => [
        step,
        what.endsWith('not') ? 10_000 - step : step,
        step,
      ]);
      await logMany(id, 'm', points);
      const whole = (await history(id, 'm')).points;
      expect(whole).toHaveLength(2500);
      const paged: Point[] = [];
      let token: string | undefined;
      do {
        const page = await history(id, 'm', {
          max_results: '999',
          ...(token === undefined ? {} : { page_token: token }),
        });
        paged.push(...page.points);
        token = page.token;
      } while (token !== undefined);
      expect(paged).toEqual(whole);
    },
  );

  it('of what nobody logged is empty; a bad token or page is refused', async () => {
    const id = await newRun(mlflow, '0');
    expect((await mlflow.get('/metrics/get-history', { run_id: id, metric_key: 'x' })).body).toEqual({});
    expect((await mlflow.get('/metrics/get-history', { run_id: 'nobody', metric_key: 'x' })).body).toEqual(
      {},
    );
    for (const more of [{ page_token: 'bad' }, { max_results: '0' }]) {
      expect(
        errorOf(await mlflow.get('/metrics/get-history', { run_id: id, metric_key: 'x', ...more })),
      ).toEqual(invalid);
    }
  });
});

describe('histories of many runs', () => {
  const bulk = '/ajax-api/2.0/mlflow/metrics/get-history-bulk';
  const interval = '/metrics/get-history-bulk-interval';

  it('come with the id of the run, up to a number of points over all', async () => {
    const ids = [await newRun(mlflow, '0'), await newRun(mlflow, '0')].sort();
    for (const id of ids)
      await logMany(id, 'm', [
        [0, 1, 1],
        [1, 2, 2],
        [2, 3, 3],
      ]);
    const { body } = await mlflow.get(bulk, { run_id: ids, metric_key: 'm', max_results: '4' });
    expect((body.metrics as Point[]).map((point) => [point.run_id, point.step])).toEqual([
      [ids[0], 0],
      [ids[0], 1],
      [ids[0], 2],
      [ids[1], 0],
    ]);
  });

  it('are thinned out by rows: the first of even parts, and the last point', async () => {
    const id = await newRun(mlflow, '0');
    await logMany(
      id,
      'm',
      Array.from({ length: 10 }, (_, i): [number, number, number] => [i, i, i]),
    );
    await logMany(
      id,
      'flat',
      Array.from({ length: 10 }, (_, i): [number, number, number] => [0, i, i]),
    );
    const values = async (key: string, more: Record<string, string>) =>
      ((await mlflow.get(interval, { run_ids: id, metric_key: key, ...more })).body.metrics as Point[]).map(
        ({ value }) => value,
      );
    // NTILE(4) of ten rows makes parts of 3, 3, 2 and 2; the last point takes the place of the last one.
    expect(await values('m', { max_results: '4' })).toEqual([0, 3, 6, 9]);
    expect(await values('flat', { max_results: '3' })).toEqual([0, 4, 9]);
    expect(await values('m', { max_results: '1' })).toEqual([9]);
    expect(await values('m', {})).toHaveLength(10);
    expect(await values('m', { start_step: '2', end_step: '5', max_results: '2' })).toEqual([2, 5]);
  });

  it('refuse no runs, more than 100, half a range, a range backwards, too many points; unknown runs do not exist', async () => {
    const id = await newRun(mlflow, '0');
    const many = Array.from({ length: 101 }, () => id);
    for (const query of [
      { run_ids: [] },
      { run_ids: many },
      { run_ids: id, start_step: '1' },
      { run_ids: id, start_step: '2', end_step: '1' },
      { run_ids: id, max_results: '2501' },
    ]) {
      expect(errorOf(await mlflow.get(interval, { metric_key: 'm', ...query }))).toEqual(invalid);
    }
    expect(errorOf(await mlflow.get(interval, { run_ids: 'nobody', metric_key: 'm' }))).toEqual([
      404,
      'RESOURCE_DOES_NOT_EXIST',
    ]);
    expect(errorOf(await mlflow.get(bulk, { metric_key: 'm' }))).toEqual(invalid);
  });
});
