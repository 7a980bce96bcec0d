/**
 * `npm run bench:tracking [-- --json] [-- --quick] [-- --only TEXT]`: MLflow's tracking protocol on the built engine and, where
 * a Python with mlflow is found, on a real `mlflow server` with SQLite: the same calls by the same client on the same data.
 *
 * Prints and never fails by time. A measurement that fails is told on stderr and has no figure.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { buildStale } from '../../build/build.ts';
import { openStore } from '../../engine/store/index.ts';
import { fillCurve, fillRuns, volumeRun } from '../kit/run-volume.ts';
import { storeOptions } from '../kit/store.ts';
import { artifactFiles, takeArtifactFigures } from './artifact-figures.ts';
import { type BenchEngine, startBenchEngine, withTempDir } from './engine.ts';
import { type Figure, type FigureTaker, takeFigures } from './figures.ts';
import { takeCurveFigures, takeLiveFigures } from './live-figures.ts';
import { findMlflow, type MlflowPython, makeMlflowDatabase, startMlflow } from './mlflow-server.ts';
import { fillMlflowCurve, fillMlflowRuns } from './mlflow-volume.ts';
import { type TrackingVolume, takeReadFigures, takeWriteFigures } from './protocol-figures.ts';
import { type BenchRow, printReport } from './report.ts';
import { createRestClient, type RestClient } from './rest-client.ts';

const isQuick = process.argv.includes('--quick');
const shape = { metrics: 10, params: 5, tags: 2 };
const idOf = (index: number): string => volumeRun(index, shape).id;
/** The first run has the long history, the second the huge one, those after them the sampled ones. */
const volume: TrackingVolume = {
  measureMs: isQuick ? 500 : 2500,
  sizes: isQuick ? [100, 1000, 5000] : [1000, 10_000, 50_000],
  longRunId: idOf(0),
  historyPoints: isQuick ? 10_000 : 100_000,
  hugeRunId: idOf(1),
  hugePoints: isQuick ? 100_000 : 1_000_000,
  sampledRunIds: Array.from({ length: 50 }, (_, i) => idOf(i + 2)),
  sampledPoints: isQuick ? 1000 : 20_000,
};

type Fillers = {
  runs(sqlite: BetterSqlite3.Database, volume: Parameters<typeof fillRuns>[1]): void;
  curve(sqlite: BetterSqlite3.Database, curve: Parameters<typeof fillCurve>[1]): void;
};

function fill(sqlite: BetterSqlite3.Database, { runs, curve }: Fillers): void {
  let from = 0;
  for (const [index, count] of volume.sizes.entries()) {
    runs(sqlite, { experimentId: index + 1, from, count, shape });
    from += count;
  }
  curve(sqlite, { runId: volume.longRunId, key: 'long', points: volume.historyPoints });
  curve(sqlite, { runId: volume.hugeRunId, key: 'huge', points: volume.hugePoints });
  for (const runId of volume.sampledRunIds)
    curve(sqlite, { runId, key: 'loss', points: volume.sampledPoints });
}

const sections = ['writes', 'reads', 'artifacts', 'live'] as const;
const onlyAt = process.argv.indexOf('--only');
const wanted = (section: (typeof sections)[number]): boolean =>
  onlyAt < 0 || process.argv[onlyAt + 1] === section;

async function measure(taker: FigureTaker, client: RestClient): Promise<void> {
  if (wanted('writes')) await takeWriteFigures(taker, client, volume);
  if (wanted('reads')) await takeReadFigures(taker, client, volume);
  if (wanted('artifacts')) await takeArtifactFigures(taker, client, volume.longRunId, artifactFiles(isQuick));
}

async function measureAssay(dir: string): Promise<Figure[]> {
  const store = await openStore(storeOptions(dir));
  fill(store.sqlite, { runs: fillRuns, curve: fillCurve });
  await store.close();
  const engine = await startBenchEngine(dir);
  const client = createRestClient(engine.url, engine.token);
  const taker = takeFigures('Assay');
  try {
    await takeStart(taker, engine);
    await measure(taker, client);
    if (wanted('live')) {
      await takeCurveFigures(taker, engine, volume);
      await takeLiveFigures(taker, engine, client, volume);
    }
    await taker.cost('memory after all this', 'MB', async () => engine.residentMb());
    return taker.figures;
  } finally {
    client.close();
    await engine.stop();
  }
}

async function measureMlflow(python: MlflowPython, dir: string): Promise<Figure[]> {
  const database = join(dir, 'mlflow.db');
  makeMlflowDatabase(python, database);
  const sqlite = new BetterSqlite3(database);
  fill(sqlite, { runs: fillMlflowRuns, curve: fillMlflowCurve });
  sqlite.close();
  const server = await startMlflow(python, dir, database);
  const client = createRestClient(server.url, null);
  const taker = takeFigures('MLflow');
  try {
    await takeStart(taker, server);
    await measure(taker, client);
    await taker.cost('memory after all this', 'MB', async () => server.residentMb());
    return taker.figures;
  } finally {
    client.close();
    await server.stop();
  }
}

async function takeStart(
  taker: FigureTaker,
  server: Pick<BenchEngine, 'readyMs' | 'residentMb'>,
): Promise<void> {
  await delay(2000);
  await taker.cost('start to ready, all this in the database', 'ms', async () => server.readyMs);
  await taker.cost('memory at rest', 'MB', async () => server.residentMb());
}

function toRows(ours: readonly Figure[], peer: readonly Figure[], peerName: string | null): BenchRow[] {
  return ours.map(({ name, unit, value, moreIsBetter }) => {
    const theirs = peer.find((figure) => figure.name === name)?.value;
    if (theirs === undefined) return { name, unit, ours: value, peer: null, peerName: null, ratio: null };
    const ratio = moreIsBetter ? value / theirs : theirs / value;
    return { name, unit, ours: value, peer: theirs, peerName, ratio };
  });
}

await buildStale((line) => console.error(line), { electron: false, workbench: false });
const ours = await withTempDir(measureAssay);
const python = findMlflow();
if (python === null) {
  console.error('No Python with mlflow: set ASSAY_BENCH_MLFLOW_PYTHON for figures beside it.');
}
const peer = python === null ? [] : await withTempDir((dir) => measureMlflow(python, dir));
printReport(toRows(ours, peer, python === null ? null : `MLflow ${python.version}`));
