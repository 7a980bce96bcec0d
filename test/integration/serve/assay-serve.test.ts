import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildModelServer } from '../../../build/build.ts';
import { RegisterRequest } from '../../../local-api/contract/index.ts';
import { type ModelServerProcess, startModelServerProcess, writeExport } from '../../kit/model-server.ts';
import { modelRegistryFixture } from '../../kit/models/model-registry-fixture.ts';
import { echoModel, flightInputs, lateModel, regressionSignature } from '../../kit/models/sample-models.ts';
import { rawRequest } from '../../kit/raw-request.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

let dir: string;
let script: string;
const started: ModelServerProcess[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-serve-'));
  // Nothing of the repository is in reach of the bundle but the one package it needs.
  await buildModelServer(dir);
  script = join(dir, 'assay-serve.mjs');
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
  await writeExport(join(dir, 'late'), 'late', lateModel());
  const flights = { bytes: echoModel(flightInputs), signature: regressionSignature(flightInputs) };
  await writeExport(join(dir, 'all', 'flights-1'), 'flights', flights, '1.9.0');
  await writeExport(join(dir, 'all', 'flights-2'), 'flights', flights, '1.10.0');
  await writeExport(join(dir, 'all', 'late'), 'late', lateModel());
});
afterAll(async () => {
  for (const server of started) await server.stop('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

async function start(folder: string, ...args: string[]): Promise<ModelServerProcess> {
  const server = await startModelServerProcess(script, [join(dir, folder), ...args]);
  started.push(server);
  return server;
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

test('the bundle needs nothing but Node and onnxruntime-node', async () => {
  const text = await readFile(script, 'utf8');
  const imported = [...text.matchAll(/\b(?:from|import|require\w*)\(?"(@?[a-z][\w./:-]*)"/g)].map(
    (match) => match[1] ?? '',
  );
  expect(imported).toContain('onnxruntime-node');
  expect(imported.filter((name) => !isBuiltin(name) && name !== 'onnxruntime-node')).toEqual([]);
});

describe('one exported model', () => {
  test('answers its example through every protocol, with nothing to configure', async () => {
    const server = await start('late');
    const example: unknown = JSON.parse(await readFile(join(dir, 'late', 'example-request.json'), 'utf8'));
    const expected = JSON.parse(await readFile(join(dir, 'late', 'example-response.json'), 'utf8'));
    const own = await post(`${server.url}/api/v1/predictions`, example);
    expect(await own.json()).toEqual({ ...expected, milliseconds: expect.any(Number) });
    const { rows } = Object(example);
    const mlflow = await post(`${server.url}/invocations`, { dataframe_records: rows });
    expect(Object(await mlflow.json()).predictions.map((record: { label: string }) => record.label)).toEqual(
      expected.label,
    );
    const data = rows.map((row: { x: number }) => row.x);
    const inputs = [{ name: 'x', datatype: 'FP64', shape: [data.length], data }];
    const kserve = await post(`${server.url}/v2/models/late/infer`, { inputs });
    expect(await kserve.json()).toMatchObject({
      model_version: '1.0.0',
      outputs: [{ data: expected.label }, {}],
    });
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({
      status: 'ok',
      models: [{ name: 'late', version: '1.0.0' }],
    });
    expect(await (await fetch(`${server.url}/ping`)).text()).toBe('\n');
    expect(await server.stop()).toBe(0);
  });

  test('tells problems as the engine does', async () => {
    const server = await start('late');
    const bad = await post(`${server.url}/api/v1/predictions`, { rows: [{ x: 'no' }, { x: 1 }] });
    expect([bad.status, bad.headers.get('content-type')]).toEqual([422, 'application/problem+json']);
    expect(await bad.json()).toMatchObject({
      code: 'predictions/bad-rows',
      problems: [{ path: '/rows/0/x', message: '"x" is "no"', expected: 'a number, or null' }],
    });
    const shape = await post(`${server.url}/api/v1/predictions`, { rows: [1], columns: [] });
    expect(await shape.json()).toMatchObject({
      code: 'request/invalid',
      problems: [{ path: '/rows' }, { path: '/rows/0' }, { path: '/columns' }],
    });
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    expect(await server.stop()).toBe(0);
  });

  test('counts requests and predictions for Prometheus, over all workers', async () => {
    const server = await start('late', '--workers', '2');
    for (let i = 0; i < 10; i += 1)
      expect((await post(`${server.url}/invocations`, { instances: [i] })).status).toBe(200);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/assay_predictions_total\{model="late",version="1.0.0",outcome="ok"\} 10/);
    expect(metrics).toMatch(/assay_http_request_duration_seconds_count\{.*route="\/invocations".*\} 10/);
    expect(await server.stop()).toBe(0);
  });

  test('asks for the token where one is set, except for health', async () => {
    const server = await start('late', '--token', 'secret');
    const body = { instances: [1] };
    const stranger = await post(`${server.url}/invocations`, body);
    expect([stranger.status, stranger.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="assay-serve"',
    ]);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${server.url}/v2/health/ready`)).status).toBe(200);
    const known = await post(`${server.url}/invocations`, body, { authorization: 'Bearer secret' });
    expect(known.status).toBe(200);
    await server.stop();
  });

  test('refuses what pages of other sites send', async () => {
    const server = await start('late');
    const answer = await post(
      `${server.url}/invocations`,
      { instances: [1] },
      { origin: 'http://elsewhere.example' },
    );
    expect(answer.status).toBe(403);
    await server.stop();
  });
});

test('a folder of exports is served by name and version, the newest where none is named', async () => {
  const server = await start('all');
  const names = await (await fetch(`${server.url}/v1/models`)).json();
  expect(names).toEqual({ models: ['flights', 'late'] });
  const about = await (await fetch(`${server.url}/v2/models/flights`)).json();
  expect(about).toMatchObject({ versions: ['1.10.0', '1.9.0'] });
  expect((await fetch(`${server.url}/v2/models/flights/versions/1.9.0/ready`)).status).toBe(200);
  expect((await fetch(`${server.url}/v2/models/flights/versions/2.0.0/ready`)).status).toBe(404);
  // Two models: /invocations cannot know which is meant.
  expect((await post(`${server.url}/invocations`, { instances: [1] })).status).toBe(404);
  expect((await post(`${server.url}/endpoints/late/invocations`, { instances: [1] })).status).toBe(200);
  await server.stop();
});

test('requests being answered get their answer when the server is asked to end', async () => {
  const server = await start('late');
  const instances = Array.from({ length: 100_000 }, (_, i) => [i / 1000]);
  const ended = Promise.withResolvers<unknown>();
  const answer = await rawRequest(server.url, '/invocations', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ instances }),
    onTaken: () => ended.resolve(server.stop()),
  });
  expect(Object(JSON.parse(answer.body)).predictions).toHaveLength(100_000);
  expect(await ended.promise).toBe(0);
});

describe('a start that cannot succeed says why', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  test('a folder without a model', () => {
    const { status, stderr } = run(join(dir, 'node_modules', 'zod'));
    expect([status, stderr]).toEqual([70, expect.stringContaining('holds no exported model')]);
  });

  test('a model that was changed', async () => {
    const folder = join(dir, 'changed');
    await writeExport(folder, 'late', lateModel());
    await writeFile(join(folder, 'model.onnx'), 'no');
    const { status, stderr } = run(folder, '--workers', '2');
    expect([status, stderr]).toEqual([70, expect.stringContaining('is not the file that was exported')]);
  });

  test('a wrong option', () => {
    const { status, stderr } = run('--port', 'x');
    expect([status, stderr]).toEqual([2, expect.stringContaining('--port is "x"')]);
    expect(run('--help').stdout).toContain('--workers');
  });
});

test('an export with its server answers from its own folder', async () => {
  await buildModelServer();
  const { registry, jobs, trainedRun, close } = await modelRegistryFixture();
  try {
    const { bytes, signature } = lateModel();
    const runId = await trainedRun({ model: bytes, signature });
    await registry.register('late', RegisterRequest.parse({ runId }));
    const target = join(dir, 'exported');
    const how = { path: target, overwrite: false, withServer: true };
    const job = await registry.export('late', '1.0.0', how);
    expect(await jobs.wait(job.id)).toMatchObject({ state: 'succeeded' });
    const server = await startModelServerProcess(join(target, 'assay-serve.mjs'), [target]);
    started.push(server);
    const body: unknown = JSON.parse(await readFile(join(target, 'example-request.json'), 'utf8'));
    const answer = await post(`${server.url}/api/v1/predictions`, body);
    const expected = JSON.parse(await readFile(join(target, 'example-response.json'), 'utf8'));
    expect(await answer.json()).toMatchObject(expected);
    expect(await server.stop()).toBe(0);
  } finally {
    await close();
  }
});
