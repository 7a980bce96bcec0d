import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../kit/free-port.ts';
import { pushContext } from '../../kit/remotes/sample-push.ts';
import { ended } from './docker-registry.ts';

const run = promisify(execFile);
const folder = fileURLToPath(new URL('../.cache/ray', import.meta.url));
const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
const complete = join(folder, 'complete');

/** Ray with Serve, installed with pip at the first use; why there is none, or null. */
export async function rayMissing(): Promise<string | null> {
  if (existsSync(complete)) return null;
  try {
    rmSync(folder, { recursive: true, force: true });
    await run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', folder]);
    const packages = ['ray[serve]>=2.40', 'onnxruntime>=1.22.0'];
    const options = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages];
    await run(join(bin, 'python'), options, { timeout: 540_000 });
    // Written last: an installation that was cut off is made anew.
    writeFileSync(complete, '');
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

export type RunningRay = { url: string; servingUrl: string; stop(): Promise<void> };

/** A cluster of one node with ports and a folder of its own, and Serve started on it. */
export async function startRay(): Promise<RunningRay> {
  const dir = mkdtempSync(join(tmpdir(), 'ray-'));
  const [port, dashboard, client, agent, serving, grpc] = await Promise.all(
    Array.from({ length: 6 }, freePort),
  );
  const options = {
    port,
    'dashboard-port': dashboard,
    'ray-client-server-port': client,
    'dashboard-agent-listen-port': agent,
    'node-ip-address': '127.0.0.1',
    'num-cpus': 4,
    'object-store-memory': 100_000_000,
    'temp-dir': dir,
  };
  const args = Object.entries(options).map(([key, value]) => `--${key}=${value}`);
  const child = spawn(
    join(bin, 'ray'),
    ['start', '--head', '--block', '--include-dashboard=true', '--disable-usage-stats', ...args],
    // What a training takes from npm is kept with Ray.
    { stdio: 'ignore', env: { ...process.env, ASSAY_CACHE: join(folder, 'assay') } },
  );
  const stop = async () => {
    await ended(child);
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${dashboard}`;
  for (let tries = 0; tries < 240 && child.exitCode === null; tries += 1) {
    if (await startServe(url, serving, grpc)) return { url, servingUrl: `http://127.0.0.1:${serving}`, stop };
    await pause(500);
  }
  await stop();
  throw new Error('Ray did not start within two minutes.');
}

function startServe(url: string, port: number | undefined, grpcPort: number | undefined): Promise<boolean> {
  const settings = {
    http_options: { host: '127.0.0.1', port },
    grpc_options: { port: grpcPort, grpc_servicer_functions: [] },
  };
  return declareAll(url, [], settings).then(
    () => true,
    () => false,
  );
}

/** As somebody else declares applications. Not by `fetch`: Ray takes what that sends for requests of a browser, and refuses. */
export async function declareAll(
  url: string,
  applications: readonly object[],
  settings: object = {},
): Promise<void> {
  const { http } = pushContext({ tries: 1 });
  const body = JSON.stringify({ applications, ...settings });
  await http.request({ method: 'PUT', url: `${url}/api/serve/applications/`, body });
  http.close();
}
