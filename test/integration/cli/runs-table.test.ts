import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assay, assayJson } from '../../kit/assay.ts';
import { logBatch, newRun, tempWorkspace } from '../../kit/workspace.ts';

let dir: string;
let workspace: string[];
let viewId: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-runs-table-'));
  const temp = await tempWorkspace({ startJobs: false });
  const { tracking } = temp.workspace;
  for (const [trainer, auc] of [
    ['gbdt', 0.9],
    ['gbdt', 0.7],
    ['mlp', 0.6],
  ] as const) {
    const { id } = await tracking.createRun(newRun({ params: { trainer } }));
    await tracking.log(id, logBatch({ metrics: [{ key: 'auc', value: auc, step: 0 }] }));
  }
  viewId = (
    await tracking.createView({
      name: 'best',
      page: 'runs',
      experimentId: null,
      state: { sort: '-metrics.auc' },
    })
  ).id;
  workspace = ['--workspace', temp.dir];
  await temp.workspace.close({ graceMs: 0 });
  return () => temp.close();
});
afterAll(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('assay runs', () => {
  it('--group-by prints a row a group with the aggregates of a metric', async () => {
    const printed = await assay(['runs', '--group-by', 'params.trainer', '--metric', 'auc', ...workspace]);
    expect(printed.stdout).toMatch(/params\.trainer\s+runs\s+auc mean\s+std\s+min\s+max/);
    expect(printed.stdout).toMatch(/gbdt\s+2\s+0\.8\s+0\.1414\s+0\.7\s+0\.9/);
    const json = await assayJson(['runs', '--group-by', 'params.trainer', '--sort', 'count', ...workspace]);
    expect(json).toMatchObject({ items: [{ count: 1 }, { count: 2 }], total: { groups: 2, runs: 3 } });
  });

  it('--export writes all matching runs, in the order asked for', async () => {
    const path = join(dir, 'runs.csv');
    const fields = [
      '--fields',
      'params.trainer,metrics.auc',
      '--filter',
      'metrics.auc > 0.6',
      '--sort=-metrics.auc',
    ];
    expect(await assayJson(['runs', '--export', path, ...fields, ...workspace])).toMatchObject({
      format: 'csv',
    });
    const rows = (await readFile(path, 'utf8')).trim().split('\r\n');
    expect(rows.map((row) => row.split(',').slice(1).join(','))).toEqual([
      'params.trainer,metrics.auc',
      'gbdt,0.9',
      'gbdt,0.7',
    ]);
    const parquet = join(dir, 'runs.parquet');
    await assayJson(['runs', '--export', parquet, ...workspace]);
    expect((await readFile(parquet)).subarray(0, 4).toString()).toBe('PAR1');
    const workbook = join(dir, 'runs.xlsx');
    await assayJson(['runs', '--export', workbook, ...workspace]);
    expect((await readFile(workbook)).subarray(0, 2).toString()).toBe('PK');
    expect((await assay(['runs', '--export', join(dir, 'runs.docx'), ...workspace])).code).toBe(2);
  });
});

describe('assay views', () => {
  it('lists, shows, deletes and restores views', async () => {
    expect((await assay(['views', ...workspace])).stdout).toMatch(/best\s+runs\s+all/);
    expect(await assayJson(['views', viewId, ...workspace])).toMatchObject({
      state: { sort: '-metrics.auc' },
    });
    await assayJson(['views', '--delete', viewId, ...workspace]);
    expect(await assayJson(['views', ...workspace])).toMatchObject({ items: [] });
    await assayJson(['views', '--restore', viewId, ...workspace]);
    expect(await assayJson(['views', ...workspace])).toMatchObject({ items: [{ name: 'best' }] });
  });
});
