import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../../local-api/client/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
});
afterAll(() => api.close());

/** Batches of 125 points, 20 a second from each of four: 10,000 points a second. */
const writers = 4;
const batchPoints = 125;
const everyMs = 50;
const lastingMs = 3000;

/** Writes a curve until the time is over; gives its newest step. */
async function write(runId: string, untilMs: number): Promise<number> {
  let step = 0;
  while (performance.now() < untilMs) {
    const next = performance.now() + everyMs;
    const metrics = Array.from({ length: batchPoints }, (_, i) => ({
      key: 'loss',
      value: i,
      step: step + i,
    }));
    await api.client.runs.log({ params: { runId }, body: { metrics } });
    step += batchPoints;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  return step - 1;
}

type Follower = { ids: number[]; newest: Map<string, number>; connections: number };

/** Follows all events from a moment on, hanging up after every few of them, and draws a run whenever it is told of it. */
async function follow(
  client: Client,
  from: number,
  eventsPerConnection: number,
  isOver: (lastId: number) => boolean,
): Promise<Follower> {
  const seen: Follower = { ids: [], newest: new Map(), connections: 0 };
  let lastEventId = from;
  while (!isOver(lastEventId)) {
    seen.connections += 1;
    const hangUp = new AbortController();
    // Nothing may come any more: then it looks again whether all is over.
    const idle = setTimeout(() => hangUp.abort(), 1000);
    let left = eventsPerConnection;
    for await (const event of client.events.stream({ lastEventId, signal: hangUp.signal })) {
      if (event.type === 'reset') throw new Error('told to start anew');
      lastEventId = event.id;
      seen.ids.push(event.id);
      if (event.type === 'metrics.logged') {
        const { runId } = event.data;
        const { series } = await client.runs.metrics({
          body: { runIds: [runId], keys: ['loss'], maxPoints: 10 },
        });
        seen.newest.set(runId, series[0]?.steps.at(-1) ?? -1);
      }
      left -= 1;
      if (left === 0) hangUp.abort();
    }
    clearTimeout(idle);
  }
  return seen;
}

describe('the stream of events under load', () => {
  it('misses nothing across reconnects while four writers log 10,000 points a second', async () => {
    const { client, workspace } = api;
    const runIds: string[] = [];
    for (let i = 0; i < writers; i += 1) runIds.push((await client.runs.create({ body: {} })).id);
    const from = workspace.events.lastId();
    const sent: number[] = [];
    const { unsubscribe } = workspace.events.subscribe((event) => sent.push(event.id));

    let isWritten = false;
    const isOver = (lastId: number): boolean => isWritten && lastId === workspace.events.lastId();
    const following = [1, 3, 7].map((perConnection) => follow(client, from, perConnection, isOver));
    const untilMs = performance.now() + lastingMs;
    const newest = await Promise.all(runIds.map((runId) => write(runId, untilMs)));
    // What was held back goes out within its window.
    await new Promise((resolve) => setTimeout(resolve, 400));
    isWritten = true;
    const followers = await Promise.all(following);
    unsubscribe();

    const points = newest.reduce((sum, step) => sum + step + 1, 0);
    const connections = followers.map((each) => each.connections);
    console.log(`${points} points, ${sent.length} events, connections: ${connections.join(', ')}`);
    // Each run is told of at most four times a second.
    expect(sent.length).toBeLessThanOrEqual(writers * (4 * ((lastingMs + 1000) / 1000) + 1));
    for (const { ids, newest: drawn } of followers) {
      expect(ids).toEqual(sent);
      expect(runIds.map((runId) => drawn.get(runId))).toEqual(newest);
    }
    expect(Math.max(...connections)).toBeGreaterThan(5);
  });
});
