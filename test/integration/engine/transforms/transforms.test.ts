import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transform, TransformRun } from '../../../../local-api/contract/index.ts';
import { LineageQuery, TransformDefinition } from '../../../../local-api/contract/index.ts';
import { listQuery, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
beforeAll(async () => {
  temp = await tempWorkspace();
});
afterAll(() => temp.close());

async function importRows(dataset: string, lines: string[]): Promise<void> {
  const path = join(temp.dir, `${dataset}-${lines.length}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { data, jobs } = temp.workspace;
  const job = await data.import({ dataset, source: { kind: 'path', path }, options: {}, note: '', tags: {} });
  expect(await jobs.wait(job.id)).toMatchObject({ state: 'succeeded' });
}

const definition = (inputs: Record<string, string>, sql: string, output: string) =>
  TransformDefinition.parse({
    inputs: Object.fromEntries(Object.entries(inputs).map(([alias, dataset]) => [alias, { dataset }])),
    sql,
    output,
  });

async function runOf(name: string, force = false): Promise<TransformRun> {
  const { transforms, jobs } = temp.workspace;
  const run = await transforms.run(name, { force });
  if (run.jobId !== null) await jobs.wait(run.jobId);
  return transforms.getRun(run.id);
}

/** Waits until a transform stands as it should. */
async function until(name: string, holds: (transform: Transform) => boolean): Promise<Transform> {
  for (;;) {
    const transform = await temp.workspace.transforms.get(name);
    if (holds(transform)) return transform;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const first = ['shop,amount', 'A,1', 'B,2', 'A,3'];

test('the same work over the same data is done once; a new version makes the output stale', async () => {
  const { transforms, data, lineage } = temp.workspace;
  await importRows('sales', first);
  const totals = definition(
    { sales: 'sales' },
    'SELECT shop, sum(amount) AS total FROM sales GROUP BY shop ORDER BY shop',
    'totals',
  );
  expect(await transforms.save({ name: 'totals', definition: totals, note: '' })).toMatchObject({
    version: 1,
    state: 'never-run',
  });

  const run = await runOf('totals');
  expect(run).toMatchObject({
    state: 'succeeded',
    cached: false,
    outputs: [{ dataset: 'totals', version: 1, rows: 2 }],
  });
  const made = await data.getVersion(run.outputs[0]?.versionId ?? '');
  expect((await data.rows(made.id, 0, 10)).rows).toEqual([
    ['A', 4],
    ['B', 2],
  ]);
  expect(made.source).toMatchObject({
    kind: 'transform',
    name: 'totals',
    version: 1,
    inputs: [{ alias: 'sales', dataset: 'sales', version: 1 }],
  });
  expect(await transforms.get('totals')).toMatchObject({ state: 'fresh', reasons: [] });

  const graph = () => lineage.get(LineageQuery.parse({ node: 'totals@1' }));
  const before = await graph();
  expect(await runOf('totals')).toMatchObject({ cached: true, jobId: null, outputs: run.outputs });
  expect((await data.listVersions('totals', listQuery())).items).toHaveLength(1);
  expect(await graph()).toEqual(before);
  expect(await runOf('totals', true)).toMatchObject({ cached: false, outputs: run.outputs });

  await importRows('sales', [...first, 'C,7']);
  expect(await transforms.get('totals')).toMatchObject({
    state: 'stale',
    reasons: ['sales has version 2; the output was made from version 1'],
  });
  expect(await runOf('totals')).toMatchObject({ outputs: [{ version: 2, rows: 3 }] });

  const again = definition(
    { sales: 'sales' },
    'SELECT shop, max(amount) AS most FROM sales GROUP BY shop ORDER BY shop',
    'totals',
  );
  expect(await transforms.save({ name: 'totals', definition: again, note: 'most' })).toMatchObject({
    version: 2,
    state: 'stale',
  });
  expect(await transforms.save({ name: 'totals', definition: again, note: '' })).toMatchObject({
    version: 2,
  });
  expect((await transforms.versions('totals')).map(({ version }) => version)).toEqual([2, 1]);
  expect((await transforms.runs('totals', listQuery())).items.map(({ cached }) => cached)).toEqual([
    false,
    false,
    true,
    false,
  ]);
});

test('a chain that runs by itself makes each output once, in order, over a restart too', async () => {
  const { transforms, data } = temp.workspace;
  await importRows('raw', first);
  const save = (name: string, inputs: Record<string, string>, sql: string, auto = true) =>
    transforms.save({ name, definition: definition(inputs, sql, name), note: '', auto });
  await save('left', { raw: 'raw' }, "SELECT * FROM raw WHERE shop = 'A'");
  await save('right', { raw: 'raw' }, "SELECT * FROM raw WHERE shop <> 'A'");
  await save(
    'both',
    { l: 'left', r: 'right' },
    'SELECT (SELECT count(*) FROM l) AS l, (SELECT count(*) FROM r) AS r',
    false,
  ).catch(() => {});
  await until('left', ({ state }) => state === 'fresh');
  await until('right', ({ state }) => state === 'fresh');
  await save(
    'both',
    { l: 'left', r: 'right' },
    'SELECT (SELECT count(*) FROM l) AS l, (SELECT count(*) FROM r) AS r',
  );
  await until('both', ({ state }) => state === 'fresh');
  await importRows('raw', [...first, 'A,9', 'C,9']);
  const both = await until(
    'both',
    ({ state, lastRun }) => state === 'fresh' && lastRun?.outputs[0]?.version === 2,
  );
  expect(both.lastRun).toMatchObject({ trigger: 'auto', inputs: [{ version: 2 }, { version: 2 }] });
  expect((await data.rows(both.lastRun?.outputs[0]?.versionId ?? '', 0, 1)).rows).toEqual([[3, 2]]);
  expect((await transforms.runs('both', listQuery())).items).toHaveLength(2);

  const { transforms: reopened } = await temp.reopen();
  expect(await reopened.get('both')).toMatchObject({ state: 'fresh' });
});

test('a transform that would feed itself, or write what another writes, is refused', async () => {
  const { transforms } = temp.workspace;
  const save = (name: string, from: string, output: string) =>
    transforms.save({ name, definition: definition({ t: from }, 'SELECT * FROM t', output), note: '' });
  await expect(save('loop', 'raw', 'raw')).rejects.toMatchObject({ code: 'transforms/cycle' });
  await expect(save('longer', 'both', 'raw')).rejects.toMatchObject({
    code: 'transforms/cycle',
    message: expect.stringContaining('raw → left → both'),
  });
  await expect(save('other', 'raw', 'totals')).rejects.toMatchObject({ code: 'transforms/output-taken' });
  await expect(save('none', 'rwa', 'x')).rejects.toMatchObject({
    code: 'transforms/bad-definition',
    problems: [{ path: '/definition/inputs/t/dataset', expected: expect.stringContaining('raw') }],
  });
});

test('a split makes a dataset of each part; a part without rows fails the run, and nothing is tried again', async () => {
  const { transforms, data } = temp.workspace;
  const steps = (value: string) => ({
    inputs: { raw: { dataset: 'raw' } },
    steps: [
      {
        step: 'split',
        by: { kind: 'column', column: 'shop', parts: [{ name: 'first', values: [value] }], rest: 'rest' },
      },
    ],
    output: 'shops',
  });
  await transforms.save({ name: 'shops', definition: TransformDefinition.parse(steps('A')), note: '' });
  const run = await runOf('shops');
  expect(run.outputs).toMatchObject([
    { alias: 'first', dataset: 'shops-first', rows: 3 },
    { alias: 'rest', dataset: 'shops-rest', rows: 2 },
  ]);
  expect(await data.get('shops-first')).toMatchObject({ versions: 1 });
  await transforms.save({
    name: 'shops',
    definition: TransformDefinition.parse(steps('Z')),
    note: '',
    auto: true,
  });
  const failed = await until('shops', ({ state }) => state === 'failed');
  expect(failed.reasons).toEqual([expect.stringContaining('shops-first has no rows')]);
  expect((await transforms.runs('shops', listQuery())).items).toHaveLength(2);
  await transforms.delete('shops');
  await expect(transforms.get('shops')).rejects.toMatchObject({ code: 'transforms/not-found' });
  expect(await data.get('shops-rest')).toMatchObject({ versions: 1 });
});

test('a preview shows the rows after each step, and what is wrong with a value', async () => {
  const { transforms } = temp.workspace;
  const made = TransformDefinition.parse({
    inputs: { raw: { dataset: 'raw', version: 1 } },
    steps: [
      { step: 'filter', where: 'amount > 1' },
      { step: 'derive', column: 'more', expression: 'amount * 10' },
      { step: 'derive', column: 'bad', expression: 'CAST(shop AS INTEGER)' },
    ],
    output: 'x',
  });
  expect((await transforms.preview(made, { step: -1, limit: 10 })).rows).toHaveLength(3);
  expect(await transforms.preview(made, { step: 1, limit: 10 })).toMatchObject({
    rows: [
      ['B', 2, 20],
      ['A', 3, 30],
    ],
    basis: 'all',
  });
  await expect(transforms.preview(made, { limit: 10 })).rejects.toMatchObject({
    code: 'transforms/bad-definition',
    problems: [{ path: '/steps/2' }],
  });
  expect(await transforms.check({ inputs: {}, steps: [{ step: 'filter' }] })).toMatchObject({ sql: null });
});

test('a run that is cancelled makes nothing, and can be run again', async () => {
  const { transforms, jobs, data } = temp.workspace;
  await importRows('numbers', ['n', ...Array.from({ length: 300 }, (_, n) => String(n))]);
  const join = ['a', 'b', 'c', 'd', 'e'].map((name) => `n ${name}`).join(', ');
  const endless = definition(
    { n: 'numbers' },
    `SELECT sum(a.n * b.n + c.n * d.n - e.n) AS s FROM ${join}`,
    'endless',
  );
  await transforms.save({ name: 'endless', definition: endless, note: '' });
  const run = await transforms.run('endless');
  await expect.poll(async () => (await jobs.get(run.jobId ?? '')).state, { timeout: 30_000 }).toBe('running');
  await jobs.cancel(run.jobId ?? '');
  expect(await jobs.wait(run.jobId ?? '')).toMatchObject({ state: 'cancelled' });
  await expect.poll(async () => (await transforms.getRun(run.id)).state).toBe('cancelled');
  expect(await transforms.getRun(run.id)).toMatchObject({ outputs: [] });
  await expect(data.get('endless')).rejects.toMatchObject({ code: 'datasets/not-found' });
  expect(await transforms.get('endless')).toMatchObject({ state: 'never-run' });
  const ten = definition({ n: 'numbers' }, 'SELECT sum(n) AS s FROM n', 'endless');
  await transforms.save({ name: 'endless', definition: ten, note: '' });
  expect(await runOf('endless')).toMatchObject({ state: 'succeeded', outputs: [{ version: 1, rows: 1 }] });
});
