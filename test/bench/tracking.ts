/**
 * `npm run bench:tracking [-- --json] [-- --quick]`: MLflow's tracking protocol on the built engine and, where a Python with
 * mlflow is found, on a real `mlflow server` with SQLite: the same calls by the same client on the same data.
 *
 * Prints and never fails by time. A measurement that fails is told on stderr and has no figure.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { buildStale } from '../../build/build.ts';
import { openStore } from '../../engine/store/index.ts';
import { fillCurve, fillRuns, volumeRun } from '../kit/run-volume.ts';
import { storeOptions } from '../kit/store.ts';
import { startBenchEngine, withTempDir } from './engine.ts';
import { findMlflow, type MlflowPython, makeMlflowDatabase, startMlflow } from './mlflow-server.ts';
import { fillMlflowCurve, fillMlflowRuns } from './mlflow-volume.ts';
import { type BenchRow, printReport } from './report.ts';
import { callMs, callsPerSecond, createRestClient, type RestClient } from './rest-client.ts';

const isQuick = process.argv.includes('--quick');
const measureMs = isQuick ? 500 : 3000;
const shape = { metrics: 10, params: 5, tags: 2 };
/** Experiments 1, 2 and 3; their runs are in one database. */
const sizes = isQuick ? [100, 1000, 5000] : [1000, 10_000, 50_000];
const fileMb = isQuick ? 8 : 64;
const historyPoints = isQuick ? 10_000 : 100_000;
const sampledRuns = 50;
const sampledPoints = 2000;
/** The first run of the first experiment has the long history, the ones after it the sampled ones. */
const longRunId = volumeRun(0, shape).id;
const sampledRunIds = Array.from({ length: sampledRuns }, (_, i) => volumeRun(i + 1, shape).id);

type Fillers = {
  runs(sqlite: BetterSqlite3.Database, volume: Parameters<typeof fillRuns>[1]): void;
  curve(sqlite: BetterSqlite3.Database, curve: Parameters<typeof fillCurve>[1]): void;
};

function fill(sqlite: BetterSqlite3.Database, { runs, curve }: Fillers): void {
  let from = 0;
  for (const [index, count] of sizes.entries()) {
    runs(sqlite, { experimentId: index + 1, from, count, shape });
    from += count;
  }
  curve(sqlite, { runId: longRunId, key: 'long', points: historyPoints });
  for (const runId of sampledRunIds) curve(sqlite, { runId, key: 'loss', points: sampledPoints });
}

/** A figure, and whether more is better. Rows of both sides are matched by name. */
type Figure = { name: string; unit: string; value: number; moreIsBetter: boolean };
type Side = { start: Figure; idle: Figure; figures: Figure[] };

const log = (line: string) => console.error(line);

async function measure(client: RestClient, side: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  const take = async (name: string, unit: string, moreIsBetter: boolean, work: () => Promise<number>) => {
    try {
      const value = await work();
      figures.push({ name, unit, value, moreIsBetter });
      log(`${side}: ${name}: ${value.toPrecision(4)} ${unit}`);
    } catch (thrown) {
      log(`${side}: ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  };
  const post = (path: string, body: unknown) => client.json('POST', `/api/2.0/mlflow/${path}`, body);
  const createRun = () =>
    post('runs/create', { experiment_id: '0', start_time: Date.now(), run_name: 'bench' });
  const runIdOf = async (): Promise<string> => {
    const { run } = (await createRun()) as { run: { info: { run_id: string } } };
    return run.info.run_id;
  };
  const logMetric = (runId: string, step: number) =>
    post('runs/log-metric', { run_id: runId, key: 'loss', value: 1 / (step + 1), timestamp: 1 + step, step });

  // Workers load parts of themselves at the first calls.
  await callsPerSecond(16, measureMs, createRun).catch(() => undefined);
  await take('log-metric, 1 client', 'calls/s', true, async () => {
    const runId = await runIdOf();
    return callsPerSecond(1, measureMs, (i) => logMetric(runId, i));
  });
  await take('log-metric, 16 clients', 'calls/s', true, async () => {
    const runIds = await Promise.all(Array.from({ length: 16 }, runIdOf));
    return callsPerSecond(16, measureMs, (i) => logMetric(runIds[i % 16] as string, i));
  });
  await take('log-batch of 1,000 points', 'points/s', true, async () => {
    const runId = await runIdOf();
    const batch = (i: number) => ({
      run_id: runId,
      metrics: Array.from({ length: 1000 }, (_, j) => {
        const step = i * 1000 + j;
        return { key: 'loss', value: Math.sin(step), timestamp: 1 + step, step };
      }),
    });
    return 1000 * (await callsPerSecond(1, measureMs, (i) => post('runs/log-batch', batch(i))));
  });
  await take('create-run, 4 clients', 'runs/s', true, () => callsPerSecond(4, measureMs, createRun));
  for (const [index, count] of sizes.entries()) {
    const search = () =>
      post('runs/search', {
        experiment_ids: [String(index + 1)],
        filter: "metrics.m0 > 0.5 and params.p0 = 'gbdt'",
        order_by: ['metrics.m1 DESC'],
        max_results: 50,
      });
    await take(
      `search of ${count.toLocaleString('en-US')} runs, 2 filters, ordered`,
      'ms',
      false,
      async () => {
        const { runs } = await search();
        if (!Array.isArray(runs) || runs.length === 0) throw new Error('found nothing');
        return callMs(measureMs, search);
      },
    );
  }
  await take(`history of ${historyPoints.toLocaleString('en-US')} points, pages of 25,000`, 'ms', false, () =>
    callMs(measureMs, () => readHistory(client)),
  );
  const interval = new URLSearchParams([
    ...sampledRunIds.map((id) => ['run_ids', id]),
    ['metric_key', 'loss'],
    ['max_results', '320'],
  ]);
  await take(`bulk-interval of ${sampledRuns} runs of 2,000 points`, 'ms', false, () =>
    callMs(measureMs, () =>
      client.json('GET', `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?${interval}`),
    ),
  );
  await take(`artifact of ${fileMb} MB up`, 'MB/s', true, async () => {
    const took: number[] = [];
    for (let i = 0; i < 3; i += 1) {
      // Another content each time: a store that keeps equal files once must not be measured at that.
      const body = randomBytes(fileMb * 1024 ** 2);
      const at = performance.now();
      await client.call(
        'PUT',
        `/api/2.0/mlflow-artifacts/artifacts/1/${longRunId}/artifacts/file-${i}.bin`,
        body,
      );
      took.push(performance.now() - at);
    }
    return fileMb / (Math.min(...took) / 1000);
  });
  await take(`artifact of ${fileMb} MB down`, 'MB/s', true, async () => {
    const path = `/api/2.0/mlflow-artifacts/artifacts/1/${longRunId}/artifacts/file-0.bin`;
    const ms = await callMs(measureMs, async () => {
      const { length } = await client.call('GET', path);
      if (length !== fileMb * 1024 ** 2) throw new Error(`${length} bytes came back`);
    });
    return fileMb / (ms / 1000);
  });
  return figures;
}

async function readHistory(client: RestClient): Promise<void> {
  let read = 0;
  let token = '';
  do {
    const query = new URLSearchParams({ run_id: longRunId, metric_key: 'long', max_results: '25000' });
    if (token !== '') query.set('page_token', token);
    const page = await client.json('GET', `/api/2.0/mlflow/metrics/get-history?${query}`);
    read += Array.isArray(page.metrics) ? page.metrics.length : 0;
    token = typeof page.next_page_token === 'string' ? page.next_page_token : '';
  } while (token !== '');
  if (read !== historyPoints) throw new Error(`${read} of ${historyPoints} points came back`);
}

function startAndIdle(readyMs: number, residentMb: number): Pick<Side, 'start' | 'idle'> {
  return {
    start: {
      name: 'start to ready, all this in the database',
      unit: 'ms',
      value: readyMs,
      moreIsBetter: false,
    },
    idle: { name: 'memory at rest', unit: 'MB', value: residentMb, moreIsBetter: false },
  };
}

async function measureAssay(dir: string): Promise<Side> {
  const store = await openStore(storeOptions(dir));
  fill(store.sqlite, { runs: fillRuns, curve: fillCurve });
  await store.close();
  const engine = await startBenchEngine(dir);
  const client = createRestClient(engine.url, engine.token);
  try {
    await delay(2000);
    const known = startAndIdle(engine.readyMs, engine.residentMb());
    return { ...known, figures: await measure(client, 'Assay') };
  } finally {
    client.close();
    await engine.stop();
  }
}

async function measureMlflow(python: MlflowPython, dir: string): Promise<Side> {
  const database = join(dir, 'mlflow.db');
  makeMlflowDatabase(python, database);
  const sqlite = new BetterSqlite3(database);
  fill(sqlite, { runs: fillMlflowRuns, curve: fillMlflowCurve });
  sqlite.close();
  const server = await startMlflow(python, dir, database);
  const client = createRestClient(server.url, null);
  try {
    await delay(2000);
    const known = startAndIdle(server.readyMs, server.residentMb());
    return { ...known, figures: await measure(client, 'MLflow') };
  } finally {
    client.close();
    await server.stop();
  }
}

function toRows(ours: Side, peer: Side | null, peerName: string | null): BenchRow[] {
  const all = (side: Side | null) => (side === null ? [] : [side.start, side.idle, ...side.figures]);
  return all(ours).map(({ name, unit, value, moreIsBetter }) => {
    const theirs = all(peer).find((figure) => figure.name === name)?.value;
    if (theirs === undefined) return { name, unit, ours: value, peer: null, peerName: null, ratio: null };
    return {
      name,
      unit,
      ours: value,
      peer: theirs,
      peerName,
      ratio: moreIsBetter ? value / theirs : theirs / value,
    };
  });
}

await buildStale(log, { electron: false, workbench: false });
const ours = await withTempDir(measureAssay);
const python = findMlflow();
if (python === null) log('No Python with mlflow: set ASSAY_BENCH_MLFLOW_PYTHON for figures beside it.');
const peer = python === null ? null : await withTempDir((dir) => measureMlflow(python, dir));
printReport(toRows(ours, peer, python === null ? null : `MLflow ${python.version}`));
