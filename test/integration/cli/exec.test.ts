import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Client, createClient } from '../../../local-api/client/index.ts';
import type { Run } from '../../../local-api/contract/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { assay } from '../../kit/assay.ts';

const script = fileURLToPath(new URL('../../../build/assay.mjs', import.meta.url));

let dir: string;
let engine: RunningEngine;
let client: Client;
let workspace: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-exec-'));
  const workspaceDir = join(dir, 'workspace');
  workspace = ['--workspace', workspaceDir];
  engine = await startEngine({
    dir: workspaceDir,
    port: 0,
    settings: { 'tracking.systemMetricsSeconds': 1 },
  });
  client = createClient({ baseUrl: engine.url, token: engine.workspace.token });
});
afterAll(async () => {
  await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

const Answer = z.object({ run: z.object({ id: z.string() }), exitCode: z.int() });

async function runOf(stdout: string): Promise<Run> {
  return client.runs.get({ params: { runId: Answer.parse(JSON.parse(stdout)).run.id } });
}

async function fileOf(run: Run, path: string): Promise<string> {
  return (await client.runs.getArtifact({ params: { runId: run.id, path } })).text();
}

/** The one run under way, as soon as its command has printed something. */
async function underWay(name: string): Promise<Run> {
  for (;;) {
    const { items } = await client.runs.list({
      query: { filter: `name = '${name}' and status = 'running'` },
    });
    const [row] = items;
    if (row !== undefined) return client.runs.get({ params: { runId: row.id } });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function ended(runId: string): Promise<Run> {
  for (;;) {
    const run = await client.runs.get({ params: { runId } });
    if (run.endedAtMs !== null) return run;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('assay exec', () => {
  it('records output, exit code, environment and git state of a command', async () => {
    const project = join(dir, 'project');
    await mkdir(project);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], { cwd: project });
    git('init', '-q');
    await writeFile(
      join(project, 'train.mjs'),
      'console.log("epoch 1"); console.error("careful"); process.exit(3);\n',
    );
    git('add', '.');
    git('commit', '-q', '-m', 'first');
    await writeFile(
      join(project, 'train.mjs'),
      'console.log("epoch 2"); console.error("careful"); process.exit(3);\n',
    );

    const child = spawn(
      process.execPath,
      [
        script,
        'exec',
        '-e',
        'digits',
        '--tag',
        'team=vision',
        '--json',
        ...workspace,
        '--',
        process.execPath,
        'train.mjs',
        '--api-key',
        'k1',
      ],
      { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(code).toBe(3);
    const run = await runOf(stdout);
    expect(run).toMatchObject({ status: 'failed', source: 'exec' });
    expect(run.endedAtMs).toBeGreaterThanOrEqual(run.startedAtMs);
    expect(run.tags).toMatchObject({ team: 'vision', 'assay.exit_code': '3', 'assay.git.dirty': 'true' });
    expect(run.tags['assay.command']).toMatch(/train\.mjs --api-key '\*\*\*'$/);
    expect((await client.experiments.get({ params: { experimentId: run.experimentId } })).name).toBe(
      'digits',
    );
    const log = await fileOf(run, 'logs/output.log');
    expect(log.split('\n').toSorted()).toEqual(['', 'careful', 'epoch 2']);
    expect(await fileOf(run, 'source/diff.patch')).toContain('+console.log("epoch 2")');
    expect(JSON.parse(await fileOf(run, 'environment.json'))).toMatchObject({
      node: { version: process.versions.node },
      git: { isDirty: true },
    });
  });

  it('passes standard input and output through and ends with 0', async () => {
    const result = await assay(
      ['exec', ...workspace, '--', process.execPath, '-e', 'process.stdin.pipe(process.stdout)'],
      { input: 'through and through' },
    );
    expect(result).toMatchObject({ code: 0, stdout: 'through and through' });
    expect(result.stderr).toContain('finished, exit code 0');
  });

  it('gives the command the addresses of its run', async () => {
    const print = 'console.log(JSON.stringify(process.env))';
    const result = await assay(['exec', ...workspace, '--name', 'env', '--', process.execPath, '-e', print]);
    const environment = JSON.parse(result.stdout);
    const run = await client.runs.get({ params: { runId: environment.ASSAY_RUN_ID } });
    expect(run.name).toBe('env');
    expect(environment).toMatchObject({
      MLFLOW_TRACKING_URI: engine.url,
      MLFLOW_TRACKING_TOKEN: engine.workspace.token,
      MLFLOW_RUN_ID: run.id,
      MLFLOW_EXPERIMENT_ID: run.experimentId,
    });
  });

  it('samples machine and command while it runs, and shows the output before the end', async () => {
    const done = assay([
      'exec',
      ...workspace,
      '--name',
      'long',
      '--',
      process.execPath,
      '-e',
      'console.log("first line"); setTimeout(() => {}, 5000)',
    ]);
    const { id } = await underWay('long');
    let seen = '';
    while (seen === '') {
      const { items } = await client.runs.artifacts({ params: { runId: id }, query: { path: 'logs' } });
      if (items.length > 0)
        seen = await fileOf(await client.runs.get({ params: { runId: id } }), 'logs/output.log');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const during = await client.runs.get({ params: { runId: id } });
    expect([during.status, seen]).toEqual(['running', 'first line\n']);
    await done;
    const run = await client.runs.get({ params: { runId: id } });
    expect(run.metrics['system/cpu_utilization_percentage']?.count).toBeGreaterThanOrEqual(2);
    if (process.platform === 'linux')
      expect(run.metrics['system/process_memory_megabytes']?.max).toBeGreaterThan(10);
  });

  it('is stopped from elsewhere, with everything it started', async () => {
    const code = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']); console.log(child.pid); setInterval(() => {}, 1000)`;
    const done = assay(['exec', ...workspace, '--name', 'stopped', '--', process.execPath, '-e', code]);
    const { id } = await underWay('stopped');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const asked = await client.runControl.stop({ params: { runId: id } });
    expect(asked.tags).toHaveProperty('assay.stop_requested');
    const result = await done;
    expect(result.code).toBe(130);
    expect(await ended(id)).toMatchObject({ status: 'killed' });
    expect(isRunning(Number(result.stdout))).toBe(false);
  });

  it('lets the command clean up at Ctrl-C, and mirrors its exit code', async () => {
    const code = `process.on('SIGINT', () => { console.log('cleaning up'); process.exit(7); }); console.log('ready'); setInterval(() => {}, 1000)`;
    const child = spawn(process.execPath, [
      script,
      'exec',
      ...workspace,
      '--name',
      'ctrl-c',
      '--',
      process.execPath,
      '-e',
      code,
    ]);
    let stdout = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      if (stdout === 'ready\n') child.kill('SIGINT');
    });
    const exitCode = await new Promise((resolve) => child.once('close', resolve));
    expect([exitCode, stdout]).toEqual([7, 'ready\ncleaning up\n']);
    const { items } = await client.runs.list({ query: { filter: "name = 'ctrl-c'", fields: 'status' } });
    expect(items[0]?.status).toBe('killed');
  });

  it('says so when the program is not there, and marks the run failed', async () => {
    const result = await assay(['exec', ...workspace, '--name', 'nothing', '--', 'no-such-program-here']);
    expect(result.code).toBe(127);
    expect(result.stderr).toContain('"no-such-program-here" cannot be started');
    const { items } = await client.runs.list({ query: { filter: "name = 'nothing'", fields: 'status' } });
    expect(items[0]?.status).toBe('failed');
  });

  it('opens the workspace itself when no engine runs', async () => {
    const result = await assay([
      'exec',
      '--workspace',
      join(dir, 'other'),
      '--',
      process.execPath,
      '-e',
      'console.log(1)',
    ]);
    expect(result).toMatchObject({ code: 0, stdout: '1\n' });
    const runs = await assay(['runs', '--workspace', join(dir, 'other'), '--json']);
    expect(JSON.parse(runs.stdout).items).toHaveLength(1);
  });
});

/** Whether a process still runs. In a container whose first process reaps nobody, a dead orphan stays in the table as a zombie. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
