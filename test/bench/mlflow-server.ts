/** A real MLflow server on SQLite as a person starts it, where a Python with mlflow is on this machine. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const interopCache = fileURLToPath(new URL('../interop/.cache', import.meta.url));

export type MlflowPython = { python: string; version: string };

/**
 * ASSAY_BENCH_MLFLOW_PYTHON, else a virtual environment of the interop tests, else python3; null when none has mlflow.
 * `needed` are the modules that have to load: of a release and its packages only some may fit together.
 */
export function findMlflow(needed = 'mlflow.store.db.utils'): MlflowPython | null {
  const named = process.env.ASSAY_BENCH_MLFLOW_PYTHON;
  const cached = existsSync(interopCache)
    ? readdirSync(interopCache)
        .sort()
        .reverse()
        .map((name) => join(interopCache, name, 'bin', 'python'))
        .filter((path) => existsSync(path))
    : [];
  for (const python of named === undefined ? [...cached, 'python3'] : [named]) {
    try {
      // The import proves that its packages fit together.
      const script = `import mlflow.version, ${needed}; print(mlflow.version.VERSION)`;
      const version = execFileSync(python, ['-c', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      return { python, version: version.trim() };
    } catch {
      // Not there, or without mlflow: the next one.
    }
  }
  return null;
}

const environment = { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' };

/** Makes MLflow's tables in a new SQLite file. */
export function makeMlflowDatabase({ python }: MlflowPython, file: string): void {
  execFileSync(python, ['-m', 'mlflow', 'db', 'upgrade', `sqlite:///${file}`], {
    env: environment,
    stdio: 'ignore',
  });
}

export type MlflowServer = { url: string; readyMs: number; residentMb(): number; stop(): Promise<void> };

/** Everything by default: four workers, artifacts through the server. */
export async function startMlflow(
  { python }: MlflowPython,
  dir: string,
  database: string,
): Promise<MlflowServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(
    python,
    [
      ...['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port)],
      ...['--backend-store-uri', `sqlite:///${database}`, '--artifacts-destination', join(dir, 'artifacts')],
    ],
    { env: environment, stdio: 'ignore', detached: true, cwd: dir },
  );
  // It starts workers of its own: the whole group is ended, also when the benchmark is broken off.
  const end = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
  };
  process.once('exit', end);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  await untilHealthy(url, child);
  return {
    url,
    readyMs: performance.now() - started,
    residentMb: () => residentMbOfTree(child.pid ?? 0),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        end();
      }),
  };
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`mlflow server ended with ${child.exitCode}.`);
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) return;
    await delay(50);
  }
  throw new Error('mlflow server did not come up within two minutes.');
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

/** Resident memory of a process and all it started, in MB; Linux only, NaN elsewhere. */
function residentMbOfTree(root: number): number {
  try {
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const status = readFileSync(`/proc/${name}/status`, 'utf8');
          const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
          return [{ pid: Number(name), parent: field('PPid'), kb: field('VmRSS') }];
        } catch {
          return [];
        }
      });
    const ofTree = new Set([root]);
    for (let grown = -1; grown !== ofTree.size; ) {
      grown = ofTree.size;
      for (const { pid, parent } of processes) if (ofTree.has(parent)) ofTree.add(pid);
    }
    return processes.filter(({ pid }) => ofTree.has(pid)).reduce((sum, { kb }) => sum + kb / 1024, 0);
  } catch {
    return Number.NaN;
  }
}
