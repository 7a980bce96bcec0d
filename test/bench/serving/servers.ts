import { type ChildProcess, spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Cell } from '../../../local-api/contract/index.ts';
import { startModelServerProcess } from '../../kit/model-server.ts';
import { freePort, type MlflowPython } from '../mlflow-server.ts';
import type { BenchModel } from './models.ts';

type Columns = Record<string, Cell[]>;

/** A server of one model and how it is asked. */
export type Contender = {
  name: string;
  start(model: BenchModel): Promise<{ url: string; token: string | null; stop(): Promise<unknown> }>;
  /** `body` is JSON. */
  ask(model: BenchModel, columns: Columns): { path: string; body: string };
};

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ofColumns = (columns: Columns) => JSON.stringify({ columns });
const split = (columns: Columns) => {
  const names = Object.keys(columns);
  const rows = columns[names[0] ?? '']?.length ?? 0;
  const data = Array.from({ length: rows }, (_, row) => {
    const cells = names.map((name) => asJson(columns[name]?.[row] ?? null));
    return `[${cells.join(',')}]`;
  });
  return `{"dataframe_split":{"columns":${JSON.stringify(names)},"data":[${data.join(',')}]}}`;
};
/** MLflow refuses a column of whole numbers without a decimal point where its signature says double. */
const asJson = (cell: Cell) => (Number.isInteger(cell) ? `${cell}.0` : JSON.stringify(cell));

async function start(script: string, model: BenchModel) {
  const { url, stop } = await startModelServerProcess(script, [model.folder]);
  return { url, token: null, stop };
}

export const bare: Contender = {
  name: 'ONNX Runtime behind node:http',
  start: (model) => start(here('./bare-server.ts'), model),
  ask: (_model, columns) => ({ path: '/', body: ofColumns(columns) }),
};

const modelServer = here('../../../dist/assay-serve.mjs');

export const assayServe: Contender = {
  name: 'assay-serve',
  start: (model) => start(modelServer, model),
  ask: (_model, columns) => ({ path: '/api/v1/predictions', body: ofColumns(columns) }),
};

export const assayInvocations: Contender = {
  ...assayServe,
  name: 'assay-serve, /invocations',
  ask: (_model, columns) => ({ path: '/invocations', body: split(columns) }),
};

/** The engine of a workspace that is running already. */
export function engine(running: { url: string; token: string }): Contender {
  return {
    name: 'the engine',
    start: async () => ({ ...running, stop: async () => {} }),
    ask: ({ name }, columns) => ({
      path: '/api/v1/predictions',
      body: JSON.stringify({ model: name, columns }),
    }),
  };
}

export function fastApi({ python }: MlflowPython): Contender {
  return {
    name: 'FastAPI + onnxruntime',
    start: async (model) => {
      const port = await freePort();
      return started(spawnPython(python, [here('./fastapi_server.py'), model.folder, String(port)]), port);
    },
    ask: (_model, columns) => ({ path: '/predict', body: ofColumns(columns) }),
  };
}

export function mlflowServe({ python, version }: MlflowPython): Contender {
  return {
    name: `mlflow ${version} models serve`,
    start: async (model) => {
      const port = await freePort();
      const how = ['--env-manager', 'local', '--host', '127.0.0.1', '--port', String(port)];
      return started(
        spawnPython(python, ['-m', 'mlflow', 'models', 'serve', '-m', model.folder, ...how]),
        port,
      );
    },
    ask: (_model, columns) => ({ path: '/invocations', body: split(columns) }),
  };
}

function spawnPython(python: string, args: readonly string[]): ChildProcess {
  // mlflow starts uvicorn by its name: that of its own environment comes first.
  const path = [dirname(python), process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path, MLFLOW_DISABLE_TELEMETRY: 'true' };
  const child = spawn(python, args, { stdio: 'ignore', detached: true, env });
  process.once('exit', () => endGroup(child));
  return child;
}

/** It starts workers of its own: the whole group is ended. */
function endGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
    process.kill(-child.pid, 'SIGTERM');
}

async function started(child: ChildProcess, port: number) {
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + 120_000;
  for (;;) {
    const answer = await fetch(`${url}/health`).catch(() => null);
    if (answer?.ok) break;
    if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
    if (performance.now() > deadline) throw new Error('The server did not come up within two minutes.');
    await delay(100);
  }
  const stop = () =>
    new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      endGroup(child);
    });
  return { url, token: null, stop };
}
