import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../local-api/client/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { exportedRuns } from '../../../local-api/run-exports/exported-runs.ts';
import { assay, assayJson } from '../../kit/assay.ts';
import { exchangeFixture, importRuns } from '../../kit/exchange.ts';

const parentId = '20cc559361584961825d6873ec501baf';

let dir: string;
let engine: RunningEngine;
let client: Client;
let workspace: string[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-export-'));
  const workspaceDir = join(dir, 'workspace');
  workspace = ['--workspace', workspaceDir];
  engine = await startEngine({ dir: workspaceDir, port: 0 });
  client = createClient({ baseUrl: engine.url, token: engine.workspace.token });
  await importRuns(engine.workspace, exchangeFixture('mlflow'));
});
afterAll(async () => {
  await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

/** Passes every request on to a server, until it is told to cut the connection at the first of a method. */
async function frontOf(url: string) {
  let cutMethod: string | null = null;
  const server = createServer(async (request, response) => {
    if (request.method === cutMethod) return request.socket.destroy();
    const body = await buffer(request);
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const answer = await fetch(`${url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(body.length > 0 ? { body } : {}),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    cutFrom: (method: string | null) => {
      cutMethod = method;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('assay runs-export', () => {
  it('writes a folder that gives the same runs when it is imported elsewhere', async () => {
    const out = join(dir, 'out');
    expect(await assayJson(['runs-export', out, ...workspace])).toMatchObject({
      runs: 3,
      files: 2,
      skipped: [],
    });
    const other = ['--workspace', join(dir, 'other')];
    const imported = await assayJson(['runs-import', out, ...other]);
    expect(imported).toMatchObject({
      format: 'mlruns',
      runs: { added: 3 },
      points: 55,
      files: 2,
      skipped: [],
    });
    const before = await client.runs.get({ params: { runId: parentId } });
    const after = await assayJson(['runs', parentId, ...other]);
    const { experimentId: _, inputs, ...same } = before;
    expect(after).toMatchObject(same);
    expect(inputs.map(({ name, context }) => [name, context])).toEqual([['tiny', 'training']]);
  });

  it('takes only the runs that a filter matches', async () => {
    const out = join(dir, 'some');
    const result = await assayJson(['runs-export', out, '--filter', "name = 'bad'", ...workspace]);
    expect(result).toMatchObject({ runs: 1 });
  });

  it('refuses a folder that holds something', async () => {
    await writeFile(join(dir, 'file.txt'), 'mine');
    const result = await assay(['runs-export', dir, ...workspace]);
    expect(result.code).toBe(4);
    expect(await readFile(join(dir, 'file.txt'), 'utf8')).toBe('mine');
  });

  it('names what a file store cannot hold, and writes the rest', async () => {
    const run = await client.runs.create({ body: { name: 'clash', status: 'finished' } });
    const point = { value: 1, step: 0, timestampMs: 1 };
    await client.runs.log({
      params: { runId: run.id },
      body: {
        metrics: [
          { key: 'loss', ...point },
          { key: 'loss/val', ...point },
        ],
        params: { '../../escape': 'x', fine: 'y' },
      },
    });
    const out = join(dir, 'clash');
    const result = await assayJson(['runs-export', out, '--filter', "name = 'clash'", ...workspace]);
    expect(result).toMatchObject({
      runs: 1,
      skipped: [
        { reason: 'a name in params cannot be a file', examples: ['clash: ../../escape'] },
        { reason: 'a name in metrics would be both a file and a folder', examples: ['clash: loss/val'] },
      ],
    });
    expect(await readFile(join(out, '0', run.id, 'params', 'fine'), 'utf8')).toBe('y');
    expect(await readFile(join(out, '0', run.id, 'metrics', 'loss'), 'utf8')).toBe('1 1 0\n');
  });

  it('sends to a server that speaks the protocol of MLflow, once', async () => {
    const target = await startEngine({ dir: join(dir, 'target'), port: 0 });
    try {
      const send = () =>
        assay(['runs-export', '--to', target.url, '--json', ...workspace, '--filter', `id = '${parentId}'`], {
          env: { MLFLOW_TRACKING_TOKEN: target.workspace.token },
        });
      expect(JSON.parse((await send()).stdout)).toMatchObject({
        runs: 1,
        alreadyThere: 0,
        files: 2,
        skipped: [],
      });
      expect(JSON.parse((await send()).stdout)).toMatchObject({ runs: 0, alreadyThere: 1 });
      const there = createClient({ baseUrl: target.url, token: target.workspace.token });
      const { items } = await there.runs.list({ query: {} });
      expect(items).toHaveLength(1);
      const sent = items[0];
      const own = await client.runs.get({ params: { runId: parentId } });
      expect(sent).toMatchObject({
        name: own.name,
        status: own.status,
        startedAtMs: own.startedAtMs,
        endedAtMs: own.endedAtMs,
        params: own.params,
        notes: own.notes,
        user: own.user,
        tags: { team: 'vision', 'assay.run_id': parentId },
      });
      expect(sent?.metrics?.loss).toEqual(own.metrics.loss);
      expect(sent?.inputs?.map(({ name, context }) => [name, context])).toEqual([['tiny', 'training']]);
    } finally {
      await target.close({ graceMs: 0 });
    }
  });

  it('goes on in the same run when it was cut in the middle', async () => {
    const target = await startEngine({ dir: join(dir, 'cut-target'), port: 0 });
    const front = await frontOf(target.url);
    try {
      const send = () =>
        assay(['runs-export', '--to', front.url, '--json', ...workspace, '--filter', `id = '${parentId}'`], {
          env: { MLFLOW_TRACKING_TOKEN: target.workspace.token },
        });
      front.cutFrom('PUT');
      expect((await send()).code).toBe(1);
      front.cutFrom(null);
      expect(JSON.parse((await send()).stdout)).toMatchObject({ runs: 1, alreadyThere: 0, files: 2 });
      const there = createClient({ baseUrl: target.url, token: target.workspace.token });
      const { items } = await there.runs.list({ query: {} });
      const own = await client.runs.get({ params: { runId: parentId } });
      expect(items).toHaveLength(1);
      expect(items[0]).toMatchObject({ status: own.status, params: own.params });
      expect(items[0]?.metrics?.loss).toEqual(own.metrics.loss);
    } finally {
      await front.close();
      await target.close({ graceMs: 0 });
    }
  });

  it('says where it was refused', async () => {
    const result = await assay(['runs-export', '--to', engine.url, ...workspace], {
      env: { MLFLOW_TRACKING_TOKEN: 'wrong' },
    });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/get-by-name was answered with 401/);
  });
});

describe('the history of a metric', () => {
  it('is read whole, however long it is', async () => {
    const run = await client.runs.create({ body: { name: 'long', status: 'finished' } });
    const count = 130_000;
    for (let from = 0; from < count; from += 10_000) {
      const metrics = Array.from({ length: 10_000 }, (_, i) => ({
        key: 'flat',
        value: 1,
        step: from + i,
        timestampMs: 5,
      }));
      await client.runs.log({ params: { runId: run.id }, body: { metrics } });
    }
    const steps: number[] = [];
    for await (const each of exportedRuns(client, { filter: "name = 'long'" })) {
      for await (const piece of each.history('flat')) for (const step of piece.steps) steps.push(step);
    }
    expect(steps).toHaveLength(count);
    expect(steps.every((step, index) => step === index)).toBe(true);
  });
});
