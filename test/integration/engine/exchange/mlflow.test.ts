import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
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
  const page = await tracking.listRuns(listQuery({ filter: `name = '${name}'`, sort: '-startedAtMs' }));
  const [row] = page.items;
  if (row === undefined) throw new Error(`There is no run ${name}.`);
  return tracking.getRun(row.id);
}

async function textOf(run: Run, path: string): Promise<string> {
  const { digest } = await temp.workspace.tracking.findArtifact(run.id, path);
  return (await temp.workspace.artifacts.read(digest)).toString();
}

describe.each([
  [
    'a database of MLflow',
    'mlflow',
    'mlflow-database',
    '20cc559361584961825d6873ec501baf',
    1795253668976,
    1795253671700,
  ],
  ['an mlruns folder', 'mlruns', 'mlruns', '5b76e797994e4e839a6218f9b664f3f9', 1795253677713, 1795253677874],
] as const)('importing %s', (_what, fixture, format, parentId, startedAtMs, endedAtMs) => {
  it('adds its runs once, and says what stayed behind', async () => {
    const first = await importRuns(temp.workspace, exchangeFixture(fixture));
    expect(first).toMatchObject({
      format,
      runs: { added: 3, updated: 0, unchanged: 0 },
      points: 55,
      files: 2,
    });
    expect(first.skipped).toEqual([
      { reason: 'the run is deleted in the source', count: 1, examples: [expect.stringContaining('other')] },
    ]);
    const again = await importRuns(temp.workspace, exchangeFixture(fixture));
    expect(again).toMatchObject({
      runs: { added: 0, updated: 0, unchanged: 3 },
      points: 0,
      files: 0,
      fileBytes: 0,
    });
  });

  it('keeps ids, times, status, params, tags and notes', async () => {
    const run = await temp.workspace.tracking.getRun(parentId);
    expect(run).toMatchObject({ name: 'parent', status: 'finished', startedAtMs, endedAtMs, user: 'root' });
    expect(run.params).toEqual({ lr: '0.1', 'a/b': 'x', long: 'y'.repeat(600) });
    expect(run).toMatchObject({ notes: '# hi', source: 'mkdb.py', tags: { team: 'vision' } });
    expect((await runNamed('bad')).status).toBe('failed');
    const experiment = await temp.workspace.tracking.getExperiment(run.experimentId);
    expect(experiment.name).toBe('digits');
  });

  it('keeps nested runs, histories with NaN and infinity, datasets and files', async () => {
    expect((await runNamed('child')).parentRunId).not.toBeNull();
    const run = await temp.workspace.tracking.getRun(parentId);
    expect(run.metrics.loss).toMatchObject({ last: 0.02, step: 49, count: 50, max: 1 });
    expect(run.metrics.nan?.last).toBe('NaN');
    expect(run.metrics.inf?.last).toBe('Infinity');
    expect(run.metrics['val/acc']).toMatchObject({ last: 0.5, step: 3 });
    const record = await temp.workspace.tracking.runRecord(parentId);
    expect(record.datasets).toMatchObject([
      { name: 'tiny', digest: '2981c147', context: 'training', sourceType: 'code' },
    ]);
    expect(await textOf(run, 'notes/a.txt')).toBe('hello');
    expect(JSON.parse(await textOf(run, 'conf.json'))).toEqual({ x: 1 });
  });
});

describe('importing again', () => {
  it('adds what a run logged since, and its end; what was renamed here stays', async () => {
    const dir = tempFolder();
    copyFileSync(exchangeFixture('mlflow/mlflow.db'), join(dir, 'mlflow.db'));
    const db = new BetterSqlite3(join(dir, 'mlflow.db'));
    const id = 'a'.repeat(32);
    db.prepare(
      "INSERT INTO runs (run_uuid, name, status, start_time, lifecycle_stage, artifact_uri, experiment_id) VALUES (?, 'open', 'RUNNING', 1000, 'active', 's3://bucket/x', 1)",
    ).run(id);
    const first = await importRuns(temp.workspace, dir);
    expect(first.runs.added).toBe(1);
    expect(first.skipped).toContainEqual({
      reason: 'the files are in s3:// and not on this machine',
      count: 1,
      examples: ['s3://bucket/x'],
    });
    await temp.workspace.tracking.updateRun(id, { name: 'mine' });
    db.prepare(
      "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('m', 2, 5, ?, 0, 0)",
    ).run(id);
    db.prepare("UPDATE runs SET status = 'FINISHED', end_time = 2000 WHERE run_uuid = ?").run(id);
    db.close();
    const second = await importRuns(temp.workspace, dir);
    expect(second).toMatchObject({ runs: { added: 0, updated: 1, unchanged: 3 }, points: 1 });
    expect(await temp.workspace.tracking.getRun(id)).toMatchObject({
      name: 'mine',
      status: 'finished',
      endedAtMs: 2000,
    });
  });

  it('leaves runs alone that were deleted here', async () => {
    const { tracking } = temp.workspace;
    const run = await runNamed('bad');
    await tracking.deleteRun(run.id);
    const result = await importRuns(
      temp.workspace,
      exchangeFixture(run.user === 'root' ? 'mlruns' : 'mlflow'),
    );
    expect(result.skipped.map(({ reason }) => reason)).toContain('the run is deleted here');
    expect((await tracking.getRun(run.id)).lifecycle).toBe('deleted');
  });
});

describe('what is damaged', () => {
  it('leaves one run behind and not the others', async () => {
    const dir = join(tempFolder(), 'mlruns');
    cpSync(exchangeFixture('mlruns'), dir, { recursive: true });
    const runs = join(dir, '305048310627005551');
    writeFileSync(join(runs, '5b76e797994e4e839a6218f9b664f3f9', 'meta.yaml'), 'run_name: [unclosed');
    writeFileSync(join(runs, '6b6ece8f6771422aa0bafb508af46b37', 'metrics', 'loss'), '1 2 3\nnonsense\n');
    const other = await tempWorkspace();
    try {
      const result = await importRuns(other.workspace, dir);
      expect(result.runs.added).toBe(2);
      expect(result.skipped.map(({ reason }) => reason)).toEqual(
        expect.arrayContaining([
          'the files of a run cannot be read',
          'a line of a metric file cannot be read',
        ]),
      );
    } finally {
      await other.close();
    }
  });

  it('is refused with a reason when it is no database of MLflow', async () => {
    const path = join(tempFolder(), 'other.db');
    const db = new BetterSqlite3(path);
    db.exec('CREATE TABLE t (x)');
    db.close();
    await expect(importRuns(temp.workspace, path)).rejects.toThrow('run-imports/unreadable');
  });

  it('is told before anything is queued when there is nothing, or nothing known', async () => {
    const dir = tempFolder();
    await expect(importRuns(temp.workspace, join(dir, 'none'))).rejects.toMatchObject({
      code: 'run-imports/source-not-found',
    });
    mkdirSync(join(dir, 'empty'));
    await expect(importRuns(temp.workspace, join(dir, 'empty'))).rejects.toMatchObject({
      code: 'run-imports/unknown-format',
    });
    await expect(importRuns(temp.workspace, 'relative/path')).rejects.toMatchObject({
      code: 'request/invalid',
    });
    rmSync(join(dir, 'empty'), { recursive: true });
  });
});
