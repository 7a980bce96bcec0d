/**
 * `npm run bench:serving [-- --json] [-- --quick]`: predictions over HTTP from the stand-alone server and the engine, for a tree
 * model and a neural one, and rows a second of batch predictions; beside ONNX Runtime behind node:http (the floor), and, where a Python with mlflow is found,
 * `mlflow models serve` and FastAPI with onnxruntime. The same rows by the same client; JSON both ways.
 *
 * Prints and never fails by time. A server that cannot be measured is told on stderr and has no figure.
 */
import { buildStale } from '../../build/build.ts';
import { startBenchEngine, withTempDir } from './engine.ts';
import { findMlflow } from './mlflow-server.ts';
import { type BenchRow, printReport } from './report.ts';
import { measureBatch } from './serving/batches.ts';
import { type Load, measureLoad } from './serving/load.ts';
import { type BenchModel, makeModels, sampleColumns } from './serving/models.ts';
import { measureChecks } from './serving/request-checks.ts';
import {
  assayInvocations,
  assayServe,
  bare,
  type Contender,
  engine,
  fastApi,
  mlflowServe,
} from './serving/servers.ts';

const isQuick = process.argv.includes('--quick');
const measureMs = isQuick ? 500 : 3000;
const batchRows = isQuick ? 200_000 : 10_000_000;
const shapes = [
  { rows: 1, connections: 1 },
  { rows: 1, connections: 8 },
  { rows: 1, connections: 64 },
  { rows: 32, connections: 8 },
  { rows: 1000, connections: 8 },
].filter((_, index) => !isQuick || index % 2 === 1 || index === 4);

type Figures = { name: string; loads: (Load | null)[] };

/** One after the other, so that they do not share the cores. */
async function measure(contender: Contender, model: BenchModel): Promise<Figures> {
  const loads: (Load | null)[] = [];
  try {
    const server = await contender.start(model);
    try {
      for (const { rows, connections } of shapes) {
        const asked = contender.ask(model, sampleColumns(model.signature, rows));
        const load = await measureLoad(connections, measureMs, { ...server, ...asked });
        loads.push(load);
        const { perSecond, p50Ms, p99Ms } = load;
        console.error(
          `${contender.name}, ${model.kind}, ${rows} rows, ${connections} connections: ${perSecond.toFixed(0)}/s, ${p50Ms.toFixed(2)} ms, ${p99Ms.toFixed(2)} ms`,
        );
      }
    } finally {
      await server.stop();
    }
  } catch (thrown) {
    console.error(`${contender.name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
  return { name: contender.name, loads };
}

/** Ours beside each peer. Of two times the smaller is better, of two rates the larger: `ratio` above 1 is ours. */
function toRows(model: BenchModel, ours: readonly Figures[], peers: readonly Figures[]): BenchRow[] {
  return ours.flatMap((own) =>
    shapes.flatMap(({ rows, connections }, index) => {
      const load = own.loads[index];
      if (!load) return [];
      const what = `${own.name}, ${model.kind}, ${rows} ${rows === 1 ? 'row' : 'rows'}, ${connections} connections`;
      const beside = peers.flatMap((peer) => {
        const theirs = peer.loads[index];
        return theirs ? [{ name: peer.name, load: theirs }] : [];
      });
      const times = (['p50Ms', 'p99Ms'] as const).map((key) => ({
        name: `${what}, ${key.slice(0, 3)}`,
        unit: 'ms',
        ours: load[key],
        peer: beside[0]?.load[key] ?? null,
        peerName: beside[0]?.name ?? null,
        ratio: beside[0] ? beside[0].load[key] / load[key] : null,
      }));
      const rates = beside.map((peer) => ({
        name: `${what}`,
        unit: 'requests/s',
        ours: load.perSecond,
        peer: peer.load.perSecond,
        peerName: peer.name,
        ratio: load.perSecond / peer.load.perSecond,
      }));
      return [...rates, ...times];
    }),
  );
}

await buildStale((line) => console.error(line), { electron: false, workbench: false });
const python = findMlflow('mlflow.pyfunc.scoring_server, mlflow.onnx, onnxruntime, fastapi, uvicorn');
if (python === null)
  console.error('No Python with mlflow: set ASSAY_BENCH_MLFLOW_PYTHON for figures beside it.');
const rows = await withTempDir(async (dir) => {
  const running = await startBenchEngine(dir);
  try {
    const found: BenchRow[] = [await measureChecks(isQuick ? 5000 : 50_000)];
    for (const model of await makeModels(running.client)) {
      const peers = [await measure(bare, model)];
      const ours: Figures[] = [];
      for (const contender of [assayServe, assayInvocations, engine(running)])
        ours.push(await measure(contender, model));
      if (python !== null)
        for (const contender of [fastApi(python), mlflowServe(python)])
          peers.push(await measure(contender, model));
      found.push(...toRows(model, ours, peers));
      found.push(await measureBatch(running.client, model, batchRows));
    }
    return found;
  } finally {
    await running.stop();
  }
});
printReport(rows);
