import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let api: TestApi;
beforeEach(async () => {
  api = await startTestApi({ startJobs: false });
});
afterEach(() => api.close());

/** Batches of 250 points, 40 a second: 10,000 points a second from two writers. */
const writers = 2;
const batchPoints = 250;
const everyMs = 50;
const lastingMs = 3000;

/** Gives the step of the newest point of the curve, as the workbench draws it. */
async function newestDrawn(runId: string): Promise<number> {
  const { series } = await api.client.runs.metrics({
    body: { runIds: [runId], keys: ['loss'], maxPoints: 1000 },
  });
  return series[0]?.steps.at(-1) ?? -1;
}

describe('live points', () => {
  it('can be drawn half a second after they were logged, while two writers log 10,000 a second', async () => {
    const loggedAt = new Map<string, number>();
    const delays: number[] = [];
    const runIds: string[] = [];
    for (let writer = 0; writer < writers; writer += 1)
      runIds.push((await api.client.runs.create({ body: {} })).id);

    const following = new AbortController();
    const drawn = new Map<string, number>();
    const follow = (async () => {
      for await (const event of api.client.events.stream({
        query: { types: 'metrics.logged' },
        signal: following.signal,
      })) {
        if (event.type !== 'metrics.logged') continue;
        const { runId } = event.data;
        const newest = await newestDrawn(runId);
        const now = performance.now();
        for (let step = (drawn.get(runId) ?? -1) + 1; step <= newest; step += batchPoints) {
          const at = loggedAt.get(`${runId} ${Math.floor(step / batchPoints)}`);
          if (at !== undefined) delays.push(now - at);
        }
        drawn.set(runId, newest);
      }
    })().catch(() => undefined);

    const untilMs = performance.now() + lastingMs;
    await Promise.all(
      runIds.map(async (runId) => {
        for (let batch = 0; performance.now() < untilMs; batch += 1) {
          const metrics = Array.from({ length: batchPoints }, (_, i) => ({
            key: 'loss',
            value: i,
            step: batch * batchPoints + i,
          }));
          loggedAt.set(`${runId} ${batch}`, performance.now());
          await api.client.runs.log({ params: { runId }, body: { metrics } });
          await new Promise((resolve) => setTimeout(resolve, everyMs));
        }
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    following.abort();
    await follow;
    delays.sort((a, b) => a - b);
    const median = delays[Math.floor(delays.length / 2)] ?? Number.NaN;
    console.log(
      `${loggedAt.size * batchPoints} points; drawn after ${Math.round(median)} ms, at most ${Math.round(delays.at(-1) ?? 0)} ms`,
    );
    // Every batch was drawn, the last ones too. The workbench adds 100 ms of its own.
    expect(delays.length).toBe(loggedAt.size);
    expect(median).toBeLessThan(2000);
  });
});
