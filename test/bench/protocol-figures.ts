/** Calls of MLflow's protocol that both sides answer. */
import type { FigureTaker } from './figures.ts';
import { callMs, callsPerSecond, type RestClient } from './rest-client.ts';

/** What is in the database that is measured. */
export type TrackingVolume = {
  measureMs: number;
  /** Runs of the experiments 1, 2 and 3. */
  sizes: readonly number[];
  longRunId: string;
  historyPoints: number;
  hugeRunId: string;
  hugePoints: number;
  sampledRunIds: readonly string[];
  sampledPoints: number;
};

const inWords = (count: number): string => count.toLocaleString('en-US');

/** Writes: single points by one, 16 and 32 callers, batches, runs. */
export async function takeWriteFigures(
  taker: FigureTaker,
  client: RestClient,
  { measureMs }: TrackingVolume,
): Promise<void> {
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
  await taker.rate('log-metric, 1 client', 'calls/s', async () => {
    const runId = await runIdOf();
    return callsPerSecond(1, measureMs, (i) => logMetric(runId, i));
  });
  await taker.rate('log-metric, 16 clients', 'calls/s', async () => {
    const runIds = await Promise.all(Array.from({ length: 16 }, runIdOf));
    return callsPerSecond(16, measureMs, (i) => logMetric(runIds[i % 16] as string, i));
  });
  await taker.cost('log-metric, 32 clients, 99th percentile', 'ms', async () => {
    const runIds = await Promise.all(Array.from({ length: 32 }, runIdOf));
    const taken: number[] = [];
    await callsPerSecond(32, measureMs, async (i) => {
      const at = performance.now();
      await logMetric(runIds[i % 32] as string, i);
      taken.push(performance.now() - at);
    });
    taken.sort((a, b) => a - b);
    return taken[Math.floor(taken.length * 0.99)] ?? Number.NaN;
  });
  await taker.rate('log-batch of 1,000 points', 'points/s', async () => {
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
  await taker.rate('create-run, 4 clients', 'runs/s', () => callsPerSecond(4, measureMs, createRun));
}

/** Searches, and histories plain and thinned out. */
export async function takeReadFigures(
  taker: FigureTaker,
  client: RestClient,
  volume: TrackingVolume,
): Promise<void> {
  const { measureMs, sizes } = volume;
  const search = (body: object) => client.json('POST', '/api/2.0/mlflow/runs/search', body);
  const found = async (body: object, atLeast: number): Promise<void> => {
    const { runs } = await search(body);
    if (!Array.isArray(runs) || runs.length < atLeast) throw new Error('found too few');
  };
  for (const [index, count] of sizes.entries()) {
    const ordered = {
      experiment_ids: [String(index + 1)],
      filter: "metrics.m0 > 0.5 and params.p0 = 'gbdt'",
      order_by: ['metrics.m1 DESC'],
      max_results: 50,
    };
    await taker.cost(`search of ${inWords(count)} runs, 2 filters, ordered`, 'ms', () =>
      callMs(measureMs, () => found(ordered, 1)),
    );
  }
  const newest = Math.min(1000, sizes.at(-1) ?? 0);
  const page = { experiment_ids: [String(sizes.length)], max_results: newest };
  await taker.cost(`search page of the ${inWords(newest)} newest runs`, 'ms', () =>
    callMs(measureMs, () => found(page, newest)),
  );
  await taker.cost(`history of ${inWords(volume.historyPoints)} points, pages of 25,000`, 'ms', () =>
    callMs(measureMs, () => readHistory(client, volume)),
  );
  const sampled = (runIds: readonly string[], key: string, max: number) => {
    const query = new URLSearchParams(runIds.map((id) => ['run_ids', id]));
    query.set('metric_key', key);
    query.set('max_results', String(max));
    return client.json('GET', `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?${query}`);
  };
  const { sampledRunIds, sampledPoints, hugeRunId, hugePoints } = volume;
  await taker.cost(
    `bulk-interval of ${sampledRunIds.length} runs of ${inWords(sampledPoints)} points`,
    'ms',
    () => callMs(measureMs, () => sampled(sampledRunIds, 'loss', 320)),
  );
  await taker.cost(`bulk-interval of a run of ${inWords(hugePoints)} points`, 'ms', () =>
    callMs(measureMs, () => sampled([hugeRunId], 'huge', 1000)),
  );
}

async function readHistory(client: RestClient, { longRunId, historyPoints }: TrackingVolume): Promise<void> {
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
