import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../local-api/client/index.ts';
import type { ReproductionReport, Run } from '../../../local-api/contract/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { assay } from '../../kit/assay.ts';
import { ended, importPenguins } from '../../kit/penguins.ts';

let dir: string;
let engine: RunningEngine;
let client: Client;
let workspace: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-reproduce-'));
  const workspaceDir = join(dir, 'workspace');
  workspace = ['--workspace', workspaceDir];
  engine = await startEngine({ dir: workspaceDir, port: 0 });
  client = createClient({ baseUrl: engine.url, token: engine.workspace.token });
});
afterAll(async () => {
  await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

/** The report of a copy, as soon as there is one. */
async function reportOf(runId: string): Promise<ReproductionReport> {
  for (;;) {
    const { reproduces } = await client.reproduction.get({ params: { runId } });
    if (reproduces?.report) return reproduces.report;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: folder });

/** A versioned script that logs a metric into its run, made anew each time; `value` is what it logs. */
async function project(name: string, value: string): Promise<string> {
  const folder = join(dir, name);
  await mkdir(folder);
  await writeFile(
    join(folder, 'train.mjs'),
    `const run = process.env.ASSAY_URL + '/api/v1/runs/' + process.env.ASSAY_RUN_ID;
     const headers = { authorization: 'Bearer ' + process.env.ASSAY_TOKEN, 'content-type': 'application/json' };
     const body = JSON.stringify({ metrics: [{ key: 'loss', value: ${value} }] });
     const answer = await fetch(run + '/log', { method: 'POST', headers, body });
     if (!answer.ok) throw new Error(await answer.text());\n`,
  );
  git(folder, 'init', '-q');
  git(folder, 'add', '.');
  git(folder, 'commit', '-q', '-m', 'first');
  return folder;
}

async function executed(folder: string, ...command: string[]): Promise<Run> {
  const script = new URL('../../../build/assay.mjs', import.meta.url).pathname;
  // Not the synchronous call: the engine that the command talks to is in this process.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, 'exec', '--json', ...workspace, '--', ...command],
    { cwd: folder },
  );
  return (JSON.parse(stdout) as { run: Run }).run;
}

describe('a training made again', () => {
  let runId: string;
  beforeAll(async () => {
    const dataset = await importPenguins(client);
    const job = await client.training.start({
      body: {
        name: 'islands',
        recipe: {
          task: 'classification',
          dataset,
          target: { column: 'Species' },
          trainer: { kind: 'gbdt', trees: 5 },
        },
      },
    });
    runId = String((await ended(client, job)).runId);
  });

  it('gives the same model bytes and says so on both runs', async () => {
    const copy = await client.reproduction.start({ params: { runId }, body: {} });
    const report = await reportOf(copy.runId);
    expect(report).toMatchObject({
      verdict: 'identical',
      summary: 'Identical: the same model bytes and the same metrics.',
      originalRunId: runId,
      model: { equal: true },
      metrics: { maxDifference: 0, differing: [], onlyOriginal: [], onlyReproduced: [] },
      environment: [],
    });
    expect(report.metrics.compared).toBeGreaterThan(3);
    expect(report.data).toMatchObject([{ equal: true }]);
    const { copies, plan } = await client.reproduction.get({ params: { runId } });
    expect(plan).toMatchObject({ kind: 'training', obstacles: [] });
    expect(copies.map((one) => [one.runId, one.report?.verdict])).toEqual([[copy.runId, 'identical']]);
    const { tags } = await client.runs.get({ params: { runId: copy.runId } });
    expect(tags).toMatchObject({ 'assay.reproduces': runId, 'assay.reproduction': 'identical' });
  });

  it('says so on the command line, with exit code 0', async () => {
    const result = await assay(['reproduce', runId.slice(0, 8), ...workspace]);
    expect([result.code, result.stdout]).toEqual([
      0,
      '✓ Identical: the same model bytes and the same metrics.\n',
    ]);
  });

  it('is refused with the name of the data when that is gone', async () => {
    const run = await client.runs.get({ params: { runId } });
    const recipe = await (await client.runs.getArtifact({ params: { runId, path: 'recipe.json' } })).text();
    const other = await client.runs.create({
      body: {
        name: 'of data that went',
        params: { trainer: 'gbdt' },
        inputs: [
          { datasetVersionId: null, name: 'cats 3', digest: `sha256:${'0'.repeat(64)}`, context: 'training' },
        ],
        status: 'finished',
      },
    });
    await client.runs.putArtifact({
      params: { runId: other.id, path: 'recipe.json' },
      body: new TextEncoder().encode(recipe),
    });
    await expect(client.reproduction.start({ params: { runId: other.id }, body: {} })).rejects.toMatchObject({
      code: 'runs/not-reproducible',
      message: expect.stringContaining('"cats 3"'),
    });
    expect(run.inputs).toHaveLength(1);
  });
});

describe('a command of "assay exec" made again', () => {
  it('runs in its folder and is identical when it logs the same', async () => {
    const folder = await project('same', '0.25');
    const run = await executed(folder, process.execPath, 'train.mjs');
    const copy = await client.reproduction.start({ params: { runId: run.id }, body: {} });
    expect(await reportOf(copy.runId)).toMatchObject({ verdict: 'identical', metrics: { compared: 1 } });
    const made = await client.runs.get({ params: { runId: copy.runId } });
    expect(made).toMatchObject({ status: 'finished', metrics: { loss: { last: 0.25 } } });
    expect(made.tags).toMatchObject({ 'assay.exit_code': '0', 'assay.cwd': folder });
  });

  it('differs when it logs something else, with the metric named and exit code 6', async () => {
    const folder = await project('other', 'process.hrtime()[1]');
    const run = await executed(folder, process.execPath, 'train.mjs');
    const result = await assay(['reproduce', run.id, ...workspace]);
    expect(result.code).toBe(6);
    expect(result.stdout).toContain('✗ Differs: loss (last) was ');
  });

  it('asks before it runs changed code, and runs it when forced', async () => {
    const folder = await project('changed', '1');
    const run = await executed(folder, process.execPath, 'train.mjs');
    const file = join(folder, 'train.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace('value: 1', 'value: 2'));
    const start = (force: boolean) =>
      client.reproduction.start({ params: { runId: run.id }, body: { force } });
    await expect(start(false)).rejects.toMatchObject({
      code: 'runs/code-changed',
      problems: [{ message: 'The uncommitted changes are not those of the run.' }],
    });
    expect(await reportOf((await start(true)).runId)).toMatchObject({
      verdict: 'differs',
      metrics: { maxDifference: 1 },
    });
  });

  it('says that it was not reproduced when the copy fails', async () => {
    const folder = await project('fails', '1');
    const marker = join(folder, 'ran-once');
    await writeFile(
      join(folder, 'train.mjs'),
      `import { existsSync, writeFileSync } from 'node:fs';
       if (existsSync('ran-once')) process.exit(4);
       writeFileSync('ran-once', '');\n`,
    );
    git(folder, 'commit', '-qam', 'second');
    const run = await executed(folder, process.execPath, 'train.mjs');
    expect(await readFile(marker, 'utf8')).toBe('');
    const copy = await client.reproduction.start({ params: { runId: run.id }, body: {} });
    expect(await reportOf(copy.runId)).toMatchObject({
      verdict: 'failed',
      summary: 'The run was not reproduced: it is failed (exit code 4).',
    });
  });

  it('is stopped together with its command', async () => {
    const folder = join(dir, 'slow');
    await mkdir(folder);
    await writeFile(join(folder, 'wait.mjs'), 'setTimeout(() => {}, process.argv[2] ?? 60_000);\n');
    const run = await executed(folder, process.execPath, 'wait.mjs', '1');
    // The second time it is to take long: the facts of the run are what is started.
    const path = 'environment.json';
    const facts = await (await client.runs.getArtifact({ params: { runId: run.id, path } })).json();
    const body = new TextEncoder().encode(
      JSON.stringify({ ...(facts as object), command: [process.execPath, 'wait.mjs'] }),
    );
    await client.runs.putArtifact({ params: { runId: run.id, path }, body });
    const copy = await client.reproduction.start({ params: { runId: run.id }, body: { force: true } });
    for (;;) {
      const { status, tags } = await client.runs.get({ params: { runId: copy.runId } });
      if (status === 'running' && tags['assay.cwd'] !== undefined) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await client.runControl.stop({ params: { runId: copy.runId } });
    expect(await reportOf(copy.runId)).toMatchObject({ verdict: 'failed' });
    expect((await client.runs.get({ params: { runId: copy.runId } })).status).toBe('killed');
  });

  it('is not started with secrets that were not kept', async () => {
    const folder = await project('secret', '1');
    const run = await executed(folder, process.execPath, 'train.mjs', '--api-key', 'x');
    await expect(
      client.reproduction.start({ params: { runId: run.id }, body: { force: true } }),
    ).rejects.toMatchObject({ code: 'runs/not-reproducible', message: expect.stringContaining('secrets') });
  });
});

describe('a run of a script that Assay did not start', () => {
  it('lists the steps to make it again by hand', async () => {
    const run = await client.runs.create({
      body: {
        source: 'train.py',
        tags: {
          'mlflow.source.git.commit': 'a'.repeat(40),
          'mlflow.source.git.repoURL': 'https://example.org/x.git',
        },
        status: 'finished',
      },
    });
    const { plan } = await client.reproduction.get({ params: { runId: run.id } });
    expect(plan.kind).toBe('script');
    expect(plan.steps).toEqual([
      'git clone -- https://example.org/x.git code && cd code',
      `git checkout ${'a'.repeat(40)}`,
      'python train.py',
    ]);
    await expect(
      client.reproduction.start({ params: { runId: run.id }, body: { force: true } }),
    ).rejects.toMatchObject({ code: 'runs/not-reproducible' });
  });
});

describe('the lineage of a run', () => {
  it('names the data and the model versions made of it', async () => {
    const { items } = await client.runs.list({ query: { filter: "name = 'islands'", fields: 'id' } });
    const runId = items[0]?.id ?? '';
    await client.models.register({ params: { model: 'birds' }, body: { runId, aliases: ['champion'] } });
    const lineage = await client.runLineage.get({ params: { runId } });
    expect(lineage.data).toMatchObject([{ dataset: 'penguins', version: 1, rows: 344 }]);
    expect(lineage.models).toMatchObject([{ model: 'birds', version: '1.0.0', aliases: ['champion'] }]);
    expect(lineage.driftReports).toEqual([]);
  });
});
