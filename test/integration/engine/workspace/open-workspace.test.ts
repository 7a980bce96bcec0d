import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { databaseTools, openWorkspace } from '../../../../engine/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import { tempFolder } from '../../../kit/temp-folder.ts';
import { logBatch, newRun, type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

async function opened(): Promise<TempWorkspace> {
  const temp = await tempWorkspace();
  onTestFinished(() => temp.close());
  return temp;
}

describe('openWorkspace', () => {
  it('makes a new folder with all it needs, and leaves no lock behind when closed', async () => {
    const dir = join(tempFolder(), 'made', 'here');
    const workspace = await openWorkspace({ dir, logger: silentLogger, environment: {} });
    const info = await workspace.info();
    expect(info).toMatchObject({
      path: dir,
      name: 'here',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      counts: { experiments: 1, runs: 0, datasets: 0, models: 0, jobsRunning: 0 },
      storage: { artifactBytes: 0, datasetBytes: 0 },
    });
    expect(info.storage.databaseBytes).toBeGreaterThan(0);
    await workspace.close();
    await workspace.close();
    expect(readdirSync(dir).sort()).toEqual([
      'artifacts',
      'assay.db',
      'datasets',
      'lock-guard',
      'logs',
      'tmp',
      'token',
    ]);
  });

  it('keeps token and folder to their owner, and the token over a restart', async () => {
    const { workspace, dir, reopen } = await opened();
    const { token } = workspace;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((await reopen()).token).toBe(token);
    expect(readFileSync(join(dir, 'token'), 'utf8').trim()).toBe(token);
    if (process.platform === 'win32') return;
    for (const name of ['token', 'engine.json', 'lock'])
      expect(statSync(join(dir, name)).mode & 0o077).toBe(0);
  });

  it('refuses a second engine and does not disturb the first', async () => {
    const { workspace, dir } = await opened();
    await expect(openWorkspace({ dir, logger: silentLogger })).rejects.toMatchObject({
      code: 'workspace/locked',
    });
    await workspace.tracking.createRun(newRun());
    expect((await workspace.info()).counts.runs).toBe(1);
  });

  it('opens after an engine that was killed: stale lock, half-written files in tmp', async () => {
    const { workspace, dir } = await opened();
    const { id } = await workspace.tracking.createRun(newRun());
    await workspace.close();
    writeFileSync(join(dir, 'lock'), JSON.stringify({ pid: 1, start: 'gone', host: hostname() }));
    writeFileSync(join(dir, 'engine.json'), '{"pid":1,"startedAtMs":1,"url":"http://127.0.0.1:1"}');
    mkdirSync(join(dir, 'tmp', 'half'), { recursive: true });
    writeFileSync(join(dir, 'tmp', 'half', 'written'), 'x');
    const again = await openWorkspace({ dir, logger: silentLogger, environment: {} });
    expect(existsSync(join(dir, 'tmp', 'half'))).toBe(false);
    expect(JSON.parse(readFileSync(join(dir, 'engine.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      url: null,
    });
    expect((await again.tracking.getRun(id)).id).toBe(id);
    await again.close();
  });

  it('frees the folder when it cannot be opened', async () => {
    const dir = tempFolder();
    writeFileSync(join(dir, 'config.yaml'), 'jobs: nonsense\n');
    await expect(openWorkspace({ dir, logger: silentLogger, environment: {} })).rejects.toMatchObject({
      code: 'settings/invalid',
    });
    writeFileSync(join(dir, 'config.yaml'), '');
    writeFileSync(join(dir, 'assay.db'), 'this is not a database, however long one looks at it');
    await expect(openWorkspace({ dir, logger: silentLogger, environment: {} })).rejects.toMatchObject({
      code: 'workspace/corrupt',
    });
    expect(existsSync(join(dir, 'lock'))).toBe(false);
    writeFileSync(join(dir, 'assay.db'), '');
    await (await openWorkspace({ dir, logger: silentLogger, environment: {} })).close();
  });

  it('says where its API answers, until it is closed', async () => {
    const { workspace, dir } = await opened();
    await workspace.announce('http://127.0.0.1:4890');
    expect(JSON.parse(readFileSync(join(dir, 'engine.json'), 'utf8'))).toMatchObject({
      pid: process.pid,
      url: 'http://127.0.0.1:4890',
      startedAtMs: expect.any(Number),
    });
    await workspace.close();
    expect(existsSync(join(dir, 'engine.json'))).toBe(false);
  });

  it('logs to the folder by default, at the level of the settings', async () => {
    const dir = tempFolder();
    const workspace = await openWorkspace({ dir, environment: { ASSAY_LOG_LEVEL: 'error' } });
    workspace.logger.info({}, 'not this');
    workspace.logger.error({}, 'but this');
    await workspace.settings.update({ 'ui.theme': 'dark' });
    await workspace.close();
    const log = readFileSync(join(dir, 'logs', 'engine.jsonl'), 'utf8');
    expect(log).toContain('but this');
    expect(log).not.toContain('not this');
  });

  it('tells of changed settings', async () => {
    const { workspace } = await opened();
    const types: string[] = [];
    workspace.events.subscribe((event) => types.push(event.type));
    await workspace.settings.update({ 'jobs.concurrency': 1 });
    expect(types).toEqual(['settings.changed']);
  });

  it('ends runs whose job ended without a word, and leaves those of scripts alone', async () => {
    const { workspace, reopen } = await opened();
    const { tracking, store } = workspace;
    const ids: Record<string, string> = {};
    const states = ['failed', 'cancelled', 'dead', 'succeeded'] as const;
    for (const [index, state] of states.entries()) {
      await store.db
        .insertInto('jobs')
        .values({
          id: `job_${index}`,
          kind: 'train',
          title: 't',
          state,
          max_attempts: 1,
          input: '{}',
          created_at_ms: 1,
        })
        .execute();
      const run = await tracking.createRun(newRun({ status: index === 0 ? 'scheduled' : 'running' }), {
        jobId: `job_${index}`,
      });
      ids[state] = run.id;
    }
    const lost = await tracking.createRun(newRun(), { jobId: 'job_never' });
    const script = await tracking.createRun(newRun());
    const again = await reopen();
    const status = async (id = '') => (await again.tracking.getRun(id)).status;
    expect([
      await status(ids.failed),
      await status(ids.cancelled),
      await status(ids.dead),
      await status(ids.succeeded),
    ]).toEqual(['failed', 'killed', 'failed', 'finished']);
    expect(await status(lost.id)).toBe('failed');
    expect(await status(script.id)).toBe('running');
  });

  it('never collects the files that runs refer to', async () => {
    const { workspace } = await opened();
    const { artifacts, tracking } = workspace;
    const { id } = await tracking.createRun(newRun());
    const kept = await artifacts.put(Buffer.from('kept'));
    const loose = await artifacts.put(Buffer.from('loose'));
    await tracking.attachArtifact(id, 'a.txt', kept);
    expect(await artifacts.collectGarbage({ graceMs: -1 })).toMatchObject({ removed: 1 });
    expect(await artifacts.has(kept.digest)).toBe(true);
    expect(await artifacts.has(loose.digest)).toBe(false);
  });

  it('has everything that was acknowledged after a restart', async () => {
    const { workspace, reopen } = await opened();
    const { id } = await workspace.tracking.createRun(newRun({ params: { a: '1' } }));
    await workspace.tracking.log(id, logBatch({ metrics: [{ key: 'x', value: 1, step: 0 }] }));
    const before = await workspace.tracking.getRun(id);
    const lines = await workspace.events.activity(10);
    const again = await reopen();
    expect(await again.tracking.getRun(id)).toEqual(before);
    expect(await again.events.activity(10)).toEqual(lines);
  });
});

describe('search', () => {
  it('finds by name and id in any case, exact ones first', async () => {
    const { workspace } = await opened();
    const { tracking } = workspace;
    await tracking.createExperiment({ name: 'Late flights' });
    await tracking.createExperiment({ name: 'Flights' });
    const run = await tracking.createRun(newRun({ name: 'flights gbdt' }));
    const titles = async (text: string) => (await workspace.search(text, 10)).map((hit) => hit.title);
    expect(await titles('flights')).toEqual(['Flights', 'flights gbdt', 'Late flights']);
    expect(await titles(run.id)).toEqual(['flights gbdt']);
    expect(await titles(`  ${run.id.slice(0, 10).toUpperCase()} `)).toEqual(['flights gbdt']);
    expect(await titles("%'_\\")).toEqual([]);
    expect(await titles('   ')).toEqual([]);
    expect(await workspace.search('flights', 1)).toEqual([
      {
        type: 'experiment',
        id: '2',
        title: 'Flights',
        subtitle: 'Experiment, 0 runs',
        link: '/experiments/2',
      },
    ]);
  });
});

describe('databaseTools', () => {
  it('work on a closed workspace and wait for nobody while one is open', async () => {
    const { workspace, dir } = await opened();
    const tools = databaseTools(dir);
    for (const use of [
      tools.check,
      tools.upgrade,
      () => tools.backup(join(dir, 'b.db')),
      () => tools.downgrade(0),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: 'workspace/locked' });
    }
    expect((await tools.status()).pending).toEqual([]);
    await workspace.tracking.createRun(newRun());
    await workspace.close();
    expect(await tools.check()).toEqual([]);
    await tools.backup(join(dir, 'mine.db'));
    expect((await tools.downgrade(0)).length).toBeGreaterThan(0);
    expect(await tools.backups()).toHaveLength(1);
    await tools.restore(join(dir, 'mine.db'));
    const again = await openWorkspace({ dir, logger: silentLogger, environment: {} });
    expect((await again.info()).counts.runs).toBe(1);
    await again.close();
  });
});
