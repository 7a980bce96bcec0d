/** What only Assay has: its own curves, and a workbench that follows runs while they are logged. */
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { BenchEngine } from './engine.ts';
import type { FigureTaker } from './figures.ts';
import type { TrackingVolume } from './protocol-figures.ts';
import { callMs, type RestClient } from './rest-client.ts';

const followers = 7;
const writers = 4;
const pointsPerSecond = 10_000;
/** Batches a second of each writer. */
const batchesPerSecond = 25;

/** Curves as the workbench asks for them: a thousand points each, every extreme kept. */
export async function takeCurveFigures(
  taker: FigureTaker,
  { client }: BenchEngine,
  volume: TrackingVolume,
): Promise<void> {
  const { measureMs, hugeRunId, hugePoints, sampledRunIds, sampledPoints } = volume;
  const shown = (count: number) => count.toLocaleString('en-US');
  const curves = (
    runIds: readonly string[],
    key: string,
    steps: { fromStep?: number; toStep?: number } = {},
  ) =>
    callMs(measureMs, () =>
      client.runs.metrics({ body: { runIds: [...runIds], keys: [key], maxPoints: 1000, ...steps } }),
    );
  await taker.cost(`curve of ${shown(hugePoints)} points, extremes kept`, 'ms', () =>
    curves([hugeRunId], 'huge'),
  );
  const middle = Math.floor(hugePoints / 2);
  await taker.cost(`a tenth of that curve`, 'ms', () =>
    curves([hugeRunId], 'huge', { fromStep: middle, toStep: middle + Math.floor(hugePoints / 10) }),
  );
  await taker.cost(
    `curves of ${sampledRunIds.length} runs of ${shown(sampledPoints)} points, extremes kept`,
    'ms',
    () => curves(sampledRunIds, 'loss'),
  );
}

/** How late the engine's event loop is while 7 streams of events are open and 10,000 points a second are logged. */
export async function takeLiveFigures(
  taker: FigureTaker,
  engine: BenchEngine,
  client: RestClient,
  { measureMs }: TrackingVolume,
): Promise<void> {
  const name = `event loop delay, ${followers} followers, ${pointsPerSecond.toLocaleString('en-US')} points/s, 99th percentile`;
  await taker.cost(name, 'ms', async () => {
    const { id: experimentId } = await engine.client.experiments.create({ body: { name: 'live' } });
    const runs = await Promise.all(
      Array.from({ length: writers }, () =>
        engine.client.runs.create({ body: { experimentId, name: 'live' } }),
      ),
    );
    const streams = Array.from({ length: followers }, () => follow(engine));
    const until = performance.now() + 3 * measureMs;
    await loopDelayMs(client);
    await Promise.all(runs.map(({ id }) => writeSteadily(engine, id, until)));
    const delayMs = await loopDelayMs(client);
    const events = streams.map((stream) => stream.end());
    if (events.some((count) => count === 0)) throw new Error('a follower was told nothing');
    return delayMs;
  });
}

async function writeSteadily({ client }: BenchEngine, runId: string, until: number): Promise<void> {
  const size = Math.round(pointsPerSecond / writers / batchesPerSecond);
  const everyMs = 1000 / batchesPerSecond;
  const start = performance.now();
  for (let i = 0; performance.now() < until; i += 1) {
    const metrics = Array.from({ length: size }, (_, j) => ({ key: 'loss', value: j, step: i * size + j }));
    await client.runs.log({ params: { runId }, body: { metrics } });
    await delay(Math.max(0, start + (i + 1) * everyMs - performance.now()));
  }
}

/** An open stream of events, whose messages are counted. */
function follow({ url, token }: BenchEngine): { end(): number } {
  let count = 0;
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const sent = request(`${url}/api/v1/events`, { headers }, (response) => {
    response.on('data', (chunk: Buffer) => {
      count += chunk.toString().match(/^event: /gm)?.length ?? 0;
    });
    response.on('error', () => undefined);
  });
  sent.on('error', () => undefined);
  sent.end();
  return {
    end() {
      sent.destroy();
      return count;
    },
  };
}

/** prom-client looks every 10 ms, and a look that is on time counts as 10 ms; each reading starts anew. */
const lookMs = 10;

async function loopDelayMs(client: RestClient): Promise<number> {
  const text = (await client.call('GET', '/metrics')).toString();
  const seconds = /^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1];
  return Number(seconds) * 1000 - lookMs;
}
