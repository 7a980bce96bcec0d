import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, createClient } from '../../../local-api/client/index.ts';
import type { Job, RunExportRequest } from '../../../local-api/contract/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';
import { exchangeFixture, importRuns } from '../../kit/exchange.ts';

const parentId = '20cc559361584961825d6873ec501baf';

let dir: string;
let engine: RunningEngine;
let client: Client;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-export-job-'));
  engine = await startEngine({ dir: join(dir, 'workspace'), port: 0 });
  client = createClient({ baseUrl: engine.url, token: engine.workspace.token });
  await importRuns(engine.workspace, exchangeFixture('mlflow'));
});
afterAll(async () => {
  await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

const start = (body: RunExportRequest) => client.runExports.start({ body });
const ended = (job: Job) => engine.workspace.jobs.wait(job.id);
const toFolder = (folder: string) => ({ kind: 'mlruns', folder }) as const;
const secretNames = () => engine.workspace.secrets.names('run-exports/');

describe('the export of runs into a folder', () => {
  it('gives the same runs when it is imported elsewhere, and leaves nothing else behind', async () => {
    const folder = join(dir, 'all');
    const job = await ended(await start({ target: toFolder(folder) }));
    expect(job.result).toEqual({
      target: { kind: 'mlruns', folder },
      runs: 3,
      alreadyThere: 0,
      files: 2,
      skipped: [],
    });
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
    const other = await startEngine({ dir: join(dir, 'other'), port: 0 });
    try {
      expect(await importRuns(other.workspace, folder)).toMatchObject({ runs: { added: 3 }, points: 55 });
    } finally {
      await other.close({ graceMs: 0 });
    }
  });

  it('takes the runs that are named, whatever their order', async () => {
    const folder = join(dir, 'chosen');
    const { items } = await client.runs.list({ query: { fields: 'id', filter: `id != '${parentId}'` } });
    const runIds = [...items.map(({ id }) => id), parentId, parentId, 'nobody'];
    const job = await ended(await start({ target: toFolder(folder), runIds }));
    expect(job.result).toMatchObject({ runs: 3, alreadyThere: 0 });
  });

  it('goes on where it was cut in the middle of a run', async () => {
    const folder = join(dir, 'cut');
    await ended(await start({ target: toFolder(folder) }));
    const place = join(folder, (await client.runs.get({ params: { runId: parentId } })).experimentId);
    await rm(join(place, parentId), { recursive: true });
    await mkdir(join(folder, '.assay-export', parentId, 'params'), { recursive: true });
    await writeFile(join(folder, '.assay-export', parentId, 'params', 'half'), 'x');
    const job = await ended(await start({ target: toFolder(folder) }));
    expect(job.result).toMatchObject({ runs: 1, alreadyThere: 2 });
    expect(await readdir(join(place, parentId, 'params'))).not.toContain('half');
    expect(await readFile(join(place, parentId, 'meta.yaml'), 'utf8')).toContain(`${parentId}/artifacts`);
  });

  it.each([
    ['export/target-exists', () => ({ target: toFolder(dir) })],
    ['request/invalid', () => ({ target: toFolder('some/where') })],
    ['request/bad-filter', () => ({ target: toFolder(join(dir, 'no')), filter: 'name = and' })],
    ['request/invalid', () => ({ target: toFolder(join(dir, 'no')), filter: "name = 'x'", runIds: ['a'] })],
    ['request/invalid', () => ({ target: { kind: 'mlflow', url: 'http://me:secret@127.0.0.1:1' } as const })],
    ['request/invalid', () => ({ target: { kind: 'mlflow', url: 'file:///etc' } as const })],
  ])('is refused with %s before there is a job', async (code, body) => {
    const before = await client.jobs.count({ query: {} });
    await expect(start(body())).rejects.toMatchObject({ code });
    expect(await client.jobs.count({ query: {} })).toEqual(before);
    await expect(readdir(join(dir, 'no'))).rejects.toThrow();
  });
});

describe('the export of runs to a server', () => {
  it('signs in with a token that nobody sees and that is forgotten afterwards', async () => {
    const target = await startEngine({ dir: join(dir, 'target'), port: 0 });
    const { token } = target.workspace;
    try {
      const body: RunExportRequest = {
        target: { kind: 'mlflow', url: `${target.url}/`, credentials: { kind: 'token', token } },
        filter: `id = '${parentId}'`,
      };
      const job = await ended(await start(body));
      expect(job.result).toMatchObject({ target: { kind: 'mlflow', url: target.url }, runs: 1, files: 2 });
      const { items } = await client.jobs.logs({ params: { jobId: job.id } });
      expect(JSON.stringify([job, items])).not.toContain(token);
      expect(await secretNames()).toEqual([]);
      expect((await ended(await start(body))).result).toMatchObject({ runs: 0, alreadyThere: 1 });
    } finally {
      await target.close({ graceMs: 0 });
    }
  });

  it('that refuses the credentials fails at once, and keeps them for another try', async () => {
    const credentials = { kind: 'password', username: 'me', password: 'wrong' } as const;
    const job = await ended(await start({ target: { kind: 'mlflow', url: engine.url, credentials } }));
    expect(job).toMatchObject({ state: 'failed', attempt: 1, error: { code: 'run-exports/refused' } });
    expect(await secretNames()).toEqual([`run-exports/${job.id}`]);
  });

  it('is stopped while the server keeps it waiting, and goes on when it is tried again', async () => {
    const seen = { requests: 0, isOpen: false };
    const authorization: unknown[] = [];
    const server = createServer((request, response) => {
      seen.requests += 1;
      authorization.push(request.headers.authorization);
      if (!seen.isOpen) return;
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<h1>Hello</h1>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    try {
      const credentials = { kind: 'password', username: 'me', password: 'mine' } as const;
      const job = await start({ target: { kind: 'mlflow', url, credentials } });
      await expect.poll(() => seen.requests, { timeout: 20_000 }).toBe(1);
      await client.jobs.cancel({ params: { jobId: job.id } });
      expect((await ended(job)).state).toBe('cancelled');
      seen.isOpen = true;
      await client.jobs.retry({ params: { jobId: job.id } });
      expect(await ended(job)).toMatchObject({
        state: 'failed',
        error: { message: `${url} does not answer as an MLflow server does.` },
      });
      expect(new Set(authorization)).toEqual(new Set([`Basic ${Buffer.from('me:mine').toString('base64')}`]));
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
