/**
 * `npm run bench [-- --json] [-- --rows N]`: the figures of the main loop, measured on the built engine over HTTP.
 * Prints and never fails by time: machines differ, ratios are compared by people.
 */
import { buildStale } from '../../build/build.ts';
import { QuickstartResult } from '../../local-api/contract/index.ts';
import { type BenchEngine, startBenchEngine, withTempDir } from './engine.ts';
import { type BenchRow, median, printReport, row } from './report.ts';

await buildStale((line) => console.error(line), { electron: false, workbench: true });
const rows: BenchRow[] = [];
await withTempDir(async (dir) => {
  rows.push(row('cold start to ready, new workspace', 'ms', await timeStart(dir)));
  rows.push(
    row(
      'cold start to ready, existing workspace',
      'ms',
      median([await timeStart(dir), await timeStart(dir), await timeStart(dir)]),
    ),
  );
  const engine = await startBenchEngine(dir);
  try {
    await pause(1500);
    rows.push(row('memory at rest', 'MB', engine.residentMb()));
    rows.push(...(await measureTracking(engine)));
    rows.push(...(await measureQuickstart(engine)));
    rows.push(...(await measurePredictions(engine)));
    rows.push(row('memory after the loop', 'MB', engine.residentMb()));
  } finally {
    await engine.stop();
  }
});
printReport(rows);

async function timeStart(dir: string): Promise<number> {
  const engine = await startBenchEngine(dir);
  await engine.stop();
  return engine.readyMs;
}

async function measureTracking({ client }: BenchEngine): Promise<BenchRow[]> {
  const { id: experimentId } = await client.experiments.create({ body: { name: 'bench' } });
  const { id: runId } = await client.runs.create({ body: { experimentId, name: 'points' } });
  const batches = 40;
  const started = performance.now();
  for (let batch = 0; batch < batches; batch++) {
    const metrics = Array.from({ length: 1000 }, (_, i) => ({
      key: 'loss',
      value: Math.sin(i),
      step: batch * 1000 + i,
      timestampMs: i,
    }));
    await client.runs.log({ params: { runId }, body: { metrics } });
  }
  const pointsPerSecond = (batches * 1000) / ((performance.now() - started) / 1000);

  const singles = 2000;
  const singleStarted = performance.now();
  await inParallel(16, singles, (i) =>
    client.runs.log({ params: { runId }, body: { metrics: [{ key: 'single', value: i, step: i }] } }),
  );
  const singlesPerSecond = singles / ((performance.now() - singleStarted) / 1000);

  await inParallel(16, 10_000, async (i) => {
    const run = await client.runs.create({
      body: { experimentId, name: `run ${i}`, params: { trainer: i % 2 ? 'gbdt' : 'linear' } },
    });
    await client.runs.log({
      params: { runId: run.id },
      body: { metrics: [{ key: 'auc', value: ((i * 7919) % 10_000) / 10_000 }] },
    });
  });
  const listed: number[] = [];
  for (let i = 0; i < 20; i++) {
    const at = performance.now();
    await client.runs.list({
      query: {
        filter: `experimentId = '${experimentId}' and metrics.auc > 0.5 and params.trainer = 'gbdt' order by metrics.auc desc`,
        fields: 'name,status,metrics.auc,params.trainer',
        limit: 50,
      },
    });
    listed.push(performance.now() - at);
  }
  return [
    row('metric points written, batches of 1,000', '1/s', pointsPerSecond),
    row('single-point log calls, 16 at once', '1/s', singlesPerSecond),
    row('50 of 10,000 runs, two filters, ordered by a metric', 'ms', median(listed)),
  ];
}

async function measureQuickstart({ client }: BenchEngine): Promise<BenchRow[]> {
  const at = process.argv.indexOf('--rows');
  const job = await client.workspace.quickstart({
    body: { rows: at > 0 ? Number(process.argv[at + 1]) : 200_000 },
  });
  const ended = await client.waitForJob(job.id);
  if (ended.state !== 'succeeded') throw new Error(`The quickstart ${ended.state}: ${ended.error?.message}`);
  const result = QuickstartResult.parse(ended.result);
  return [
    row('quickstart', 's', result.seconds),
    ...result.steps.map((step) => row(`  ${step.name}`, 's', step.seconds)),
    ...result.runs.map((run) =>
      row(`  train ${run.trainer} (AUC ${run.metrics.auc?.toFixed(4)})`, 's', run.seconds),
    ),
  ];
}

async function measurePredictions({ client }: BenchEngine): Promise<BenchRow[]> {
  const one = { date: '2001-02-20T17:30:00Z', distance: 550, origin: 'ATL', destination: 'ORD' };
  const body = { model: 'late-flights@champion' };
  await client.predictions.predict({ body: { ...body, rows: [one] } });
  const calls = 3000;
  const started = performance.now();
  await inParallel(16, calls, () => client.predictions.predict({ body: { ...body, rows: [one] } }));
  const single = calls / ((performance.now() - started) / 1000);
  const batch = Array.from({ length: 1000 }, (_, i) => ({ ...one, distance: 100 + i }));
  const batches = 30;
  const batchStarted = performance.now();
  await inParallel(4, batches, () => client.predictions.predict({ body: { ...body, rows: batch } }));
  const batched = (batches * 1000) / ((performance.now() - batchStarted) / 1000);
  return [
    row('predictions over HTTP, batch 1, 16 at once', '1/s', single),
    row('predictions over HTTP, batch 1,000', 'rows/s', batched),
  ];
}

/** Keeps `width` calls under way until `count` were made. */
async function inParallel(
  width: number,
  count: number,
  call: (i: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: width }, async () => {
      while (next < count) {
        const i = next;
        next += 1;
        await call(i);
      }
    }),
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
