import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../local-api/client/index.ts';
import { type RunningEngine, startEngine } from '../../../local-api/engine-host.ts';

let dir: string;
const running: RunningEngine[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-engine-'));
});
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.close({ graceMs: 0 });
  await rm(dir, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startEngine>[0]> = {}): Promise<RunningEngine> {
  const engine = await startEngine({ dir, port: 0, ...options });
  running.push(engine);
  return engine;
}

const readJson = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(dir, name), 'utf8'));

describe('startEngine', () => {
  it('serves the workspace and tells programs where, for as long as it runs', async () => {
    const engine = await start();
    expect(await readJson('engine.json')).toMatchObject({ url: engine.url, pid: process.pid });
    const token = (await readFile(join(dir, 'token'), 'utf8')).trim();
    expect(engine.readyUrl).toBe(`${engine.url}/?token=${token}`);
    const client = createClient({ baseUrl: engine.url, token });
    expect((await client.workspace.info()).path).toBe(engine.workspace.dir);
    await engine.close();
    running.pop();
    await expect(readJson('engine.json')).rejects.toThrow('ENOENT');
    await expect(client.workspace.health()).rejects.toThrow(TypeError);
  });

  it('keeps the token readable by its owner only, and out of the log', async () => {
    const engine = await start();
    await fetch(engine.readyUrl, { redirect: 'manual' });
    if (process.platform !== 'win32') expect((await stat(join(dir, 'token'))).mode & 0o777).toBe(0o600);
    const log = await readFile(join(dir, 'logs/engine.jsonl'), 'utf8');
    expect(log).toContain('ready');
    expect(log).not.toContain(engine.workspace.token);
  });

  it('moves on to the next free port when the wanted one is taken', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    const engine = await start({ port: address.port });
    blocker.close();
    expect(engine.port).toBeGreaterThan(address.port);
    expect(engine.port).toBeLessThanOrEqual(address.port + 20);
    expect((await fetch(`${engine.url}/health`)).status).toBe(200);
  });

  it('refuses a workspace that another engine holds', async () => {
    await start();
    await expect(startEngine({ dir, port: 0 })).rejects.toMatchObject({ code: 'workspace/locked' });
  });

  it('frees the workspace when it cannot listen', async () => {
    await expect(startEngine({ dir, port: 70_000 })).rejects.toThrow();
    await start();
  });

  it('keeps a browser signed in over a restart on the same port', async () => {
    const first = await start();
    const signedIn = await fetch(first.readyUrl, { redirect: 'manual' });
    const cookie = String(signedIn.headers.get('set-cookie')).split(';')[0] ?? '';
    await first.close();
    running.pop();
    const second = await start({ port: first.port });
    expect(second.port).toBe(first.port);
    expect((await fetch(`${second.url}/api/v1/workspace`, { headers: { cookie } })).status).toBe(200);
  });
});
