import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export type MlflowServer = { url: string; close(): Promise<void> };

const longestStartMs = 120_000;

/** A real `mlflow server` over SQLite and files in a folder of its own. It serves artifacts unless told otherwise. */
export async function startMlflowServer(
  python: string,
  options: { serveArtifacts?: boolean } = {},
): Promise<MlflowServer> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-mlflow-server-'));
  const port = await freePort();
  const artifacts =
    options.serveArtifacts === false
      ? ['--no-serve-artifacts', '--default-artifact-root', join(dir, 'artifacts')]
      : ['--serve-artifacts', '--artifacts-destination', join(dir, 'artifacts')];
  const args = [
    ...['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
    ...['--backend-store-uri', `sqlite:///${join(dir, 'mlflow.db')}`],
    ...artifacts,
  ];
  return startMlflow(python, args, { dir, port, health: '/health' });
}

/** A real `mlflow models serve` of a model in a folder, with the packages of that Python and those of `packages` before them. */
export async function serveWithMlflow(
  python: string,
  model: string,
  packages: string,
): Promise<MlflowServer> {
  const dir = await mkdtemp(join(tmpdir(), 'assay-mlflow-serve-'));
  const port = await freePort();
  const where = ['--host', '127.0.0.1', '--port', String(port)];
  const args = ['models', 'serve', '--model-uri', model, '--env-manager', 'local', ...where];
  return startMlflow(python, args, { dir, port, health: '/ping', env: { PYTHONPATH: packages } });
}

async function startMlflow(
  python: string,
  args: readonly string[],
  { dir, port, health, env = {} }: { dir: string; port: number; health: string; env?: object },
): Promise<MlflowServer> {
  const child = spawn(python, ['-m', 'mlflow', ...args], {
    cwd: dir,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...env,
      // Workers are started by name: those of its own environment come first.
      PATH: [dirname(python), process.env.PATH ?? ''].join(delimiter),
      MLFLOW_DISABLE_TELEMETRY: 'true',
    },
  });
  const said: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    await endGroup(child);
    await rm(dir, { recursive: true, force: true });
  };
  const until = Date.now() + longestStartMs;
  for (;;) {
    const isUp = await fetch(`${url}${health}`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isUp) return { url, close };
    if (child.exitCode !== null || Date.now() > until) {
      await close();
      throw new Error(`mlflow ${args[0]} did not start: ${said.join('').slice(-2000)}`);
    }
    await pause(200);
  }
}

/** The server has workers: all of its group end. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
