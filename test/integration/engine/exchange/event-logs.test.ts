import { appendFileSync, copyFileSync, cpSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../../../../local-api/contract/index.ts';
import { exchangeFixture, importRuns } from '../../../kit/exchange.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';
import { listQuery, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

let temp: TempWorkspace;
beforeAll(async () => {
  temp = await tempWorkspace();
});
afterAll(() => temp.close());

async function runNamed(name: string): Promise<Run> {
  const { tracking } = temp.workspace;
  const page = await tracking.listRuns(listQuery({ filter: `name = '${name}'` }));
  const [row] = page.items;
  if (row === undefined || page.items.length > 1)
    throw new Error(`There are ${page.items.length} runs ${name}.`);
  return tracking.getRun(row.id);
}

describe('importing event files of TensorBoard', () => {
  it('makes a run of each folder, once', async () => {
    const first = await importRuns(temp.workspace, exchangeFixture('tensorboard'), { experiment: 'logs' });
    expect(first).toMatchObject({
      format: 'tensorboard',
      experiments: { added: 1 },
      runs: { added: 3 },
      points: 63,
    });
    expect(first.skipped).toEqual([
      { reason: expect.stringContaining('images, histograms, text'), count: 2, examples: ['exp1'] },
    ]);
    const moved = join(tempFolder(), 'elsewhere', 'tensorboard');
    cpSync(exchangeFixture('tensorboard'), moved, { recursive: true });
    const again = await importRuns(temp.workspace, moved, { experiment: 'logs' });
    expect(again).toMatchObject({ runs: { added: 0, unchanged: 3 }, points: 0 });
  });

  it('keeps steps, times and values, NaN among them, and hparams as params', async () => {
    const run = await runNamed('exp1');
    expect(run.startedAtMs).toBe(1_700_000_000_000);
    expect(run.metrics['loss/train']).toMatchObject({
      count: 60,
      step: 59,
      max: 1,
      last: Math.fround(1 / 60),
    });
    expect(run.metrics['loss/train']?.timestampMs).toBe(1_700_000_059_000);
    expect(run.metrics.nan?.last).toBe('NaN');
    expect((await runNamed('exp1/sub')).metrics.acc).toMatchObject({
      last: 0.5,
      step: 7,
      timestampMs: 1_700_000_100_250,
    });
    const { items } = await temp.workspace.tracking.listRuns(listQuery({ filter: "params.opt = 'adam'" }));
    expect(items[0]?.params).toEqual({ lr: '0.1', bs: '32', opt: 'adam' });
  });

  it('reads up to the damage, and a log that is being written without a word', async () => {
    const source = exchangeFixture('tensorboard/exp1/events.out.tfevents.1795255328.vm');
    const bytes = readFileSync(source);
    const inDamaged = join(tempFolder(), 'events.out.tfevents.1.a');
    bytes[1000] = (bytes[1000] ?? 0) ^ 0xff;
    writeFileSync(inDamaged, bytes);
    const result = await importRuns(temp.workspace, inDamaged, { experiment: 'damaged' });
    expect(result.runs.added).toBe(1);
    expect(result.points).toBeGreaterThan(5);
    expect(result.points).toBeLessThan(61);
    expect(result.skipped.map(({ reason }) => reason).join()).toContain('damaged');

    const inOpen = join(tempFolder(), 'events.out.tfevents.2.b');
    copyFileSync(source, inOpen);
    truncateSync(inOpen, 1005);
    const before = await importRuns(temp.workspace, inOpen, { experiment: 'open' });
    expect(before.skipped).toEqual([]);
    appendFileSync(inOpen, readFileSync(source).subarray(1005));
    const after = await importRuns(temp.workspace, inOpen, { experiment: 'open' });
    expect(after.runs).toEqual({ added: 0, updated: 0, unchanged: 1 });
    expect(before.points + after.points).toBe(61);
  });
});

describe('importing offline runs of W&B', () => {
  it('adds its runs under their project, once', async () => {
    const first = await importRuns(temp.workspace, exchangeFixture('wandb'));
    expect(first).toMatchObject({ format: 'wandb', runs: { added: 2 }, files: 2 });
    expect(first.skipped).toEqual([
      { reason: expect.stringContaining('no numbers'), count: 30, examples: ['first: text'] },
    ]);
    const again = await importRuns(temp.workspace, exchangeFixture('wandb'));
    expect(again).toMatchObject({ runs: { added: 0, unchanged: 2 }, points: 0, files: 0 });
  });

  it('keeps config, history, summary, system metrics, notes, tags, times and files', async () => {
    const run = await runNamed('first');
    expect(run.params).toEqual({ lr: '0.1', layers: '[1,2]', 'nest.x': '1' });
    expect(run.metrics.loss).toMatchObject({ count: 30, step: 29, last: 1 / 30, max: 1 });
    expect(run.metrics['val.acc']).toMatchObject({ count: 30, last: 29 / 30 });
    expect(run.metrics.late).toMatchObject({ last: 'NaN', step: 40 });
    expect(run.metrics.best).toMatchObject({ last: 0.99, step: 40, count: 1 });
    expect(run.metrics['system/memory_percent']?.count).toBe(1);
    expect(run).toMatchObject({ status: 'finished', notes: 'some notes', startedAtMs: 1795255329783 });
    expect(run.tags).toMatchObject({ 'wandb.run_id': 'f4r3hi1n', 'wandb.group': 'g1', 'wandb.tags': 'a, b' });
    const { tracking } = temp.workspace;
    expect((await tracking.getExperiment(run.experimentId)).name).toBe('digits');
    expect(await tracking.listArtifacts(run.id, '', true)).toMatchObject([{ path: 'requirements.txt' }]);
    expect((await runNamed('bad')).status).toBe('failed');
  });

  it('takes a run that was cut short as killed, with what it had logged', async () => {
    const dir = tempFolder();
    const file = join(dir, 'run-cut.wandb');
    copyFileSync(exchangeFixture('wandb/offline-run-20261121_100209-f4r3hi1n/run-f4r3hi1n.wandb'), file);
    truncateSync(file, 6000);
    const other = await tempWorkspace();
    try {
      const result = await importRuns(other.workspace, file);
      expect(result.runs.added).toBe(1);
      const { items } = await other.workspace.tracking.listRuns(listQuery());
      expect(items[0]).toMatchObject({ status: 'killed', name: 'first' });
      expect(items[0]?.metrics?.loss?.count).toBeGreaterThan(3);
    } finally {
      await other.close();
    }
  });
});

describe('importing an export of Aim', () => {
  it('adds its runs once, and names the lines that are none', async () => {
    const first = await importRuns(temp.workspace, exchangeFixture('aim.jsonl'));
    expect(first).toMatchObject({ format: 'aim', runs: { added: 1 }, points: 4 });
    expect(first.skipped).toMatchObject([
      { reason: 'a line is no run of Aim', examples: [expect.stringContaining('line 2: hash')] },
    ]);
    const { items } = await temp.workspace.tracking.listRuns(
      listQuery({ filter: "tags.'aim.hash' is not null".replaceAll("'", '`') }),
    );
    expect(items[0]).toMatchObject({
      name: 'first',
      notes: 'notes',
      startedAtMs: 1_700_000_000_500,
      endedAtMs: 1_700_000_060_000,
      params: { 'hparams.lr': '0.1', 'hparams.bs': '32', layers: '[1,2]' },
      metrics: { 'loss{subset=train}': { count: 3, last: 'NaN', step: 2 }, acc: { last: 0.5 } },
    });
    const again = await importRuns(temp.workspace, exchangeFixture('aim.jsonl'));
    expect(again).toMatchObject({ runs: { added: 0, unchanged: 1 }, points: 0 });
  });
});
